/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-512 by FEAT_SHA512: what is compiled here runs where the CPU has it, and nowhere else.
 *
 * A vector holds two of the state's eight letters, the first of them in its lower half. Two rounds
 * are one step: they take the words and constants of both, and give the new a b and e f at once.
 *
 * Spec: Arm ARM DDI 0487 K.a, C7.2 "SHA512H", "SHA512H2", "SHA512SU0", "SHA512SU1"
 */
#include <arm_neon.h>

#include "arch/arm64/cpu/sha512_ce.h"
#include "lib/base/types.h"

#define WORDS 8 /* vectors of the message schedule */

static inline uint64x2_t swapped(uint64x2_t v)
{
	return vextq_u64(v, v, 1);
}

static inline void two_rounds(uint64x2_t s[4], uint64x2_t word, const uint64_t *k)
{
	uint64x2_t t = vaddq_u64(s[3], swapped(vaddq_u64(word, vld1q_u64(k))));

	t = vsha512hq_u64(t, vextq_u64(s[2], s[3], 1), vextq_u64(s[1], s[2], 1));
	s[3] = s[2];
	s[2] = vaddq_u64(s[1], t);
	t = vsha512h2q_u64(t, s[1], s[0]);
	s[1] = s[0];
	s[0] = t;
}

void sha512_blocks_ce(uint64_t state[8], const void *bytes, uint64_t blocks, const uint64_t k[80])
{
	const uint8_t *from = bytes;
	uint64x2_t s[4], w[WORDS], first[4];

	for (unsigned int i = 0; i < 4; i++)
		s[i] = vld1q_u64(state + 2 * (size_t)i);
	for (; blocks; blocks--) {
		for (unsigned int i = 0; i < WORDS; i++, from += 16)
			w[i] = vreinterpretq_u64_u8(vrev64q_u8(vld1q_u8(from)));
		for (unsigned int i = 0; i < 4; i++)
			first[i] = s[i];
		for (unsigned int round = 0; round < 64; round += 16) {
			for (unsigned int i = 0; i < WORDS; i++) {
				two_rounds(s, w[i], k + round + 2 * (size_t)i);
				w[i] = vsha512su1q_u64(vsha512su0q_u64(w[i], w[(i + 1) % WORDS]),
						       w[(i + 7) % WORDS],
						       vextq_u64(w[(i + 4) % WORDS],
								 w[(i + 5) % WORDS], 1));
			}
		}
		for (unsigned int i = 0; i < WORDS; i++)
			two_rounds(s, w[i], k + 64 + 2 * (size_t)i);
		for (unsigned int i = 0; i < 4; i++)
			s[i] = vaddq_u64(s[i], first[i]);
	}
	for (unsigned int i = 0; i < 4; i++)
		vst1q_u64(state + 2 * (size_t)i, s[i]);
}
