// SPDX-License-Identifier: BSD-2-Clause
/* lib/pack/zstd.h against the zstd program; every way in which a file can be bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "lib/hash/xxhash.h"
#include "lib/pack/zstd.h"
#include "test/host/include/host_tool.h"

#define PLAIN_SIZE (3 << 20)

static uint8_t plain[PLAIN_SIZE], packed[PLAIN_SIZE + 100000];
static uint64_t out;
static struct why why;
static struct zstd_work work;

/* From an exactly sized copy, into exactly so much room; compared with @plain. */
static int unpack(const uint8_t *from, uint64_t size, uint64_t limit)
{
	uint8_t *copy = malloc(size + 1), *to = malloc(limit + 1);
	int err;

	out = 77;
	memset(&work, 0xee, sizeof(work));
	memcpy(copy + 1, from, size);
	err = unzstd(&work, to, limit, copy + 1, size, &out, &why);
	if (!err) {
		assert_true(out <= limit);
		assert_memory_equal(to, plain, out);
	}
	free(copy);
	free(to);
	return err;
}

static void test_program(void **state)
{
	/* With the first of the sizes it is tried on: those that look far take 800 MiB to start. */
	static const struct {
		const char *line;
		unsigned int from;
	} commands[] = {
		{ "zstd -q -c -1", 0 },
		{ "zstd -q -c -3 --no-check", 0 },
		{ "zstd -q -c -9", 0 },
		{ "zstd -q -c -19", 11 },
		{ "cat | zstd -q -c -5", 0 },
		{ "zstd -q -c --ultra -22", 13 },
		{ "zstd -q -c --fast=5", 0 },
		{ "zstd -q -c --long=27 -12", 12 },
		{ "zstd -q -c -16 --no-compress-literals", 9 },
		{ "zstd -q -c -3 --compress-literals", 0 },
	};
	static const size_t sizes[] = { 0,    1,     5,	     100,    255,    256,    1000,
					4096, 65536, 131072, 131073, 300000, 1000000, PLAIN_SIZE };

	(void)state;
	for (unsigned int c = 0; c < sizeof(commands) / sizeof(commands[0]); c++) {
		for (unsigned int s = commands[c].from; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
			uint64_t hint;
			size_t size;

			host_tool_data(plain, sizes[s], c * 37 + s);
			if (s % 3 == 1) /* one distribution, so that tables are kept */
				for (size_t i = 0; i < sizes[s]; i++)
					plain[i] = (uint8_t)(plain[i] % 17 * (plain[i] % 5));
			size = host_tool(commands[c].line, plain, sizes[s], packed, sizeof(packed));
			assert_int_equal(unpack(packed, size, sizes[s]), 0);
			assert_int_equal(out, sizes[s]);
			assert_int_equal(unpack(packed, size, sizes[s] + 200000), 0);
			assert_int_equal(out, sizes[s]);
			assert_int_equal(unzstd_hint(packed, size, &hint, &why), 0);
			assert_true(hint == sizes[s] || hint == 0);
			if (sizes[s])
				assert_int_equal(unpack(packed, size, sizes[s] - 1), -EFBIG);
			assert_int_equal(unpack(packed, size - 1, sizes[s]), -ENODATA);
		}
	}
}

/* Noise, zeros, and one letter: stored and repeated blocks and literals. */
static void test_plain_blocks(void **state)
{
	size_t size;

	(void)state;
	memset(plain, 0, PLAIN_SIZE);
	size = host_tool("zstd -q -c -3", plain, PLAIN_SIZE, packed, sizeof(packed));
	assert_int_equal(unpack(packed, size, PLAIN_SIZE), 0);
	assert_int_equal(out, PLAIN_SIZE);
	for (unsigned int i = 0, x = 9; i < 400000; i++) {
		x = x * 1664525u + 1013904223u;
		plain[i] = (uint8_t)(x >> 24);
	}
	size = host_tool("zstd -q -c -3", plain, 400000, packed, sizeof(packed));
	assert_int_equal(unpack(packed, size, 400000), 0);
}

static void test_several(void **state)
{
	size_t a, b;

	(void)state;
	host_tool_data(plain, 3000, 7);
	a = host_tool("zstd -q -c", plain, 1000, packed, sizeof(packed));
	memcpy(packed + a, "\x53\x2a\x4d\x18\x05\x00\x00\x00hello", 13);
	b = host_tool("zstd -q -c", plain + 1000, 2000, packed + a + 13, 10000);
	memcpy(packed + a + 13 + b, "rubbish", 7);
	assert_int_equal(unpack(packed, a + b + 20, 3000), 0);
	assert_int_equal(out, 3000);
}

static void test_refused(void **state)
{
	/* magic, single segment, size 3, a last stored block of 3 */
	uint8_t file[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x20, 3, 0x19, 0, 0, 1, 2, 3 };
	uint8_t bad[sizeof(file)];

	(void)state;
	memcpy(plain, "\1\2\3", 3);
	assert_int_equal(unpack(file, sizeof(file), 3), 0);
	assert_int_equal(unpack(file, sizeof(file), 2), -EFBIG);
	assert_string_equal(why.text, "zstd: unpacks to 0x3 bytes, there is room for 0x2");
	assert_int_equal(unpack((const uint8_t *)"MZxxxxxx", 8, 3), -EINVAL);
	memcpy(bad, file, sizeof(file));
	bad[5] = 4;
	assert_int_equal(unpack(bad, sizeof(file), 9), -EILSEQ);
	bad[5] = 2;
	assert_int_equal(unpack(bad, sizeof(file), 9), -EFBIG);
	bad[5] = 3;
	bad[6] = 0x1f; /* reserved type of block */
	assert_int_equal(unpack(bad, sizeof(file), 3), -EINVAL);
	bad[6] = 0x1d; /* a packed one */
	assert_int_equal(unpack(bad, sizeof(file), 3), -EINVAL);
	assert_string_equal(why.text, "zstd: the block at 0x9, 0x3 bytes, is damaged");
	bad[6] = 0x19;
	bad[4] = 0x28;
	assert_int_equal(unpack(bad, sizeof(file), 3), -EINVAL);
	bad[4] = 0x21;
	assert_int_equal(unpack(bad, sizeof(file), 3), -ENOTSUP);
	for (unsigned int n = 0; n < sizeof(file); n++)
		assert_int_equal(unpack(file, n, 3), -ENODATA);
}

/* Each of 10,000 mutants of a file is unpacked right or refused, inside its memory. */
static void test_mutants(void **state)
{
	uint8_t *to = malloc(20000);
	size_t size;
	unsigned int x = 1, refused = 0;

	(void)state;
	host_tool_data(plain, 20000, 3);
	size = host_tool("zstd -q -c -9", plain, 20000, packed, sizeof(packed));
	for (unsigned int i = 0; i < 10000; i++) {
		uint8_t *copy = malloc(size);

		memcpy(copy, packed, size);
		for (unsigned int n = 0; n <= i % 3; n++) {
			x = x * 1664525u + 1013904223u;
			copy[(x >> 8) % size] ^= (uint8_t)(1 + x % 255);
		}
		if (unzstd(&work, to, 20000, copy, size, &out, &why))
			refused++;
		else
			assert_memory_equal(to, plain, out);
		free(copy);
	}
	assert_true(refused > 9980);
	free(to);
}

static void test_xxh64(void **state)
{
	(void)state;
	assert_true(xxh64("", 0) == 0xef46db3751d8e999u);
	assert_true(xxh64("abc", 3) == 0x44bc2cf5ad770999u);
	assert_true(xxh64("Nobody inspects the spammish repetition", 39) == 0xfbcea83c8a378bf1u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_program), cmocka_unit_test(test_plain_blocks),
		cmocka_unit_test(test_several), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_mutants), cmocka_unit_test(test_xxh64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
