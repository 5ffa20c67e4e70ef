/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hash/sha2.h"

#include <string.h>

#include "lib/base/wide.h"
#include "lib/hash/sha256.h"
#include "lib/hash/sha512.h"

static bool is_wide(const struct sha2 *sha)
{
	return IS_ENABLED(CONFIG_HASH_SHA512) && sha->block == SHA512_BLOCK;
}

static void whole_blocks(struct sha2 *sha, const uint8_t *bytes, uint64_t blocks)
{
	if (is_wide(sha))
		sha512_blocks(sha->state.wide, bytes, blocks);
	else
		sha256_blocks(sha->state.words, bytes, blocks);
}

void sha2_begin(struct sha2 *sha, const void *first, unsigned int block, unsigned int digest)
{
	sha->size = 0;
	sha->block = block;
	sha->digest = digest;
	memcpy(&sha->state, first, block / 2);
}

void sha2_update(struct sha2 *sha, const void *bytes, uint64_t count)
{
	unsigned int held = sha->size & (sha->block - 1);
	const uint8_t *from = bytes;
	uint64_t whole;

	sha->size += count;
	if (held) {
		uint64_t part = MIN(count, (uint64_t)(sha->block - held));

		memcpy(sha->rest + held, from, part);
		from += part;
		count -= part;
		if (held + part < sha->block)
			return;
		whole_blocks(sha, sha->rest, 1);
	}
	whole = count / sha->block;
	whole_blocks(sha, from, whole);
	whole *= sha->block;
	memcpy(sha->rest, from + whole, count - whole);
}

static void put_be64(uint8_t *p, uint64_t value)
{
	value = __builtin_bswap64(value);
	memcpy(p, &value, sizeof(value));
}

void sha2_final(struct sha2 *sha, uint8_t *digest)
{
	const unsigned int block = sha->block;
	unsigned int held = sha->size & (block - 1);

	sha->rest[held++] = 0x80;
	memset(sha->rest + held, 0, block - held);
	/* The message's length, in bits, takes an eighth of the last block. */
	if (held > block - block / 8) {
		whole_blocks(sha, sha->rest, 1);
		memset(sha->rest, 0, block);
	}
	if (is_wide(sha))
		sha->rest[block - 9] = (uint8_t)(sha->size >> 61);
	put_be64(sha->rest + block - 8, sha->size << 3);
	whole_blocks(sha, sha->rest, 1);
	for (unsigned int i = 0; i < 8; i++) {
		if (is_wide(sha))
			sha->state.wide[i] = __builtin_bswap64(sha->state.wide[i]);
		else
			sha->state.words[i] = __builtin_bswap32(sha->state.words[i]);
	}
	memcpy(digest, &sha->state, sha->digest);
}
