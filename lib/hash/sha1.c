/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hash/hash.h"

static void sha1_begin(union hash_state *state)
{
	br_sha1_init(&state->sha1);
}

static void sha1_add(union hash_state *state, const void *bytes, uint64_t count)
{
	br_sha1_update(&state->sha1, bytes, count);
}

static void sha1_end(union hash_state *state, uint8_t *digest)
{
	br_sha1_out(&state->sha1, digest);
}

TABLE_ENTRY(hash_table, struct hash, hash_sha1) = {
	.name = "sha1",
	.size = br_sha1_SIZE,
	.init = sha1_begin,
	.update = sha1_add,
	.final = sha1_end,
};
