/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-512 and SHA-384. Spec: FIPS 180-4, 6.4 "SHA-512", 6.5 "SHA-384" */
#pragma once

#include "lib/base/types.h"

#define SHA512_SIZE  64 /* of a digest, bytes */
#define SHA384_SIZE  48
#define SHA512_BLOCK 128

/** struct sha512 - a digest that is being made */
struct sha512 {
	uint64_t state[8];
	uint64_t size; /* bytes so far; those past the last whole block are in @rest */
	uint8_t rest[SHA512_BLOCK];
};

/** sha512_init(), sha384_init() - begin */
void sha512_init(struct sha512 *sha);
void sha384_init(struct sha512 *sha);

/** sha512_update() - add bytes; any number, any alignment; for SHA-384, too */
void sha512_update(struct sha512 *sha, const void *bytes, uint64_t count);

/**
 * sha512_final() - end; @sha must be begun again before more is added
 * @size: bytes of the digest that are wanted: SHA512_SIZE or SHA384_SIZE, as begun
 */
void sha512_final(struct sha512 *sha, uint8_t *digest, unsigned int size);

/**
 * sha512_blocks() - the compression function (arch/arm64/cpu/sha512.c)
 * @state:  as in struct sha512
 * @bytes:  any alignment
 * @blocks: of SHA512_BLOCK bytes, may be 0
 */
void sha512_blocks(uint64_t state[8], const void *bytes, uint64_t blocks);

/** sha512_blocks_soft() - the same, on any CPU */
void sha512_blocks_soft(uint64_t state[8], const void *bytes, uint64_t blocks);

/** sha512_k - FIPS 180-4, 4.2.3 "SHA-384, SHA-512 Constants" */
extern const uint64_t sha512_k[80];
