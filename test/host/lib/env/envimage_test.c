/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/envimage: CRC over padding, bytes of a copy, the end of the strings. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/crc32.h"
#include "lib/env/envimage.h"

static struct why why;

static void test_crc_over_padding(void **state)
{
	static const uint32_t counts[] = { 0, 1, 2, 3, 255, 256, 4097, 262138, 1048575 };
	static uint8_t buffer[ENVIMAGE_SIZE_MAX];

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(counts); i++) {
		for (unsigned pad = 0; pad <= 0xff; pad += 0xff) {
			uint32_t crc = crc32(0, "some data", i);

			memset(buffer, (int)pad, counts[i]);
			assert_int_equal(envimage_crc_pad(crc, (uint8_t)pad, counts[i]),
					 crc32(crc, buffer, counts[i]));
		}
	}
}

static void test_bytes(void **state)
{
	struct envimage image = {
		.size = 64, .pad = 0xff, .generation = 9, .data = "a=1\0b=22", .used = 9
	};
	uint8_t whole[64], part[64];

	(void)state;
	for (unsigned redundant = 0; redundant < 2; redundant++) {
		image.header = envimage_header(redundant);
		assert_int_equal(envimage_init(&image, &why), 0);
		envimage_bytes(&image, 0, whole, 64);
		assert_int_equal(whole[0], image.crc & 0xff);
		assert_int_equal(whole[3], image.crc >> 24);
		assert_true(!redundant || whole[4] == 9);
		assert_memory_equal(whole + image.header, "a=1\0b=22\0\0\xff", 11);
		assert_int_equal(whole[63], 0xff);
		assert_int_equal(crc32(0, whole + image.header, 64 - image.header), image.crc);
		for (unsigned from = 0; from <= 64; from++) {
			for (unsigned count = 0; count <= 64 - from; count++) {
				memset(part, 0x33, sizeof(part));
				envimage_bytes(&image, from, part, count);
				assert_memory_equal(part, whole + from, count);
				assert_true(count == 64 || part[count] == 0x33);
			}
		}
	}
}

static void test_room(void **state)
{
	static char data[64];
	struct envimage image = { .size = 64, .header = 5, .data = data };

	(void)state;
	image.used = 58;
	assert_int_equal(envimage_init(&image, &why), 0);
	image.used = 59;
	assert_int_equal(envimage_init(&image, &why), -ENOSPC);
	assert_string_equal(why.text, "59 bytes of variables, and a copy holds 58");
}

static void test_used(void **state)
{
	static const struct {
		const char *data;
		size_t size, next;
		bool ends;
	} cases[] = {
		{ "", 0, 0, false },	      { "\0x", 2, 0, true },   { "a=1\0\0xx", 7, 4, true },
		{ "a=1\0b", 5, 4, false },    { "a=1\0", 4, 4, false }, { "abc", 3, 0, false },
		{ "a\0b\0\0\0", 6, 4, true },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		/* The whole at once, and a byte more at each call. */
		char *copy = malloc(cases[i].size + 1);
		size_t next = 0;
		bool ends = false;

		memcpy(copy, cases[i].data, cases[i].size);
		assert_int_equal(envimage_used(copy, cases[i].size, 0, &next), cases[i].ends);
		assert_int_equal(next, cases[i].next);
		next = 0;
		for (size_t size = 0; size <= cases[i].size && !ends; size++)
			ends = envimage_used(copy, size, next, &next);
		assert_int_equal(ends, cases[i].ends);
		assert_int_equal(next, cases[i].next);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crc_over_padding),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
