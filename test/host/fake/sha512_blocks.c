/* SPDX-License-Identifier: BSD-2-Clause */
/* The compression function in plain C; arch/arm64/cpu/sha512_neon.c is the target's. */
#include "lib/base/wide.h"
#include "lib/hash/sha512.h"

static inline uint64_t ror(uint64_t x, unsigned int n)
{
	return x >> n | x << (64 - n);
}

/* One round: what was h becomes a, d becomes e; the caller turns the names. */
#define ROUND(a, b, c, d, e, f, g, h, i)                                              \
	do {                                                                          \
		uint64_t t_ = (h) + sha512_k[round + (i)] + w[i] +                           \
			      (ror(e, 14) ^ ror(e, 18) ^ ror(e, 41)) +                \
			      ((((f) ^ (g)) & (e)) ^ (g));                            \
		uint64_t x_ = (a) ^ (b);                                              \
		(d) += t_;                                                            \
		(h) = t_ + (ror(a, 28) ^ ror(a, 34) ^ ror(a, 39)) + ((x_ & y) ^ (b)); \
		y = x_;                                                               \
	} while (0)

static void schedule(uint64_t w[16])
{
	for (unsigned int i = 0; i < 16; i++) {
		uint64_t x = w[(i + 1) & 15], z = w[(i + 14) & 15];

		w[i] += (ror(x, 1) ^ ror(x, 8) ^ x >> 7) + w[(i + 9) & 15] +
			(ror(z, 19) ^ ror(z, 61) ^ z >> 6);
	}
}

static void one_block(uint64_t state[8], const uint8_t *bytes)
{
	uint64_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint64_t e = state[4], f = state[5], g = state[6], h = state[7];
	uint64_t w[16], y = b ^ c;

	for (unsigned int i = 0; i < 16; i++)
		w[i] = __builtin_bswap64(wide_load64(bytes + 8 * (size_t)i));
	for (unsigned int round = 0; round < 80; round += 16) {
		if (round)
			schedule(w);
		for (unsigned int i = 0; i < 16; i += 8) {
			ROUND(a, b, c, d, e, f, g, h, i);
			ROUND(h, a, b, c, d, e, f, g, i + 1);
			ROUND(g, h, a, b, c, d, e, f, i + 2);
			ROUND(f, g, h, a, b, c, d, e, i + 3);
			ROUND(e, f, g, h, a, b, c, d, i + 4);
			ROUND(d, e, f, g, h, a, b, c, i + 5);
			ROUND(c, d, e, f, g, h, a, b, i + 6);
			ROUND(b, c, d, e, f, g, h, a, i + 7);
		}
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
	state[5] += f;
	state[6] += g;
	state[7] += h;
}

void sha512_blocks(uint64_t state[8], const void *bytes, uint64_t blocks)
{
	const uint8_t *from = bytes;

	for (; blocks; blocks--, from += SHA512_BLOCK)
		one_block(state, from);
}
