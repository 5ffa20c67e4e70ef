/* SPDX-License-Identifier: BSD-2-Clause */
/* What arch/arm64/cpu/sha256.c is on the target. */
#include "lib/hash/sha256.h"

void sha256_blocks(uint32_t state[8], const void *bytes, uint64_t blocks)
{
	sha256_blocks_soft(state, bytes, blocks);
}
