/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/**
 * sha512_blocks_ce() - sha512_blocks() by the CPU's own instructions
 * @k: the 80 constants
 *
 * Requires FEAT_SHA512.
 */
void sha512_blocks_ce(uint64_t state[8], const void *bytes, uint64_t blocks, const uint64_t k[80]);

/** sha512_blocks_neon() - the same on any CPU with vectors: each that Loft runs on */
void sha512_blocks_neon(uint64_t state[8], const void *bytes, uint64_t blocks,
			const uint64_t k[80]);
