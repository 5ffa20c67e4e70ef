/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What SHA-256, SHA-384 and SHA-512 have in common: blocks are gathered, the last is padded.
 * Spec: FIPS 180-4, 5.1 "Padding the Message"
 */
#pragma once

#include "lib/base/types.h"

#define SHA2_BLOCK_MAX 128

/** struct sha2 - a digest that is being made, as sha256_init() and its like begin it */
struct sha2 {
	union {
		uint32_t words[8]; /* of SHA-256 */
		uint64_t wide[8];
	} state;
	uint64_t size;	     /* bytes so far; those past the last whole block are in @rest */
	unsigned int block;  /* bytes */
	unsigned int digest; /* bytes */
	uint8_t rest[SHA2_BLOCK_MAX];
};

/**
 * sha2_begin() - begin
 * @first: the state's eight words, of 4 bytes or 8, as the block's size has it
 */
void sha2_begin(struct sha2 *sha, const void *first, unsigned int block, unsigned int digest);

/** sha2_update() - add bytes; any number, any alignment */
void sha2_update(struct sha2 *sha, const void *bytes, uint64_t count);

/**
 * sha2_final() - end, and write @sha->digest bytes
 * @sha: must be begun again before more is added
 */
void sha2_final(struct sha2 *sha, uint8_t *digest);
