// SPDX-License-Identifier: BSD-2-Clause
/* common/image/zimage.h: what a zImage says of itself, and where it goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "common/image/zimage.h"

#define DRAM UINT64_C(0x40000000)
#define SIZE 1024

static uint8_t file[SIZE];
static struct source source;
static struct zimage image;
static struct zimage_plan plan;
static struct memmap map;
static struct why why;

static void put(unsigned at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		file[at + i] = (uint8_t)(value >> (8 * i));
}

/* As Debian's: the table at 0x200, the unpacked size in the last word. */
static void make(void)
{
	static const uint32_t table[] = { 2,  0x12345678, 6,      0x5a534c4b, SIZE - 4,
					  0x5e4d4, 0x208000, 0x10000, 0 };

	memset(file, 0, sizeof(file));
	put(0x24, 0x016f2818);
	put(0x2c, SIZE);
	put(0x30, 0x04030201);
	put(0x34, 0x45454545);
	put(0x38, 0x200);
	for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
		put(0x200 + 4 * i, table[i]);
	put(SIZE - 4, 0x13a10b4);
}

static int header(uint64_t size)
{
	source_mem(&source, "zImage", file, size);
	why.text[0] = '\0';
	return zimage_header(&source, &image, &why);
}

static void test_header(void **state)
{
	(void)state;
	make();
	assert_int_equal(header(SIZE), 0);
	assert_int_equal(image.size, SIZE);
	assert_int_equal(image.text_offset, 0x208000);
	assert_int_equal(image.unpacked, 0x13a10b4 + 0x5e4d4);
	/* Before 5.11: no text_offset. */
	put(0x208, 4);
	put(0x218, 0);
	assert_int_equal(header(SIZE), 0);
	assert_int_equal(image.text_offset, 0x8000);
	assert_int_equal(image.unpacked, 0x13a10b4 + 0x5e4d4);
	/* Before 4.15: no table, and code where its magic would be. */
	put(0x34, 0xe1a00000);
	put(0x38, 0xffffffff);
	assert_int_equal(header(SIZE), 0);
	assert_int_equal(image.text_offset, 0x8000);
	assert_int_equal(image.unpacked, 32 * MIB);
	/* And no flag for the byte order before 3.17; what follows the end is not the kernel's. */
	put(0x30, 0xe1a00000);
	put(0x2c, SIZE - 16);
	assert_int_equal(header(SIZE), 0);
	assert_int_equal(image.size, SIZE - 16);
}

static void refused(int err, const char *sentence)
{
	assert_int_equal(header(SIZE), err);
	assert_string_equal(why.text, sentence);
	make();
}

static void test_header_refused(void **state)
{
	(void)state;
	make();
	assert_int_equal(header(59), -ENODATA);
	assert_string_equal(why.text, "zImage: truncated: 0x3b bytes are no zImage header of 60");
	put(0x24, 0x18286f01);
	refused(-ENOEXEC, "zImage: no zImage: 0x18286f01 at 0x24, not 0x016f2818");
	put(0x30, 0x01020304);
	refused(-ENOEXEC, "zImage: a big-endian kernel (0x01020304 at 0x30); Loft boots "
			  "little-endian");
	put(0x28, 0x60008000);
	refused(-EINVAL, "zImage: linked to run at 0x60008000 alone; Loft boots a zImage that runs "
			 "anywhere (start 0)");
	put(0x2c, SIZE + 1);
	refused(-ENODATA, "zImage: truncated: the header says 0x401 bytes, there are 0x400");
	put(0x2c, 0x3b);
	refused(-ENODATA, "zImage: truncated: the header says 0x3b bytes, there are 0x400");
	put(0x38, SIZE - 3);
	refused(-EINVAL, "zImage: its table leads to 0x3fd, the file ends at 0x400");
	put(0x200, 0xffffffff);
	refused(-EINVAL, "zImage: its table leads to 0x4000001fc, the file ends at 0x400");
	put(0x210, 0xffffffff);
	refused(-EINVAL, "zImage: its table leads to 0xffffffff, the file ends at 0x400");
	put(0x218, 0x4fff);
	refused(-EINVAL, "zImage: zImage text_offset 0x4fff leaves no room for its translation "
			 "tables, 0x5000 bytes");
}

static void dram(paddr_t start, uint64_t size)
{
	memset(&map, 0, sizeof(map));
	assert_int_equal(memmap_add_bank(&map, start, size, NULL), 0);
}

/* A plan reads nothing: the file may be as large as it says, and lie anywhere. */
static int make_plan(uint32_t size, const void *mem)
{
	make();
	assert_int_equal(header(SIZE), 0);
	image.size = size;
	source.mem = mem;
	why.text[0] = '\0';
	return zimage_plan(&source, &image, &map, &plan, &why);
}

static void test_plan(void **state)
{
	const void *here = (const void *)(uintptr_t)(DRAM + MIB);

	(void)state;
	dram(DRAM, GIB);
	assert_int_equal(make_plan(5 * MIB, NULL), 0);
	assert_int_equal(plan.base, DRAM);
	assert_int_equal(plan.last, DRAM + 512 * MIB - 1);
	assert_int_equal(plan.unpack, DRAM + 0x203000);
	assert_int_equal(plan.unpack_size, 0x5000 + 0x13a10b4 + 0x5e4d4);
	assert_int_equal(plan.load, DRAM + 24 * MIB);
	assert_int_equal(plan.size, 6 * MIB);
	/* over its own bytes, but not over another's */
	assert_int_equal(memmap_claim(&map, DRAM + MIB, 30 * MIB, MEM_LOADED, "kernel", NULL), 0);
	assert_int_equal(make_plan(5 * MIB, here), 0);
	assert_int_equal(plan.load, DRAM + 24 * MIB);
	assert_int_equal(memmap_claim(&map, DRAM + 40 * MIB, MIB, MEM_LOADED, "initrd", NULL), 0);
	assert_int_equal(make_plan(17 * MIB, here), 0);
	assert_int_equal(plan.load, DRAM + 42 * MIB);
	/* all of DRAM below 4 GiB that is there: no kernel sees more */
	dram(0xf8000000, GIB);
	assert_int_equal(make_plan(5 * MIB, NULL), 0);
	assert_int_equal(plan.base, 0xf8000000);
	assert_int_equal(plan.last, UINT32_MAX);
	/* the first boundary, where DRAM begins at none */
	dram(0x80200000, GIB);
	assert_int_equal(make_plan(5 * MIB, NULL), 0);
	assert_int_equal(plan.base, 0x88000000);
	assert_int_equal(plan.load, 0x88000000 + 24 * MIB);
	/* Raspberry Pi */
	dram(0, 960 * MIB);
	assert_int_equal(memmap_reserve_foreign(&map, 0, 0x1000, 0, "spin table", NULL), 0);
	assert_int_equal(make_plan(5 * MIB, NULL), 0);
	assert_int_equal(plan.unpack, 0x203000);
}

static void test_plan_refused(void **state)
{
	(void)state;
	dram(UINT64_C(0x10000000000), GIB);
	assert_int_equal(make_plan(5 * MIB, NULL), -ENXIO);
	assert_string_equal(why.text, "zImage: an AArch32 kernel wants DRAM at a multiple of 128 "
				      "MiB below 4 GiB; here it begins at 0x10000000000");
	dram(0xf8001000, 64 * MIB);
	assert_int_equal(make_plan(5 * MIB, NULL), -ENXIO);
	dram(DRAM, 16 * MIB);
	assert_int_equal(make_plan(5 * MIB, NULL), -ENXIO);
	assert_string_equal(why.text, "zImage: unpacks itself to 0x40203000..0x41607587, which is "
				      "not all DRAM");
	dram(DRAM, GIB);
	assert_int_equal(memmap_claim(&map, DRAM + 16 * MIB, MIB, MEM_LOADED, "initrd", NULL), 0);
	assert_int_equal(make_plan(5 * MIB, NULL), -EEXIST);
	assert_string_equal(why.text,
			    "zImage: unpacks itself to 0x40203000..0x41607587, over initrd "
			    "0x41000000..0x410fffff");
	dram(DRAM, GIB);
	assert_int_equal(make_plan(106 * MIB, NULL), -ENOMEM);
	assert_string_equal(why.text,
			    "zImage: no free DRAM of 0x6b00000 bytes between 0x41800000, where the "
			    "unpacked kernel ends, and 0x48000000, 128 MiB from the start");
	assert_int_equal(make_plan(105 * MIB, NULL), -ENOMEM);
	dram(DRAM, 26 * MIB);
	assert_int_equal(make_plan(5 * MIB, NULL), -ENOMEM);
	memset(&map, 0, sizeof(map));
	assert_int_equal(make_plan(5 * MIB, NULL), -ENXIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_header_refused),
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_plan_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
