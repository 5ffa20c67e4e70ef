/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/sum.h"

#include "arch/mem.h"

/*
 * The order of the bytes in a word does not matter to a sum with end-around carry: it is made of
 * words as the CPU reads them, and turned.
 */
uint16_t net_sum(const void *bytes, size_t size, uint16_t sum)
{
	const uint64_t total = __builtin_bswap16(sum) + mem_sum(bytes, size);
	uint32_t s = (uint32_t)(total >> 32) + (uint32_t)(total & UINT16_MAX) +
		     (uint16_t)(total >> 16); /* of less than 2^48 */

	s = (s & UINT16_MAX) + (s >> 16);
	return __builtin_bswap16((uint16_t)((s & UINT16_MAX) + (s >> 16)));
}
