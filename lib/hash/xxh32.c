/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/base/wide.h"
#include "lib/hash/xxhash.h"

#define P1 0x9e3779b1u
#define P2 0x85ebca77u
#define P3 0xc2b2ae3du
#define P4 0x27d4eb2fu
#define P5 0x165667b1u

static uint32_t rol(uint32_t x, unsigned int n)
{
	return x << n | x >> (32 - n);
}

static uint32_t lane(uint32_t acc, const uint8_t *p)
{
	return rol(acc + wide_load32(p) * P2, 13) * P1;
}

uint32_t xxh32(const void *bytes, uint64_t size)
{
	const uint8_t *p = bytes;
	uint64_t left = size;
	uint32_t h = P5;

	if (left >= 16) {
		uint32_t a = P1 + P2, b = P2, c = 0, d = -P1;

		for (; left >= 16; left -= 16, p += 16) {
			a = lane(a, p);
			b = lane(b, p + 4);
			c = lane(c, p + 8);
			d = lane(d, p + 12);
		}
		h = rol(a, 1) + rol(b, 7) + rol(c, 12) + rol(d, 18);
	}
	h += (uint32_t)size;
	for (; left >= 4; left -= 4, p += 4)
		h = rol(h + wide_load32(p) * P3, 17) * P4;
	for (; left; left--)
		h = rol(h + *p++ * P5, 11) * P1;
	h = (h ^ h >> 15) * P2;
	h = (h ^ h >> 13) * P3;
	return h ^ h >> 16;
}
