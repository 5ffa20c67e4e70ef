/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/sum.h"

#include <string.h>

/* Eight words of 16 bits at a time; each of the four sums takes 2 * 4096 of them: no overflow. */
typedef uint32_t quad __attribute__((vector_size(16)));

#define HALVES 0xffff

static uint32_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & HALVES) + (sum >> 16);
	return (uint32_t)sum;
}

/*
 * The order of the bytes in a word does not matter to a sum with end-around carry: it is made of
 * words as the CPU reads them, and turned at the end.
 */
uint16_t net_sum(const void *bytes, size_t size, uint16_t sum)
{
	const uint8_t *b = bytes;
	quad low = { 0 }, high = { 0 }, word[2];
	uint64_t total = 0;
	uint32_t folded;
	uint16_t last;

	for (; size >= sizeof(word); b += sizeof(word), size -= sizeof(word)) {
		memcpy(word, b, sizeof(word));
		low += (word[0] & HALVES) + (word[1] & HALVES);
		high += (word[0] >> 16) + (word[1] >> 16);
	}
	for (unsigned int i = 0; i < 4; i++)
		total += (uint64_t)low[i] + high[i];
	for (; size >= sizeof(last); b += sizeof(last), size -= sizeof(last)) {
		memcpy(&last, b, sizeof(last));
		total += last;
	}
	if (size)
		total += *b; /* the low byte of a little-endian word */
	folded = fold(total);
	return (uint16_t)fold((uint32_t)(uint16_t)(folded << 8 | folded >> 8) + sum);
}
