// SPDX-License-Identifier: BSD-2-Clause
#include "lib/hash/crc32c.h"

#include "arch/arm64/cpu/sysreg.h"

uint32_t crc32c(uint32_t crc, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	if (!ID_GET(ID_AA64ISAR0_EL1_CRC32, sysreg_read(id_aa64isar0_el1)))
		return crc32c_soft(crc, bytes, len);
	for (; len >= 32; len -= 32, p += 32) {
		const uint64_t *w = (const uint64_t *)p;

		__asm__(".arch_extension crc\n\t"
			"crc32cx %w0, %w0, %x1\n\t"
			"crc32cx %w0, %w0, %x2\n\t"
			"crc32cx %w0, %w0, %x3\n\t"
			"crc32cx %w0, %w0, %x4"
			: "+&r"(crc)
			: "r"(w[0]), "r"(w[1]), "r"(w[2]), "r"(w[3]));
	}
	for (; len >= 8; len -= 8, p += 8)
		__asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1"
			: "+r"(crc)
			: "r"(*(const uint64_t *)p));
	for (; len; len--, p++)
		__asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1"
			: "+r"(crc)
			: "r"((uint32_t)*p));
	return crc;
}
