/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/sum.h"

#include "arch/mem.h"
#include "lib/base/wide.h"

#define SHORT 32 /* fewer bytes than this are added here: a call costs more */

/*
 * The order of the bytes in a word does not matter to a sum with end-around carry: it is made of
 * words as the CPU reads them, and turned.
 */
uint16_t net_sum(const void *bytes, size_t size, uint32_t sum)
{
	const uint8_t *p = bytes;
	uint64_t total = __builtin_bswap32(sum);
	uint32_t s;

	for (; size < SHORT && size >= 4; size -= 4, p += 4)
		total += wide_load32(p);
	if (size)
		total += mem_sum(p, size);
	s = (uint32_t)(total >> 32) + (uint32_t)(total & UINT16_MAX) +
	    (uint16_t)(total >> 16); /* of less than 2^49 */
	s = (s & UINT16_MAX) + (s >> 16);
	return __builtin_bswap16((uint16_t)((s & UINT16_MAX) + (s >> 16)));
}
