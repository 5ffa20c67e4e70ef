/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hash/sha512.h"

#include "arch/arm64/cpu/sha512_ce.h"
#include "arch/arm64/cpu/sysreg.h"

#define SHA2_512 2 /* ID_AA64ISAR0_EL1.SHA2: SHA-512 as well as SHA-256 */

void sha512_blocks(uint64_t state[8], const void *bytes, uint64_t blocks)
{
	if (ID_GET(ID_AA64ISAR0_EL1_SHA2, sysreg_read(id_aa64isar0_el1)) < SHA2_512)
		sha512_blocks_neon(state, bytes, blocks, sha512_k);
	else
		sha512_blocks_ce(state, bytes, blocks, sha512_k);
}
