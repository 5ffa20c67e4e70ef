/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/**
 * android_vendor_size() - bytes of the vendor_boot image at an address of DRAM
 *
 * Return: 0 where none lies there
 */
uint64_t android_vendor_size(paddr_t addr);
