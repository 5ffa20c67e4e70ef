/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hash/sha256.h"

void sha256_init(struct sha2 *sha)
{
	static const uint32_t first[] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};

	sha2_begin(sha, first, SHA256_BLOCK, SHA256_SIZE);
}

void sha256(const void *bytes, uint64_t count, uint8_t digest[SHA256_SIZE])
{
	struct sha2 sha;

	sha256_init(&sha);
	sha2_update(&sha, bytes, count);
	sha2_final(&sha, digest);
}
