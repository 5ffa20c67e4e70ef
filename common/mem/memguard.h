/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/mem/memmap.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * memguard_check_write() - may a command write here?
 * @start: first byte
 * @size:  bytes; 0 is always allowed
 * @why:   the refusal's sentence
 *
 * Refused are Loft's own ranges of DRAM (image, stack, tables, FDT copy). What was loaded, what
 * the device tree reserves for others, and what is no DRAM are the user's affair.
 *
 * Return: 0; -EPERM with the owner named; -ERANGE the range passes the end of the address space.
 */
int __must_check memguard_check_write(const struct memmap *map, paddr_t start, uint64_t size,
				      struct why *why);

/** memguard_room() - bytes from @start on that memguard_check_write() allows */
uint64_t memguard_room(const struct memmap *map, paddr_t start);
