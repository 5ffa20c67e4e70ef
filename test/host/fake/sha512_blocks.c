/* SPDX-License-Identifier: BSD-2-Clause */
/* What arch/arm64/cpu/sha512.c is on the target. */
#include "lib/hash/sha512.h"

void sha512_blocks(uint64_t state[8], const void *bytes, uint64_t blocks)
{
	sha512_blocks_soft(state, bytes, blocks);
}
