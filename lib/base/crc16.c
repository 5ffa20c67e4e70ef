/* SPDX-License-Identifier: BSD-2-Clause */
/* By halves of a byte: no tables, and less time than a byte takes on the line. */
#include "lib/base/crc16.h"

#define HIGH_FIRST 0x1021
#define LOW_FIRST  0x1081 /* the same for four bits at once, mirrored */

uint16_t crc16_xmodem(uint16_t crc, const void *bytes, size_t count)
{
	const uint8_t *byte = bytes;

	while (count--) {
		crc ^= (uint16_t)(*byte++ << 8);
		crc = (uint16_t)(crc << 4 ^ (crc >> 12) * HIGH_FIRST);
		crc = (uint16_t)(crc << 4 ^ (crc >> 12) * HIGH_FIRST);
	}
	return crc;
}

uint16_t crc16_kermit(uint16_t crc, const void *bytes, size_t count)
{
	const uint8_t *byte = bytes;

	while (count--) {
		crc ^= *byte++;
		crc = (uint16_t)(crc >> 4 ^ (crc & 15) * LOW_FIRST);
		crc = (uint16_t)(crc >> 4 ^ (crc & 15) * LOW_FIRST);
	}
	return crc;
}
