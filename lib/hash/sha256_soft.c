/* SPDX-License-Identifier: BSD-2-Clause */
#include <bearssl/bearssl_hash.h>

#include "lib/hash/sha256.h"

#define WORDS (SHA256_SIZE / 4)

/* BearSSL takes a state as the bytes that a digest has, and how much it has seen. */
void sha256_blocks_soft(uint32_t state[WORDS], const void *bytes, uint64_t blocks)
{
	br_sha256_context context;
	uint32_t big_endian[WORDS];

	if (!blocks)
		return;
	for (unsigned int i = 0; i < WORDS; i++)
		big_endian[i] = __builtin_bswap32(state[i]);
	br_sha256_init(&context);
	br_sha256_set_state(&context, big_endian, 0);
	br_sha256_update(&context, bytes, blocks * SHA256_BLOCK);
	br_sha256_state(&context, big_endian);
	for (unsigned int i = 0; i < WORDS; i++)
		state[i] = __builtin_bswap32(big_endian[i]);
}
