/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-512 without instructions for it: the message schedule in vectors, two words in each, the
 * rounds in general registers.
 *
 * A round is 17 operations there, and a word of the schedule nine, of which vectors do two words at
 * once, with two instructions for a rotation and none with three inputs. Words and constants are
 * added as vectors, and go to the rounds through memory: sixteen words at a time.
 *
 * Spec: FIPS 180-4, 6.4.2 "SHA-512 Hash Computation"
 */
#include <arm_neon.h>

#include "arch/arm64/cpu/sha512_ce.h"
#include "lib/base/types.h"

#define PAIRS  8 /* of the message schedule: sixteen words */
#define ROUNDS 80

static inline uint64_t ror(uint64_t x, unsigned int n)
{
	return x >> n | x << (64 - n);
}

#define ROR_PAIR(x, n) vsriq_n_u64(vshlq_n_u64(x, 64 - (n)), x, n)

static inline uint64x2_t ror8_pair(uint64x2_t x)
{
	const uint8x16_t from = { 1, 2, 3, 4, 5, 6, 7, 0, 9, 10, 11, 12, 13, 14, 15, 8 };

	return vreinterpretq_u64_u8(vqtbl1q_u8(vreinterpretq_u8_u64(x), from));
}

/* What was pair i becomes pair i + 8. */
static inline void next_pair(uint64x2_t w[PAIRS], unsigned int i)
{
	uint64x2_t x = vextq_u64(w[i], w[(i + 1) % PAIRS], 1), z = w[(i + 7) % PAIRS];

	x = veorq_u64(veorq_u64(ROR_PAIR(x, 1), ror8_pair(x)), vshrq_n_u64(x, 7));
	z = veorq_u64(veorq_u64(ROR_PAIR(z, 19), ROR_PAIR(z, 61)), vshrq_n_u64(z, 6));
	w[i] = vaddq_u64(vaddq_u64(w[i], vextq_u64(w[(i + 4) % PAIRS], w[(i + 5) % PAIRS], 1)),
			 vaddq_u64(x, z));
}

/* One round: what was h becomes a, d becomes e; the caller turns the names. */
#define ROUND(a, b, c, d, e, f, g, h, word)                                           \
	do {                                                                          \
		uint64_t t_ = (h) + (word) + (ror(e, 14) ^ ror(e, 18) ^ ror(e, 41)) + \
			      ((((f) ^ (g)) & (e)) ^ (g));                            \
		uint64_t x_ = (a) ^ (b);                                              \
		(d) += t_;                                                            \
		(h) = t_ + (ror(a, 28) ^ ror(a, 34) ^ ror(a, 39)) + ((x_ & y) ^ (b)); \
		y = x_;                                                               \
	} while (0)

void sha512_blocks_neon(uint64_t state[8], const void *bytes, uint64_t blocks,
			const uint64_t k[ROUNDS])
{
	const uint8_t *from = bytes;

	for (; blocks; blocks--) {
		uint64_t a = state[0], b = state[1], c = state[2], d = state[3];
		uint64_t e = state[4], f = state[5], g = state[6], h = state[7], y = b ^ c;
		uint64x2_t w[PAIRS];

#pragma GCC unroll 8
		for (unsigned int i = 0; i < PAIRS; i++, from += 16)
			w[i] = vreinterpretq_u64_u8(vrev64q_u8(vld1q_u8(from)));
		for (const uint64_t *round = k;;) {
			uint64_t sum[2 * PAIRS];

#pragma GCC unroll 8
			for (unsigned int i = 0; i < PAIRS; i++, round += 2)
				vst1q_u64(sum + 2 * (size_t)i, vaddq_u64(w[i], vld1q_u64(round)));
			for (const uint64_t *s = sum; s < sum + 2 * PAIRS; s += 8) {
				ROUND(a, b, c, d, e, f, g, h, s[0]);
				ROUND(h, a, b, c, d, e, f, g, s[1]);
				ROUND(g, h, a, b, c, d, e, f, s[2]);
				ROUND(f, g, h, a, b, c, d, e, s[3]);
				ROUND(e, f, g, h, a, b, c, d, s[4]);
				ROUND(d, e, f, g, h, a, b, c, s[5]);
				ROUND(c, d, e, f, g, h, a, b, s[6]);
				ROUND(b, c, d, e, f, g, h, a, s[7]);
			}
			if (round == k + ROUNDS)
				break;
#pragma GCC unroll 8
			for (unsigned int i = 0; i < PAIRS; i++)
				next_pair(w, i);
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
}
