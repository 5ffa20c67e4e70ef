// SPDX-License-Identifier: BSD-2-Clause
#include "lib/hash/crc32c.h"

#include "arch/arm64/cpu/sysreg.h"

uint32_t crc32c(uint32_t crc, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint64_t a, b;

	if (!ID_GET(ID_AA64ISAR0_EL1_CRC32, sysreg_read(id_aa64isar0_el1)))
		return crc32c_soft(crc, bytes, len);
#define PAIR "ldp %1, %2, [%3], #16\n\tcrc32cx %w0, %w0, %1\n\tcrc32cx %w0, %w0, %2\n\t"
#define CRC32C(steps)                                    \
	__asm__(".arch_extension crc\n\t" steps          \
		: "+r"(crc), "=&r"(a), "=&r"(b), "+r"(p) \
		: "m"(*(const uint8_t(*)[64])p))
	for (; len >= 64; len -= 64)
		CRC32C(PAIR PAIR PAIR PAIR);
	for (; len >= 16; len -= 16)
		CRC32C(PAIR);
	if (len & 8)
		CRC32C("ldr %1, [%3], #8\n\tcrc32cx %w0, %w0, %1");
	for (len &= 7; len; len--, p++)
		__asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1"
			: "+r"(crc)
			: "r"((uint32_t)*p));
	return crc;
}
