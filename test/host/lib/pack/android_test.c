// SPDX-License-Identifier: BSD-2-Clause
/* lib/pack/android.h: headers of every version, cut short, and that lie. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/pack/android.h"

#define SIZE 0x8000

static uint8_t file[SIZE];
static struct android_image image;
static struct why why;

static void put(size_t at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		file[at + i] = (uint8_t)(value >> 8 * i);
}

static void make_boot(unsigned version)
{
	static const uint32_t header[] = { 0, 1648, 1660, 1580, 1584 };

	memset(file, 0, sizeof(file));
	memcpy(file, "ANDROID!", 8);
	put(40, version);
	put(8, 0x1001); /* kernel */
	if (version >= 3) {
		put(12, 0x10);
		put(20, header[version]);
		return;
	}
	put(16, 0x10);
	put(24, 0);
	put(36, 2048);
	if (version >= 1) {
		put(1632, 0x20);
		put(1636, 2048 + 0x1800 + 2048);
		put(1644, header[version]);
	}
	if (version == 2)
		put(1648, 0x30);
}

static void make_vendor(unsigned version)
{
	memset(file, 0, sizeof(file));
	memcpy(file, "VNDRBOOT", 8);
	put(8, version);
	put(12, 2048);
	put(24, 0x900); /* ramdisk */
	put(2096, version == 3 ? 2112 : 2128);
	put(2100, 0x40); /* dtb */
	if (version == 3)
		return;
	put(2112, 2 * 108);
	put(2116, 2);
	put(2120, 108);
	put(2124, 7);
	/* header, ramdisk, dtb have 2, 2, 1 pages */
	put(5 * 2048, 0x800);
	put(5 * 2048 + 108, 0x100);
	put(5 * 2048 + 112, 0x800);
	put(5 * 2048 + 116, 2);
}

/* Of so many bytes, where a read behind them is seen. */
static int parse(size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	int rc;

	memcpy(copy, file, size);
	why.text[0] = '\0';
	rc = android_parse(copy, size, &image, &why);
	free(copy);
	assert_true(!rc || why.text[0]);
	return rc;
}

static void test_boot(void **state)
{
	(void)state;
	for (unsigned version = 0; version <= 4; version++) {
		const uint64_t page = version < 3 ? 2048 : 4096;

		make_boot(version);
		assert_int_equal(parse(SIZE), 0);
		assert_int_equal(image.version, version);
		assert_int_equal(image.part[ANDROID_KERNEL].offset, page);
		assert_int_equal(image.part[ANDROID_RAMDISK].offset, version < 3 ? 0x2000 : 0x3000);
		assert_int_equal(image.part[ANDROID_DTBO].size,
				 version == 1 || version == 2 ? 0x20 : 0);
		assert_int_equal(image.part[ANDROID_DTB].size, version == 2 ? 0x30 : 0);
		if (version == 2) {
			assert_int_equal(image.part[ANDROID_DTB].offset, 0x3000);
			assert_int_equal(image.end, 0x3030);
		}
		assert_int_equal(image.cmdline.size, version < 3 ? 512 : 1536);
	}
}

static void test_vendor(void **state)
{
	struct android_range piece;
	bool other;

	(void)state;
	make_vendor(3);
	assert_int_equal(parse(SIZE), 0);
	assert_true(image.vendor);
	/* What mkbootimg 29 of Debian 12 writes: four bytes less, sixteen more, than there are. */
	put(2096, 2108);
	assert_int_equal(parse(SIZE), 0);
	make_boot(3);
	put(20, 1596);
	assert_int_equal(parse(SIZE), 0);
	make_vendor(3);
	assert_int_equal(parse(SIZE), 0);
	assert_int_equal(android_piece(&image, file, 0, &piece, &other, &why), 0);
	assert_int_equal(piece.size, 0x900);
	assert_int_equal(android_piece(&image, file, 1, &piece, &other, &why), -ENOENT);
	make_vendor(4);
	assert_int_equal(parse(SIZE), 0);
	assert_int_equal(image.part[ANDROID_BOOTCONFIG].offset, 6 * 2048);
	assert_int_equal(image.end, 6 * 2048 + 7);
	assert_int_equal(android_piece(&image, file, 1, &piece, &other, &why), 0);
	assert_int_equal(piece.offset, 0x1000 + 0x800);
	assert_int_equal(piece.size, 0x100);
	assert_true(other);
	put(5 * 2048 + 108, 0x101);
	assert_int_equal(android_piece(&image, file, 1, &piece, &other, &why), -EINVAL);
	put(5 * 2048 + 112, 0xffffffff);
	assert_int_equal(android_piece(&image, file, 1, &piece, &other, &why), -EINVAL);
	assert_non_null(strstr(why.text, "piece 1"));
}

static void test_cut(void **state)
{
	(void)state;
	for (unsigned version = 0; version <= 6; version++) {
		size_t end;

		if (version <= 4)
			make_boot(version);
		else
			make_vendor(version - 2);
		assert_int_equal(parse(SIZE), 0);
		end = image.end;
		for (size_t size = 0; size < end; size += size < 2200 ? 1 : 37)
			assert_true(parse(size) < 0);
		assert_int_equal(parse(end), 0);
	}
}

static void test_lies(void **state)
{
	static const struct {
		int version; /* below 0: of a vendor_boot image */
		size_t at;
		uint32_t value;
		int err;
	} lies[] = {
		{ 0, 0, 0, -ENOEXEC },
		{ 0, 40, 5, -ENOTSUP },
		{ 0, 40, 0xffffffff, -ENOTSUP },
		{ 0, 36, 0, -EINVAL },
		{ 0, 36, 1024, -EINVAL },
		{ 0, 36, 3000, -EINVAL },
		{ 0, 36, 0x20000, -EINVAL },
		{ 0, 36, 0xffffffff, -EINVAL },
		{ 0, 8, 0xffffffff, -ENODATA },
		{ 0, 16, 0xffffffff, -ENODATA },
		{ 0, 24, 0xfffff000, -ENODATA },
		{ 1, 1644, 1660, -EINVAL },
		{ 2, 1644, 1648, -EINVAL },
		{ 1, 1636, 0x1000, -EINVAL },
		{ 2, 1640, 1, -EINVAL },
		{ 2, 1648, 0xffffffff, -ENODATA },
		{ 3, 20, 1584, -EINVAL },
		{ 4, 20, 1580, -EINVAL },
		{ 4, 20, 1596, -EINVAL },
		{ -4, 2096, 2108, -EINVAL },
		{ 4, 12, 0x80000000, -ENODATA },
		{ -3, 8, 2, -ENOTSUP },
		{ -3, 12, 4095, -EINVAL },
		{ -3, 24, 0xffffffff, -ENODATA },
		{ -4, 2096, 2112, -EINVAL },
		{ -4, 2112, 215, -EINVAL },
		{ -4, 2116, 0xffffffff, -EINVAL },
		{ -4, 2116, 0, -EINVAL },
		{ -4, 2120, 109, -EINVAL },
		{ -4, 2124, 0xffffffff, -ENODATA },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		if (lies[i].version >= 0)
			make_boot((unsigned)lies[i].version);
		else
			make_vendor((unsigned)-lies[i].version);
		put(lies[i].at, lies[i].value);
		assert_int_equal(parse(SIZE), lies[i].err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boot),
		cmocka_unit_test(test_vendor),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_lies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
