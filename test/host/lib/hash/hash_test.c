/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/hash, lib/sha256: the standards' own messages, and every way to cut a message in pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/hash/hash.h"
/* Nobody calls these: they are found in the table, and a library leaves them out. */
#include "lib/hash/md5.c"
#include "lib/hash/sha1.c"

static void digest_of(const char *name, const void *bytes, size_t count, char *text)
{
	const struct hash *hash = hash_find(name);
	uint8_t digest[HASH_SIZE_MAX];
	union hash_state state;

	assert_non_null(hash);
	assert_in_range(hash->size, 1, HASH_SIZE_MAX);
	hash->init(&state);
	hash->update(&state, bytes, count);
	hash->final(&state, digest);
	for (unsigned int i = 0; i < hash->size; i++)
		sprintf(text + 2 * i, "%02x", digest[i]);
}

/* FIPS 180-4's examples, RFC 1321 A.5, and CRC-32's check value. */
static void test_known(void **state)
{
	static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	static const struct {
		const char *name, *message, *digest;
	} known[] = {
		{ "sha256", "",
		  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "sha256", "abc",
		  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "sha256", two_blocks,
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ "sha1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ "sha1", two_blocks, "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
		{ "md5", "abc", "900150983cd24fb0d6963f7d28e17f72" },
		{ "md5", "", "d41d8cd98f00b204e9800998ecf8427e" },
		{ "crc32", "123456789", "cbf43926" },
		{ "crc32", "", "00000000" },
	};
	char text[2 * HASH_SIZE_MAX + 1];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++) {
		digest_of(known[i].name, known[i].message, strlen(known[i].message), text);
		assert_string_equal(text, known[i].digest);
	}
	assert_null(hash_find("sha3"));
	assert_null(hash_find(""));
}

static void test_a_million(void **state)
{
	char *message = malloc(1000000);
	char text[2 * HASH_SIZE_MAX + 1];

	(void)state;
	memset(message, 'a', 1000000);
	digest_of("sha256", message, 1000000, text);
	assert_string_equal(text,
			    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(message);
}

/* Lengths around every boundary of a block, in two and three pieces, each at any alignment. */
static void test_pieces(void **state)
{
	static const char *const names[] = { "sha256", "sha384", "sha512" };
	uint8_t message[280], whole[HASH_SIZE_MAX], pieces[HASH_SIZE_MAX];

	(void)state;
	for (unsigned int i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 37 + 11);
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		const struct hash *hash = hash_find(names[i]);
		union hash_state sha;

		for (unsigned int size = 0; size <= sizeof(message); size++) {
			hash->init(&sha);
			hash->update(&sha, message, size);
			hash->final(&sha, whole);
			for (unsigned int cut = 0; cut <= size; cut++) {
				unsigned int second = (size - cut) / 3;

				hash->init(&sha);
				hash->update(&sha, message, cut);
				hash->update(&sha, message + cut, second);
				hash->update(&sha, message + cut + second, size - cut - second);
				hash->final(&sha, pieces);
				assert_memory_equal(whole, pieces, hash->size);
			}
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_a_million),
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
