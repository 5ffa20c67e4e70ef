// SPDX-License-Identifier: BSD-2-Clause
/* lib/pack/lz4.h against the lz4 program; every way in which a file can be bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "lib/hash/xxhash.h"
#include "lib/pack/lz4.h"
#include "test/host/include/host_tool.h"

#define PLAIN_SIZE (9 << 20) /* more than a legacy block */

static uint8_t plain[PLAIN_SIZE], packed[PLAIN_SIZE + 100000];
static uint64_t out;
static struct why why;

/* From an exactly sized copy, into exactly so much room; compared with @plain. */
static int unpack(const uint8_t *from, uint64_t size, uint64_t limit)
{
	uint8_t *copy = malloc(size + 1), *to = malloc(limit + 1);
	int err;

	out = 77;
	memcpy(copy + 1, from, size);
	err = unlz4(to, limit, copy + 1, size, &out, &why);
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
	static const char *const commands[] = {
		"lz4 -q -c -1",
		"lz4 -q -c -9",
		"lz4 -q -c -12 --content-size",
		"lz4 -q -c -BD -B4",
		"lz4 -q -c -BX -B5 --no-frame-crc",
		"lz4 -q -c -l -9",
		"lz4 -q -c -l -1",
		"lz4 -q -c --fast=9 -B6 -BD -BX",
	};
	static const size_t sizes[] = { 0,    1,     12,    13,     17,        100,
					4096, 65536, 65537, 300000, PLAIN_SIZE };

	(void)state;
	for (unsigned int c = 0; c < sizeof(commands) / sizeof(commands[0]); c++) {
		for (unsigned int s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
			size_t size;
			bool legacy = strstr(commands[c], "-l");

			if (legacy && !sizes[s])
				continue;
			host_tool_data(plain, sizes[s], c * 31 + s);
			size = host_tool(commands[c], plain, sizes[s], packed, sizeof(packed));
			assert_int_equal(unpack(packed, size, sizes[s]), 0);
			assert_int_equal(out, sizes[s]);
			assert_int_equal(unpack(packed, size, sizes[s] + 100), 0);
			assert_int_equal(out, sizes[s]);
			if (sizes[s]) {
				assert_int_equal(unpack(packed, size, sizes[s] - 1), -EFBIG);
				assert_int_equal(out, 77);
			}
			if (size > 8)
				assert_int_equal(unpack(packed, size - 1, sizes[s]), -ENODATA);
		}
	}
}

/* Linux's build appends the size to the legacy form. */
static void test_legacy_size(void **state)
{
	size_t size;

	(void)state;
	host_tool_data(plain, 50000, 5);
	size = host_tool("lz4 -q -c -l -9", plain, 50000, packed, sizeof(packed));
	memcpy(packed + size, "\x50\xc3\x00\x00", 4);
	assert_int_equal(unpack(packed, size + 4, 60000), 0);
	assert_int_equal(out, 50000);
	/* Zeros behind it, or what no block's size can be, as in memory. */
	memset(packed + size, 0, 64);
	assert_int_equal(unpack(packed, size + 64, 60000), 0);
	memset(packed + size, 0xff, 64);
	assert_int_equal(unpack(packed, size + 64, 60000), 0);
	assert_int_equal(out, 50000);
}

/* Frames one behind the other, skippable ones between them, rubbish behind. */
static void test_several(void **state)
{
	size_t a, b;

	(void)state;
	host_tool_data(plain, 3000, 7);
	a = host_tool("lz4 -q -c", plain, 1000, packed, sizeof(packed));
	memcpy(packed + a, "\x53\x2a\x4d\x18\x05\x00\x00\x00hello", 13);
	b = host_tool("lz4 -q -c -BD", plain + 1000, 2000, packed + a + 13, 10000);
	memcpy(packed + a + 13 + b, "rubbish", 7);
	assert_int_equal(unpack(packed, a + b + 20, 3000), 0);
	assert_int_equal(out, 3000);
}

static void test_refused(void **state)
{
	/* magic, FLG BD HC, one stored block of 3, end */
	uint8_t file[] = {
		4, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 3, 0, 0, 0x80, 1, 2, 3, 0, 0, 0, 0
	};
	uint8_t bad[sizeof(file)];

	(void)state;
	memcpy(plain, "\1\2\3", 3);
	assert_int_equal(unpack(file, sizeof(file), 3), 0);
	assert_int_equal(unpack(file, 3, 3), -ENODATA);
	assert_int_equal(unpack((const uint8_t *)"MZxxxxxx", 8, 3), -EINVAL);
	assert_string_equal(why.text, "lz4: bad header: begins 0x78785a4d");
	memcpy(bad, file, sizeof(file));
	bad[6] ^= 1;
	assert_int_equal(unpack(bad, sizeof(file), 3), -EILSEQ);
	bad[6] ^= 1;
	bad[4] = 0xa0;
	assert_int_equal(unpack(bad, sizeof(file), 3), -ENOTSUP);
	bad[4] = 0x61;
	assert_int_equal(unpack(bad, sizeof(file), 3), -ENOTSUP);
	assert_string_equal(why.text, "lz4: the frame wants a dictionary");
	bad[4] = 0x62;
	assert_int_equal(unpack(bad, sizeof(file), 3), -EINVAL);
	bad[4] = 0x60;
	bad[10] = 0; /* a packed block: one token that wants more than there is */
	assert_int_equal(unpack(bad, sizeof(file), 3), -EINVAL);
	assert_string_equal(why.text, "lz4: the block at 0xb, 0x3 bytes, is damaged");
	bad[9] = 1;
	assert_int_equal(unpack(bad, sizeof(file), 3), -EINVAL);
	bad[9] = 0;
	bad[10] = 0x80;
	bad[7] = 200;
	assert_int_equal(unpack(bad, sizeof(file), 3), -ENODATA);
	/* A match that reaches before the beginning, and one of distance 0. */
	assert_int_equal(unlz4_block(packed, packed, 100, (const uint8_t *)"\x10z\2\0\0", 5, &out),
			 -EINVAL);
	assert_int_equal(unlz4_block(packed, packed, 100, (const uint8_t *)"\x10z\0\0\0", 5, &out),
			 -EINVAL);
	assert_int_equal(unlz4_block(packed, packed, 100, (const uint8_t *)"\x10z\1\0\0", 5, &out),
			 0);
	assert_int_equal(out, 5);
	/* A length in many bytes of 255, a terabyte's worth of nothing: ends at the room. */
	memset(packed, 0xff, 1 << 20);
	packed[0] = 0x1f;
	packed[1] = 'z';
	packed[2] = 1;
	packed[3] = 0;
	assert_int_equal(unlz4_block(plain, plain, 4096, packed, 1 << 20, &out), -EINVAL);
	packed[(1 << 20) - 2] = 0;
	packed[(1 << 20) - 1] = 0;
	assert_int_equal(unlz4_block(plain, plain, 4096, packed, 1 << 20, &out), -EFBIG);
}

/* Each of 10,000 mutants of a file is unpacked right or refused, inside its memory. */
static void test_mutants(void **state)
{
	uint8_t *to = malloc(20000);
	size_t size;
	unsigned int x = 1, refused = 0;

	(void)state;
	host_tool_data(plain, 20000, 3);
	size = host_tool("lz4 -q -c -9 -BX", plain, 20000, packed, sizeof(packed));
	for (unsigned int i = 0; i < 10000; i++) {
		uint8_t *copy = malloc(size);

		memcpy(copy, packed, size);
		for (unsigned int n = 0; n <= i % 3; n++) {
			x = x * 1664525u + 1013904223u;
			copy[(x >> 8) % size] ^= (uint8_t)(1 + x % 255);
		}
		if (unlz4(to, 20000, copy, size, &out, &why))
			refused++;
		else
			assert_memory_equal(to, plain, out);
		free(copy);
	}
	assert_true(refused > 9990);
	free(to);
}

static void test_xxh32(void **state)
{
	(void)state;
	assert_int_equal(xxh32("", 0), 0x02cc5d05);
	assert_int_equal(xxh32("abc", 3), 0x32d153ff);
	assert_int_equal(xxh32("Nobody inspects the spammish repetition", 39), 0xe2293b2f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_program),	 cmocka_unit_test(test_legacy_size),
		cmocka_unit_test(test_several),	 cmocka_unit_test(test_refused),
		cmocka_unit_test(test_mutants),	 cmocka_unit_test(test_xxh32),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
