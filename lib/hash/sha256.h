/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-256. Spec: FIPS 180-4, 5.1.1 "Padding", 6.2 "SHA-256"
 *
 * Whole blocks go to sha256_blocks(), which is the architecture's: the CPU's own instructions where
 * it has them (1.6 instructions a byte), else sha256_blocks_soft().
 */
#pragma once

#include "lib/base/types.h"

#define SHA256_SIZE  32 /* of a digest, bytes */
#define SHA256_BLOCK 64

/** struct sha256 - a digest that is being made */
struct sha256 {
	uint32_t state[SHA256_SIZE / 4];
	uint64_t size; /* bytes so far; those past the last whole block are in @rest */
	uint8_t rest[SHA256_BLOCK];
};

/** sha256_init() - begin */
void sha256_init(struct sha256 *sha);

/** sha256_update() - add bytes; any number, any alignment */
void sha256_update(struct sha256 *sha, const void *bytes, uint64_t count);

/** sha256_final() - end; @sha must be begun again before more is added */
void sha256_final(struct sha256 *sha, uint8_t digest[SHA256_SIZE]);

/** sha256() - the digest of bytes that all lie in one place */
void sha256(const void *bytes, uint64_t count, uint8_t digest[SHA256_SIZE]);

/**
 * sha256_blocks() - the compression function (arch/arm64/cpu/sha256.c)
 * @state:  as in struct sha256
 * @bytes:  any alignment
 * @blocks: of SHA256_BLOCK bytes, may be 0
 */
void sha256_blocks(uint32_t state[SHA256_SIZE / 4], const void *bytes, uint64_t blocks);

/** sha256_blocks_soft() - the same by BearSSL, on any CPU */
void sha256_blocks_soft(uint32_t state[SHA256_SIZE / 4], const void *bytes, uint64_t blocks);
