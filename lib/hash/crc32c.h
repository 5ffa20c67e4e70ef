/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-32C (Castagnoli), without the inversions at begin and end.
 *
 * crc32c() is the architecture's: the CPU's own instructions where it has them (0.4 instructions a
 * byte), else crc32c_soft().
 */
#pragma once

#include "lib/base/types.h"

/** crc32c() - go on with @crc over bytes of any alignment (arch/arm64/cpu/crc32c.c) */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t len);

/** crc32c_soft() - the same by a table */
uint32_t crc32c_soft(uint32_t crc, const void *bytes, size_t len);
