/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/block/block.c against a device that counts what it is given, and fails where told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/block/block.h"

#define BLOCKS 1024
#define BLOCK  512

static unsigned char medium[BLOCKS * BLOCK], memory[BLOCKS * BLOCK + 8];

static struct {
	struct ramdisk disk;
	struct blk blk;
	unsigned int calls, requests, most, stops;
	uint64_t bad; /* the block that can't be read */
	int err;
} dev;

static int transfer(struct blk *blk, bool write, const struct blk_request *list, unsigned int count,
		    unsigned int *failed)
{
	assert_in_range(count, 1, BLK_BATCH);
	dev.calls++;
	dev.requests += count;
	dev.most = count > dev.most ? count : dev.most;
	for (unsigned int i = 0; i < count; i++) {
		assert_in_range(list[i].count, 1, blk->request_max);
		assert_true(list[i].lba + list[i].count <= blk->blocks);
		assert_false(blk->align && (uintptr_t)list[i].buffer % blk->align);
		if (dev.bad >= list[i].lba && dev.bad - list[i].lba < list[i].count) {
			*failed = i;
			return dev.err;
		}
	}
	return dev.disk.blk.ops->transfer(&dev.disk.blk, write, list, count, failed);
}

static int flush(struct blk *blk)
{
	(void)blk;
	return dev.err;
}

static void stop(struct blk *blk)
{
	(void)blk;
	dev.stops++;
}

static const struct blk_ops ops = { .transfer = transfer, .flush = flush, .stop = stop };

static int reset(void **state)
{
	(void)state;
	blk_remove_type("test");
	blk_remove_type("other");
	memset(&dev, 0, sizeof(dev));
	for (size_t i = 0; i < sizeof(medium); i++)
		medium[i] = (unsigned char)(i / BLOCK * 7 + i);
	memset(memory, 0, sizeof(memory));
	ramdisk_init(&dev.disk, medium, sizeof(medium), BLOCK);
	dev.bad = UINT64_MAX;
	dev.blk = (struct blk){
		.ops = &ops, .type = "test", .block_size = BLOCK, .blocks = BLOCKS, .request_max = 4
	};
	return 0;
}

static void test_one_request_is_cut_to_what_the_device_takes(void **state)
{
	(void)state;
	assert_int_equal(blk_read_at(&dev.blk, 0, BLOCKS, memory, NULL), 0);
	assert_memory_equal(memory, medium, sizeof(medium));
	assert_int_equal(dev.requests, BLOCKS / 4);
	assert_int_equal(dev.calls, BLOCKS / 4 / BLK_BATCH);
	assert_int_equal(dev.most, BLK_BATCH);
}

static void test_scattered_blocks_are_one_batch(void **state)
{
	struct blk_request list[BLK_BATCH];

	(void)state;
	for (unsigned int i = 0; i < BLK_BATCH; i++)
		list[i] = (struct blk_request){ BLOCKS - 1 - 2 * i, 1, memory + i * BLOCK };
	assert_int_equal(blk_read(&dev.blk, list, BLK_BATCH, NULL), 0);
	assert_int_equal(dev.calls, 1);
	for (unsigned int i = 0; i < BLK_BATCH; i++)
		assert_memory_equal(memory + i * BLOCK, medium + (BLOCKS - 1 - 2 * i) * BLOCK,
				    BLOCK);
}

static void test_empty_requests_reach_no_device(void **state)
{
	const struct blk_request list[] = { { 0, 0, memory }, { BLOCKS, 0, memory } };

	(void)state;
	assert_int_equal(blk_read(&dev.blk, list, 2, NULL), 0);
	assert_int_equal(blk_read(&dev.blk, list, 0, NULL), 0);
	assert_int_equal(dev.calls, 0);
}

static void test_all_ranges_are_checked_first(void **state)
{
	const struct blk_request list[] = { { 0, 1, memory }, { BLOCKS - 1, 2, memory } };
	const struct blk_request wraps = { UINT64_MAX, 2, memory };
	struct why why;

	(void)state;
	assert_int_equal(blk_write(&dev.blk, list, 2, &why), -ERANGE);
	assert_string_equal(why.text, "test 0: 2 blocks at 1023 pass its end: it has 1024");
	assert_int_equal(blk_read(&dev.blk, &wraps, 1, NULL), -ERANGE);
	assert_int_equal(dev.calls, 0);
}

static void test_an_error_names_device_and_block(void **state)
{
	struct why why;

	(void)state;
	dev.bad = 514;
	dev.err = -EIO;
	assert_int_equal(blk_read_at(&dev.blk, 500, 100, memory, &why), -EIO);
	assert_string_equal(why.text,
			    "test 0: reading 4 blocks at 512 failed: the device reports an error");
	dev.err = -ETIMEDOUT;
	assert_int_equal(blk_write_at(&dev.blk, 514, 1, memory, &why), -ETIMEDOUT);
	assert_string_equal(why.text,
			    "test 0: writing 1 blocks at 514 failed: the device does not answer");
	assert_int_equal(blk_flush(&dev.blk, &why), -ETIMEDOUT);
	assert_string_equal(why.text, "test 0: flushing failed: the device does not answer");
}

static void test_a_read_only_device_is_not_written(void **state)
{
	struct why why;

	(void)state;
	dev.blk.read_only = true;
	assert_int_equal(blk_write_at(&dev.blk, 0, 1, memory, &why), -EROFS);
	assert_string_equal(why.text, "test 0 can't be written");
	assert_int_equal(blk_read_at(&dev.blk, 0, 1, memory, NULL), 0);
}

static void test_a_buffer_that_lies_badly(void **state)
{
	(void)state;
	dev.blk.align = 4;
	assert_int_equal(blk_read_at(&dev.blk, 3, 30, memory + 1, NULL), 0);
	assert_memory_equal(memory + 1, medium + 3 * BLOCK, 30 * BLOCK);
	assert_int_equal(memory[0], 0);
	assert_int_equal(memory[1 + 30 * BLOCK], 0);
	assert_int_equal(blk_write_at(&dev.blk, 100, 9, memory + 1, NULL), 0);
	assert_memory_equal(medium + 100 * BLOCK, medium + 3 * BLOCK, 9 * BLOCK);
}

static void test_devices_are_numbered_by_type(void **state)
{
	static struct blk other[2];

	(void)state;
	other[0] = other[1] = dev.blk;
	other[0].type = "other";
	blk_add(&dev.blk);
	blk_add(&other[0]);
	blk_add(&other[1]);
	assert_ptr_equal(blk_find("test", 1), &other[1]);
	assert_ptr_equal(blk_find("other", 0), &other[0]);
	assert_null(blk_find("other", 1));
	assert_ptr_equal(blk_next(NULL), &dev.blk);
	assert_ptr_equal(blk_next(&other[0]), &other[1]);
	blk_remove_type("test");
	assert_int_equal(dev.stops, 2);
	assert_ptr_equal(blk_next(NULL), &other[0]);
	assert_null(blk_next(&other[0]));
	blk_quiesce();
	assert_int_equal(dev.stops, 3);
	assert_ptr_equal(blk_next(NULL), &other[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_one_request_is_cut_to_what_the_device_takes, reset),
		cmocka_unit_test_setup(test_scattered_blocks_are_one_batch, reset),
		cmocka_unit_test_setup(test_empty_requests_reach_no_device, reset),
		cmocka_unit_test_setup(test_all_ranges_are_checked_first, reset),
		cmocka_unit_test_setup(test_an_error_names_device_and_block, reset),
		cmocka_unit_test_setup(test_a_read_only_device_is_not_written, reset),
		cmocka_unit_test_setup(test_a_buffer_that_lies_badly, reset),
		cmocka_unit_test_setup(test_devices_are_numbered_by_type, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
