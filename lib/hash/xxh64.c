/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/base/wide.h"
#include "lib/hash/xxhash.h"

#define P1 0x9e3779b185ebca87u
#define P2 0xc2b2ae3d27d4eb4fu
#define P3 0x165667b19e3779f9u
#define P4 0x85ebca77c2b2ae63u
#define P5 0x27d4eb2f165667c5u

static uint64_t rol(uint64_t x, unsigned int n)
{
	return x << n | x >> (64 - n);
}

static uint64_t lane(uint64_t acc, uint64_t word)
{
	return rol(acc + word * P2, 31) * P1;
}

static uint64_t fold(uint64_t h, uint64_t acc)
{
	return (h ^ lane(0, acc)) * P1 + P4;
}

static uint64_t tail(uint64_t h, const uint8_t *p, unsigned int left)
{
	for (; left >= 8; left -= 8, p += 8)
		h = rol(h ^ lane(0, wide_load64(p)), 27) * P1 + P4;
	if (left >= 4) {
		h = rol(h ^ wide_load32(p) * P1, 23) * P2 + P3;
		p += 4;
		left -= 4;
	}
	for (; left; left--)
		h = rol(h ^ *p++ * P5, 11) * P1;
	return h;
}

uint64_t xxh64(const void *bytes, uint64_t size)
{
	const uint8_t *p = bytes;
	uint64_t left = size, h = P5;

	if (left >= 32) {
		uint64_t a = P1 + P2, b = P2, c = 0, d = -P1;

		for (; left >= 32; left -= 32, p += 32) {
			a = lane(a, wide_load64(p));
			b = lane(b, wide_load64(p + 8));
			c = lane(c, wide_load64(p + 16));
			d = lane(d, wide_load64(p + 24));
		}
		h = rol(a, 1) + rol(b, 7) + rol(c, 12) + rol(d, 18);
		h = fold(fold(fold(fold(h, a), b), c), d);
	}
	h = tail(h + size, p, (unsigned int)left);
	h = (h ^ h >> 33) * P2;
	h = (h ^ h >> 29) * P3;
	return h ^ h >> 32;
}
