/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hash/hash.h"

static void md5_begin(union hash_state *state)
{
	br_md5_init(&state->md5);
}

static void md5_add(union hash_state *state, const void *bytes, uint64_t count)
{
	br_md5_update(&state->md5, bytes, count);
}

static void md5_end(union hash_state *state, uint8_t *digest)
{
	br_md5_out(&state->md5, digest);
}

TABLE_ENTRY(hash_table, struct hash, hash_md5) = {
	.name = "md5",
	.size = br_md5_SIZE,
	.init = md5_begin,
	.update = md5_add,
	.final = md5_end,
};
