/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/block/blkmap.c: every block comes from where it was said to lie, or is an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/block/blkmap.h"
#include "test/host/include/fake_clock.h"

static unsigned char first[64 * 512], second[64 * 512], memory[128 * 512];
static struct ramdisk disks[2];
static struct blkmap map;
static int bad, flushes;

static int move(const struct blkmap_slice *slice, bool write, uint64_t block, uint32_t count,
		void *buffer)
{
	assert_true(block < slice->count && count <= slice->count - block);
	if (bad)
		return bad;
	if (write)
		memcpy(second + (slice->at + block) * 512, buffer, count * 512);
	else
		memcpy(buffer, second + (slice->at + block) * 512, count * 512);
	return 0;
}

static int flush(const struct blkmap_slice *slice)
{
	assert_ptr_equal(slice->move, move);
	flushes++;
	return bad;
}

static int begin(void **state)
{
	(void)state;
	blk_remove_type("ram");
	for (size_t i = 0; i < sizeof(first); i++) {
		first[i] = (unsigned char)(i / 512);
		second[i] = (unsigned char)(i / 512 + 100);
	}
	ramdisk_init(&disks[0], first, sizeof(first), 512);
	blk_add(&disks[0].blk);
	blkmap_init(&map, "a label");
	bad = flushes = 0;
	return 0;
}

static int add(uint64_t at, uint64_t count, bool linear, uint64_t behind, struct why *why)
{
	struct blkmap_slice slice = {
		.first = at,
		.count = count,
		.at = behind,
		.move = move,
		.flush = flush,
		.name = "ram",
	};

	if (linear)
		blkmap_linear(&slice);
	return blkmap_add(&map, &slice, why);
}

static void test_pieces(void **state)
{
	const struct blk_request list[] = { { 2, 30, memory }, { 39, 1, memory + 30 * 512 } };

	(void)state;
	assert_int_equal(map.blk.blocks, 0);
	assert_int_equal(add(10, 30, false, 1, NULL), 0); /* out of order */
	assert_int_equal(add(0, 10, true, 50, NULL), 0);
	assert_int_equal(map.blk.blocks, 40);
	assert_string_equal(map.blk.product, "a label");
	assert_int_equal(blk_read(&map.blk, list, 2, NULL), 0);
	for (unsigned int i = 0; i < 30; i++)
		assert_int_equal(memory[i * 512], i < 8 ? 52 + i : 101 + i - 8);
	assert_int_equal(memory[30 * 512], 130);
	memset(memory, 0xee, 1024);
	assert_int_equal(blk_write_at(&map.blk, 9, 2, memory, NULL), 0);
	assert_int_equal(first[59 * 512], 0xee);
	assert_int_equal(second[512], 0xee);
	assert_int_equal(first[58 * 512] + second[1024], 58 + 102);
	assert_int_equal(blk_flush(&map.blk, NULL), 0);
	assert_int_equal(flushes, 1);
}

static void test_what_is_refused(void **state)
{
	struct why why;

	(void)state;
	assert_int_equal(add(10, 10, false, 0, NULL), 0);
	assert_int_equal(add(19, 1, false, 0, &why), -EBUSY);
	assert_string_equal(why.text, "blocks 0xa+0xa are mapped already");
	assert_int_equal(add(5, 6, false, 0, NULL), -EBUSY);
	assert_int_equal(add(0, 100, false, 0, NULL), -EBUSY);
	assert_int_equal(add(12, 1, false, 0, NULL), -EBUSY);
	assert_int_equal(add(20, 0, false, 0, NULL), -EINVAL);
	assert_int_equal(add(UINT64_MAX, 1, false, 0, NULL), -EINVAL);
	assert_int_equal(add(20, UINT64_MAX, false, 0, NULL), -EINVAL);
	assert_int_equal(add(UINT64_MAX / 512, 1, false, 0, NULL), -EINVAL);
	for (uint64_t i = 1; i < BLKMAP_SLICES; i++)
		assert_int_equal(add(20 + i, 1, false, 0, NULL), 0);
	assert_int_equal(add(1000, 1, false, 0, &why), -ENOSPC);
}

static void test_what_fails(void **state)
{
	struct why why;

	(void)state;
	assert_int_equal(add(0, 4, false, 0, NULL), 0);
	assert_int_equal(add(6, 4, true, 0, NULL), 0);
	assert_int_equal(blk_read_at(&map.blk, 0, 10, memory, &why), -EIO); /* a hole */
	assert_int_equal(blk_read_at(&map.blk, 9, 2, memory, &why), -ERANGE);
	bad = -ETIMEDOUT;
	assert_int_equal(blk_read_at(&map.blk, 3, 1, memory, &why), -ETIMEDOUT);
	assert_string_equal(why.text,
			    "blkmap 0: reading 1 blocks at 3 failed: the device does not answer");
	assert_int_equal(blk_flush(&map.blk, NULL), -ETIMEDOUT);
	bad = 0;
	/* the disk behind is not there any more, or is another one */
	assert_int_equal(blk_read_at(&map.blk, 6, 4, memory, NULL), 0);
	blk_remove_type("ram");
	assert_int_equal(blk_read_at(&map.blk, 6, 4, memory, &why), -ENODEV);
	assert_int_equal(blk_flush(&map.blk, NULL), -ENODEV);
	ramdisk_init(&disks[0], first, 1024, 512);
	blk_add(&disks[0].blk);
	assert_int_equal(blk_read_at(&map.blk, 6, 4, memory, &why), -ERANGE);
	blk_remove_type("ram");
	ramdisk_init(&disks[0], first, sizeof(first), 4096);
	blk_add(&disks[0].blk);
	assert_int_equal(blk_read_at(&map.blk, 6, 4, memory, &why), -ENODEV);
}

static void test_read_only(void **state)
{
	struct blkmap_slice slice = { .first = 4, .count = 1, .move = move, .read_only = true };

	(void)state;
	assert_int_equal(add(0, 4, false, 0, NULL), 0);
	assert_int_equal(blkmap_add(&map, &slice, NULL), 0);
	assert_int_equal(blk_write_at(&map.blk, 0, 1, memory, NULL), -EROFS);
	assert_int_equal(blk_read_at(&map.blk, 0, 5, memory, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_pieces, begin),
		cmocka_unit_test_setup(test_what_is_refused, begin),
		cmocka_unit_test_setup(test_what_fails, begin),
		cmocka_unit_test_setup(test_read_only, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
