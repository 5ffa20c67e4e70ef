/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-512 and SHA-384. Spec: FIPS 180-4, 6.4 "SHA-512", 6.5 "SHA-384" */
#pragma once

#include "lib/base/types.h"

#define SHA512_SIZE  64 /* of a digest, bytes */
#define SHA384_SIZE  48
#define SHA512_BLOCK 128

/**
 * sha512_blocks() - the compression function (arch/arm64/cpu/sha512.c)
 * @state:  as in struct sha2
 * @bytes:  any alignment
 * @blocks: of SHA512_BLOCK bytes, may be 0
 */
void sha512_blocks(uint64_t state[8], const void *bytes, uint64_t blocks);

/** sha512_k - FIPS 180-4, 4.2.3 "SHA-384, SHA-512 Constants" */
extern const uint64_t sha512_k[80];
