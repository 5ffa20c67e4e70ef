/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/sum.h"

#include "arch/mem.h"

/* What packets are read by, where it is aligned: on no CPU, in no memory is an access unaligned. */
typedef uint16_t half __attribute__((may_alias));
typedef uint32_t word __attribute__((may_alias));
typedef uint64_t twin __attribute__((may_alias));

static uint16_t fold(uint64_t sum)
{
	uint32_t s = (uint32_t)(sum >> 32) + (uint32_t)(sum & UINT16_MAX) +
		     (uint16_t)(sum >> 16); /* of less than 2^48 */

	s = (s & UINT16_MAX) + (s >> 16);
	return (uint16_t)((s & UINT16_MAX) + (s >> 16));
}

/*
 * The order of the bytes in a word does not matter to a sum with end-around carry: it is made of
 * words as the CPU reads them, and turned, unless they began at an odd address.
 */
uint16_t net_sum(const void *bytes, size_t size, uint16_t sum)
{
	const uint8_t *b = bytes;
	const bool odd = size && (uintptr_t)b & 1;
	uint64_t total = odd ? sum : __builtin_bswap16(sum);

	if (odd) {
		total += (uint64_t)*b++ << 8;
		size--;
	}
	if ((uintptr_t)b & 2 && size >= sizeof(half)) {
		total += *(const half *)b;
		b += sizeof(half);
		size -= sizeof(half);
	}
	for (; (uintptr_t)b & 15 && size >= sizeof(word); b += sizeof(word), size -= sizeof(word))
		total += *(const word *)b;
	if (size >= MEM_SUM_BLOCK) {
		total += mem_sum(b, size / MEM_SUM_BLOCK);
		b += size - size % MEM_SUM_BLOCK;
		size %= MEM_SUM_BLOCK;
	}
	for (; size >= sizeof(twin); b += sizeof(twin), size -= sizeof(twin)) {
		const uint64_t two = *(const twin *)b;

		total += (uint32_t)two;
		total += two >> 32;
	}
	for (; size >= sizeof(half); b += sizeof(half), size -= sizeof(half))
		total += *(const half *)b;
	if (size)
		total += *b; /* the low byte of a little-endian word */
	sum = fold(total);
	return odd ? sum : __builtin_bswap16(sum);
}
