/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hash/crc64.h"

#include "lib/base/wide.h"

#define POLYNOMIAL UINT64_C(0xc96c5795d7870f42) /* ECMA-182, 0x42f0e1eba9ea3693, turned round */

void crc64_table_make(struct crc64_table *table)
{
	for (unsigned int byte = 0; byte < 256; byte++) {
		uint64_t crc = byte;

		for (unsigned int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		table->of[0][byte] = crc;
	}
	for (unsigned int n = 1; n < 4; n++) {
		for (unsigned int byte = 0; byte < 256; byte++) {
			uint64_t crc = table->of[n - 1][byte];

			table->of[n][byte] = crc >> 8 ^ table->of[0][crc & 255];
		}
	}
}

uint64_t crc64(const struct crc64_table *table, const void *bytes, uint64_t size)
{
	uint64_t crc = ~UINT64_C(0);
	const uint8_t *at = bytes;

	for (; size >= 4; size -= 4, at += 4) {
		uint32_t low = (uint32_t)crc ^ wide_load32(at);

		crc = crc >> 32 ^ table->of[3][low & 255] ^ table->of[2][low >> 8 & 255] ^
		      table->of[1][low >> 16 & 255] ^ table->of[0][low >> 24];
	}
	for (; size; size--)
		crc = crc >> 8 ^ table->of[0][(crc ^ *at++) & 255];
	return ~crc;
}
