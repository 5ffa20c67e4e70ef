/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/uimage: headers, checksums, and tables of sizes that lie. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/crc32.h"
#include "lib/pack/uimage.h"

static uint8_t file[256];

static void put32(size_t at, uint32_t value)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		file[at + i] = (uint8_t)(value >> (24 - 8 * i));
}

static void seal(uint32_t size)
{
	put32(0, 0x27051956);
	put32(4, 0);
	put32(12, size);
	put32(24, crc32(0, file + 64, size));
	put32(4, crc32(0, file, 64));
}

/* A script: one size, a 0, "echo". */
static void make(uint8_t type)
{
	memset(file, 0, sizeof(file));
	put32(8, 1700000000);
	put32(16, 0x40200000);
	put32(20, 0x40200040);
	memcpy(file + 28, (uint8_t[]){ 5, 22, type, 0 }, 4);
	memset(file + 32, 'n', 32);
	put32(64, 4);
	memcpy(file + 72, "echo", 4);
	seal(12);
}

static void test_script(void **state)
{
	struct uimage image;
	const uint8_t *data;
	struct why why;
	uint32_t size;

	(void)state;
	make(UIMAGE_TYPE_SCRIPT);
	assert_int_equal(uimage_parse(file, sizeof(file), &image), 0);
	assert_int_equal(image.time, 1700000000);
	assert_int_equal(image.load, 0x40200000);
	assert_int_equal(image.entry, 0x40200040);
	assert_int_equal(strlen(image.name), 32);
	assert_string_equal(uimage_arch_name(image.arch), "AArch64");
	assert_string_equal(uimage_os_name(image.os), "Linux");
	assert_string_equal(uimage_type_name(image.type), "Script");
	assert_string_equal(uimage_type_name(99), "Unknown Image");
	assert_string_equal(uimage_compression_name(image.compression), "uncompressed");
	assert_int_equal(uimage_check_data(&image, NULL), 0);
	assert_int_equal(uimage_part(&image, 0, &data, &size, &why), 0);
	assert_int_equal(size, 4);
	assert_memory_equal(data, "echo", 4);
	assert_int_equal(uimage_part(&image, 1, &data, &size, &why), -ENOENT);
	file[75] ^= 1;
	assert_int_equal(uimage_check_data(&image, NULL), -EILSEQ);
	file[20] ^= 1;
	assert_int_equal(uimage_parse(file, sizeof(file), &image), -EILSEQ);
	file[0] ^= 1;
	assert_int_equal(uimage_parse(file, sizeof(file), &image), -ENOEXEC);
}

static void test_one_part(void **state)
{
	struct uimage image;
	const uint8_t *data;
	struct why why;
	uint32_t size;

	(void)state;
	make(2);
	assert_int_equal(uimage_parse(file, sizeof(file), &image), 0);
	assert_int_equal(uimage_part(&image, 0, &data, &size, &why), 0);
	assert_int_equal(size, 12);
	assert_ptr_equal(data, file + 64);
	assert_int_equal(uimage_part(&image, 1, &data, &size, &why), -ENOENT);
}

static void check_table(const uint32_t *sizes, unsigned int count, uint32_t total, unsigned int n,
			int err)
{
	struct uimage image;
	const uint8_t *data;
	struct why why;
	uint32_t size;
	unsigned int i;

	make(UIMAGE_TYPE_MULTI);
	for (i = 0; i < count; i++)
		put32(64 + 4 * i, sizes[i]);
	seal(total);
	assert_int_equal(uimage_parse(file, sizeof(file), &image), 0);
	assert_int_equal(uimage_part(&image, n, &data, &size, &why), err);
	if (!err)
		assert_true(data + size <= file + 64 + total);
}

static void test_tables(void **state)
{
	(void)state;
	check_table((uint32_t[]){ 5, 4, 0 }, 3, 24, 1, 0);
	check_table((uint32_t[]){ 5, 4, 0 }, 3, 24, 2, -ENOENT);
	check_table((uint32_t[]){ 5, 5, 0 }, 3, 24, 1, -EINVAL);
	check_table((uint32_t[]){ 0xffffffff, 4, 0 }, 3, 24, 1, -EINVAL);
	check_table((uint32_t[]){ 0xffffffff, 4, 0 }, 3, 24, 0, -EINVAL);
	check_table((uint32_t[]){ 1, 1, 1 }, 3, 12, 0, -EINVAL);
	check_table((uint32_t[]){ 0 }, 1, 4, 0, -ENOENT);
	check_table((uint32_t[]){ 0 }, 0, 0, 0, -EINVAL);
	check_table((uint32_t[]){ 0 }, 0, 3, 0, -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_one_part),
		cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
