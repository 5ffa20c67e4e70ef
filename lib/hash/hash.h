/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room lib/hash: PURE: digests by name.
 * In:    bytes
 * Out:   a digest
 * Uses:  base
 */
/* Digests by name. Each algorithm is a file; one that was not configured is not there. */
#pragma once

#include <bearssl/bearssl_hash.h>

#include "lib/hash/sha256.h"
#include "lib/base/table.h"
#include "lib/base/types.h"

#define HASH_SIZE_MAX 64 /* bytes of the longest digest */

union hash_state {
	uint32_t crc32;
	struct sha2 sha2;
	br_sha1_context sha1;
	br_md5_context md5;
};

/**
 * struct hash - one algorithm
 * @name:   as U-Boot and FIT images call it
 * @size:   of the digest, bytes
 * @init:   begin
 * @update: add bytes
 * @final:  end, and write the digest; a CRC-32 is written big-endian
 */
struct hash {
	const char *name;
	unsigned int size;
	void (*init)(union hash_state *state);
	void (*update)(union hash_state *state, const void *bytes, uint64_t count);
	void (*final)(union hash_state *state, uint8_t *digest);
};

/** hash_find() - the algorithm of a name, NULL where there is none */
const struct hash *hash_find(const char *name);

/** hash_sha2_update(), hash_sha2_final() - struct hash's of all that struct sha2 is for */
void hash_sha2_update(union hash_state *state, const void *bytes, uint64_t count);
void hash_sha2_final(union hash_state *state, uint8_t *digest);
