/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <libdeflate.h>

#include "lib/base/types.h"

/**
 * crc32() - CRC-32 of zlib, gzip, U-Boot's environment and its crc32 command (ISO 3309)
 * @crc:   0, or the result for the bytes before these
 * @bytes: may be NULL only where @size is 0
 *
 * On the target by the CRC32 instructions (arch/arm64/cpu/crc32.c).
 */
static inline uint32_t crc32(uint32_t crc, const void *bytes, uint64_t size)
{
	/* libdeflate takes NULL as "the initial value", whatever @crc is */
	return size ? libdeflate_crc32(crc, bytes, size) : crc;
}
