/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hash/hash.h"

#include <string.h>

#include "lib/base/crc32.h"

const struct hash *hash_find(const char *name)
{
	TABLE_FOREACH(hash_table, struct hash, hash) {
		if (!strcmp(hash->name, name))
			return hash;
	}
	return NULL;
}

static void crc_init(union hash_state *state)
{
	state->crc32 = 0;
}

static void crc_update(union hash_state *state, const void *bytes, uint64_t count)
{
	state->crc32 = crc32(state->crc32, bytes, count);
}

static void crc_final(union hash_state *state, uint8_t *digest)
{
	for (unsigned int i = 0; i < 4; i++)
		digest[i] = (uint8_t)(state->crc32 >> (24 - 8 * i));
}

TABLE_ENTRY(hash_table, struct hash, hash_crc32) = {
	.name = "crc32",
	.size = 4,
	.init = crc_init,
	.update = crc_update,
	.final = crc_final,
};

static void sha256_begin(union hash_state *state)
{
	sha256_init(&state->sha2);
}

void hash_sha2_update(union hash_state *state, const void *bytes, uint64_t count)
{
	sha2_update(&state->sha2, bytes, count);
}

void hash_sha2_final(union hash_state *state, uint8_t *digest)
{
	sha2_final(&state->sha2, digest);
}

TABLE_ENTRY(hash_table, struct hash, hash_sha256) = {
	.name = "sha256",
	.size = SHA256_SIZE,
	.init = sha256_begin,
	.update = hash_sha2_update,
	.final = hash_sha2_final,
};
