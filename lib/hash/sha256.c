/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hash/sha256.h"

#include <string.h>

#define LENGTH_BYTES 8 /* of the message's length, in bits, at the end of the last block */

static void put_be32(uint8_t *p, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> (24 - 8 * i));
}

void sha256_init(struct sha256 *sha)
{
	static const uint32_t first[] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};

	memcpy(sha->state, first, sizeof(first));
	sha->size = 0;
}

void sha256_update(struct sha256 *sha, const void *bytes, uint64_t count)
{
	unsigned int held = sha->size % SHA256_BLOCK;
	const uint8_t *from = bytes;
	uint64_t whole;

	sha->size += count;
	if (held) {
		uint64_t part = MIN(count, (uint64_t)(SHA256_BLOCK - held));

		memcpy(sha->rest + held, from, part);
		from += part;
		count -= part;
		if (held + part < SHA256_BLOCK)
			return;
		sha256_blocks(sha->state, sha->rest, 1);
	}
	whole = count / SHA256_BLOCK;
	sha256_blocks(sha->state, from, whole);
	if (count % SHA256_BLOCK)
		memcpy(sha->rest, from + whole * SHA256_BLOCK, count % SHA256_BLOCK);
}

void sha256_final(struct sha256 *sha, uint8_t digest[SHA256_SIZE])
{
	unsigned int held = sha->size % SHA256_BLOCK;
	const uint64_t bits = sha->size * 8;

	sha->rest[held++] = 0x80;
	memset(sha->rest + held, 0, SHA256_BLOCK - held);
	if (held > SHA256_BLOCK - LENGTH_BYTES) {
		sha256_blocks(sha->state, sha->rest, 1);
		memset(sha->rest, 0, SHA256_BLOCK);
	}
	put_be32(sha->rest + SHA256_BLOCK - 8, (uint32_t)(bits >> 32));
	put_be32(sha->rest + SHA256_BLOCK - 4, (uint32_t)bits);
	sha256_blocks(sha->state, sha->rest, 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(sha->state); i++)
		put_be32(digest + 4 * i, sha->state[i]);
}

void sha256(const void *bytes, uint64_t count, uint8_t digest[SHA256_SIZE])
{
	struct sha256 sha;

	sha256_init(&sha);
	sha256_update(&sha, bytes, count);
	sha256_final(&sha, digest);
}
