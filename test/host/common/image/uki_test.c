// SPDX-License-Identifier: BSD-2-Clause
/* common/image/uki.h: PE headers that are right, cut short, and that lie. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/image/uki.h"

#define PE    0x80
#define TABLE (PE + 24 + 16)
#define SIZE  0x200

static uint8_t file[SIZE];

static void put(size_t at, unsigned bytes, uint32_t value)
{
	while (bytes--) {
		file[at++] = (uint8_t)value;
		value >>= 8;
	}
}

static void section(unsigned n, const char *name, uint32_t size, uint32_t raw, uint32_t offset)
{
	const size_t at = TABLE + n * 40;

	memset(file + at, 0, 40);
	memcpy(file + at, name, strlen(name));
	put(at + 8, 4, size);
	put(at + 16, 4, raw);
	put(at + 20, 4, offset);
}

/* Two sections, of which the second ends where the file does. */
static void make(void)
{
	memset(file, 0, sizeof(file));
	memcpy(file, "MZ", 2);
	put(0x3c, 4, PE);
	memcpy(file + PE, "PE\0\0", 4);
	put(PE + 4, 2, 0xaa64);
	put(PE + 6, 2, 2);
	put(PE + 20, 2, 16);
	section(0, ".cmdline", 5, 0x20, 0x180);
	section(1, ".linux", 0x100, 0x40, SIZE - 0x40);
}

/* Of so many bytes, where a read behind them is seen. */
static int open_file(size_t size, struct source *source, struct uki *uki)
{
	static uint8_t *copy;

	free(copy);
	copy = malloc(size ? size : 1);
	memcpy(copy, file, size);
	source_mem(source, "file", copy, size);
	return uki_open(source, uki, NULL);
}

static void test_sections(void **state)
{
	struct uki_section s;
	struct source source;
	struct uki uki;

	(void)state;
	make();
	assert_int_equal(open_file(SIZE, &source, &uki), 0);
	assert_true(uki_is(&source));
	assert_int_equal(uki_section(&source, &uki, 0, &s, NULL), 0);
	assert_string_equal(s.name, ".cmdline");
	assert_int_equal(s.size, 5); /* not its padding */
	assert_int_equal(s.offset, 0x180);
	assert_int_equal(uki_section(&source, &uki, 1, &s, NULL), 0);
	assert_int_equal(s.size, 0x40); /* not what is zeros */
	assert_int_equal(uki_section(&source, &uki, 2, &s, NULL), -ENOENT);
	section(1, ".lin", 1, 1, 0x180);
	open_file(SIZE, &source, &uki);
	assert_false(uki_is(&source));
}

/* Each length that is too short for what it tells of is refused. */
static void test_cut(void **state)
{
	struct uki_section s;
	struct source source;
	struct uki uki;

	(void)state;
	make();
	for (size_t size = 0; size < SIZE; size++) {
		const int rc = open_file(size, &source, &uki);

		assert_true(size < TABLE + 80 ? rc < 0 : rc == 0);
		if (!rc)
			assert_int_equal(uki_section(&source, &uki, 1, &s, NULL), -EINVAL);
		assert_int_equal(uki_is(&source), false);
	}
}

static void test_lies(void **state)
{
	static const struct {
		size_t at;
		unsigned bytes;
		uint32_t value;
		int err;
	} lies[] = {
		{ 0x3c, 4, 0xffffffff, -EINVAL },    { 0x3c, 4, SIZE - 23, -EINVAL },
		{ 0x3c, 4, PE + 1, -ENOEXEC },	     { PE + 4, 2, 0x8664, -ENOEXEC },
		{ PE + 6, 2, 97, -EINVAL },	     { PE + 6, 2, 96, -EINVAL },
		{ PE + 20, 2, 0xffff, -EINVAL },     { TABLE + 60, 4, 0xffffffff, 0 },
	};
	struct uki_section s;
	struct source source;
	struct uki uki;

	(void)state;
	for (unsigned i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		make();
		put(lies[i].at, lies[i].bytes, lies[i].value);
		assert_int_equal(open_file(SIZE, &source, &uki), lies[i].err);
		if (!lies[i].err)
			assert_int_equal(uki_section(&source, &uki, 1, &s, NULL), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_lies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
