/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-256. Spec: FIPS 180-4, 5.1.1 "Padding", 6.2 "SHA-256"
 *
 * Whole blocks go to sha256_blocks(), which is the architecture's: the CPU's own instructions where
 * it has them (1.6 instructions a byte), else sha256_blocks_soft().
 */
#pragma once

#include "lib/base/types.h"
#include "lib/hash/sha2.h"

#define SHA256_SIZE  32 /* of a digest, bytes */
#define SHA256_BLOCK 64

/** sha256_init() - begin; sha2_update() and sha2_final() do the rest */
void sha256_init(struct sha2 *sha);

/** sha256() - the digest of bytes that all lie in one place */
void sha256(const void *bytes, uint64_t count, uint8_t digest[SHA256_SIZE]);

/**
 * sha256_blocks() - the compression function (arch/arm64/cpu/sha256.c)
 * @state:  as in struct sha2
 * @bytes:  any alignment
 * @blocks: of SHA256_BLOCK bytes, may be 0
 */
void sha256_blocks(uint32_t state[SHA256_SIZE / 4], const void *bytes, uint64_t blocks);

/** sha256_blocks_soft() - the same by BearSSL, on any CPU */
void sha256_blocks_soft(uint32_t state[SHA256_SIZE / 4], const void *bytes, uint64_t blocks);
