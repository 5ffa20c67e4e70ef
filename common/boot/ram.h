/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/source/load.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * bootsrc_ram() - a kernel that lies in DRAM
 * @source: filled; its name is static text, overwritten by the next call
 * @addr:   its first byte
 * @why:    the sentence for an error
 *
 * Its size is ${filesize} where ${fileaddr} is @addr; else it reaches to the end of the DRAM bank
 * or to the next range that somebody owns.
 *
 * Return: 0; -ENXIO @addr is no DRAM; -EEXIST somebody owns @addr.
 */
int __must_check bootsrc_ram(struct source *source, paddr_t addr, struct why *why);
