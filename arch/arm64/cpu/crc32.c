// SPDX-License-Identifier: BSD-2-Clause
/*
 * CRC-32 by the CPU's own instructions, under the name that libdeflate's gzip reader calls: the
 * library's version would bring 13 KiB of tables and variants into the image. Every core since the
 * Cortex-A53 has the instructions.
 */
#include <libdeflate.h>
#include <string.h>

#include "arch/arm64/cpu/sysreg.h"

/* The reflected polynomial 0x04c11db7, four bits at a time: for a CPU without FEAT_CRC32. */
static const uint32_t nibble[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
	0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

static uint32_t crc_table(uint32_t crc, const uint8_t *p, size_t size)
{
	while (size--) {
		crc ^= *p++;
		crc = crc >> 4 ^ nibble[crc & 15];
		crc = crc >> 4 ^ nibble[crc & 15];
	}
	return crc;
}

static uint32_t crc_byte(uint32_t crc, uint8_t value)
{
	__asm__(".arch_extension crc\n\tcrc32b %w0, %w0, %w1" : "+r"(crc) : "r"((uint32_t)value));
	return crc;
}

static uint32_t crc_word(uint32_t crc, const uint8_t *p)
{
	__asm__(".arch_extension crc\n\tcrc32x %w0, %w0, %x1"
		: "+r"(crc)
		: "r"(*(const uint64_t *)p));
	return crc;
}

#define BLOCK 128

/* In pairs of aligned doublewords: 0.2 instructions a byte. */
static uint32_t crc_blocks(uint32_t crc, const uint8_t *p, size_t blocks)
{
	uint64_t a, b;

	for (; blocks; blocks--) {
#define PAIR(at) "ldp %1, %2, [%3" at "\n\tcrc32x %w0, %w0, %1\n\tcrc32x %w0, %w0, %2\n\t"
		__asm__(".arch_extension crc\n\t" PAIR("], #128") PAIR(", #-112]") PAIR(", #-96]")
				PAIR(", #-80]") PAIR(", #-64]") PAIR(", #-48]") PAIR(", #-32]")
					PAIR(", #-16]")
			: "+r"(crc), "=&r"(a), "=&r"(b), "+r"(p)
			: "m"(*(const uint8_t(*)[BLOCK])p));
	}
	return crc;
}

uint32_t libdeflate_crc32(uint32_t crc, const void *buffer, size_t size)
{
	const uint8_t *p = buffer;

	if (!p)
		return 0; /* libdeflate's way to ask for the initial value */
	crc = ~crc;
	if (!ID_GET(ID_AA64ISAR0_EL1_CRC32, sysreg_read(id_aa64isar0_el1)))
		return ~crc_table(crc, p, size);
	for (; size && (uintptr_t)p % 8; size--)
		crc = crc_byte(crc, *p++);
	crc = crc_blocks(crc, p, size / BLOCK);
	p += size / BLOCK * BLOCK;
	for (size %= BLOCK; size >= 8; size -= 8, p += 8)
		crc = crc_word(crc, p);
	for (; size; size--)
		crc = crc_byte(crc, *p++);
	return ~crc;
}
