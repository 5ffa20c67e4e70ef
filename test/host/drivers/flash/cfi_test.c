/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/flash against chips that are slow, locked, failing, or nothing of the kind. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "drivers/flash/flash.h"
#include "test/host/drivers/flash/cfi_sim.h"

static struct flash flash;
static struct why why;

static void sim_give_locks(void)
{
	sim.has_locks = true;
	sim.query[0x36] = 1 << 5;
	sim_power_on();
}

static void start(unsigned width, unsigned chip_width, unsigned buffer_power)
{
	sim_init(width, chip_width, buffer_power);
	flash = (struct flash){ .base = SIM_BASE, .size = SIM_SIZE, .width = (uint8_t)width };
}

static void probe(unsigned width, unsigned chip_width, unsigned buffer_power)
{
	start(width, chip_width, buffer_power);
	assert_int_equal(flash_probe(&flash, &why), 0);
}

/* Array mode: reads give what is stored. */
static void check_readable(void)
{
	for (unsigned i = 0; i < sim.width / sim.chip_width; i++)
		assert_int_equal(sim.chip[i].mode, SIM_ARRAY);
}

static const struct {
	unsigned width, chip_width;
} shapes[] = { { 1, 1 }, { 2, 1 }, { 2, 2 }, { 4, 1 }, { 4, 2 }, { 4, 4 } };

static void test_probe(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(shapes); i++) {
		uint64_t at;
		uint32_t size;

		probe(shapes[i].width, shapes[i].chip_width, 8);
		assert_int_equal(flash.chip_width, shapes[i].chip_width);
		assert_int_equal(flash.chip_size, SIM_SIZE);
		assert_int_equal(flash.buffer, 256);
		assert_int_equal(flash.regions, 1);
		assert_int_equal(flash.region[0].count, SIM_BLOCKS);
		assert_int_equal(flash.region[0].size, SIM_BLOCK);
		assert_false(flash.locks || flash.unlocks);
		assert_int_equal(flash_block(&flash, SIM_BLOCK + 5, &at, &size), 1);
		assert_int_equal(at, SIM_BLOCK);
		assert_int_equal(size, SIM_BLOCK);
		assert_int_equal(flash_block(&flash, SIM_SIZE, &at, &size), -1);
		check_readable();
	}
}

static void test_write_erase(void **state)
{
	uint8_t bytes[1000] __attribute__((aligned(4))), back[1000] __attribute__((aligned(4)));

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(shapes); i++) {
		for (unsigned power = 0; power <= 8; power += 8) {
			probe(shapes[i].width, shapes[i].chip_width, power);
			sim.slow[0] = 3;
			sim.slow[sim_chips() - 1] = 7;
			for (unsigned b = 0; b < sizeof(bytes); b++)
				bytes[b] = b % 100 < 30 ? 0xff : (uint8_t)(b * 7);
			assert_int_equal(flash_write(&flash, 1016, bytes, sizeof(bytes), &why), 0);
			check_readable();
			assert_memory_equal(sim.data + 1016, bytes, sizeof(bytes));
			flash_read(&flash, 1016, back, sizeof(back));
			assert_memory_equal(back, bytes, sizeof(bytes));
			assert_int_equal(sim.data[1015], 0xff);
			assert_true(power ? sim.buffers : !sim.buffers);
			sim.data[SIM_BLOCK] = 0;
			assert_int_equal(flash_erase(&flash, 0, &why), 0);
			check_readable();
			for (unsigned b = 0; b < SIM_BLOCK; b++)
				assert_int_equal(sim.data[b], 0xff);
			assert_int_equal(sim.data[SIM_BLOCK], 0);
		}
	}
}

static void test_erased_words_are_not_written(void **state)
{
	uint8_t bytes[512];

	(void)state;
	probe(4, 2, 0);
	memset(bytes, 0xff, sizeof(bytes));
	bytes[100] = 0;
	assert_int_equal(flash_write(&flash, 0, bytes, sizeof(bytes), &why), 0);
	assert_int_equal(sim.programs, 2); /* one word, two chips */
}

static void test_bounds(void **state)
{
	uint8_t bytes[8] = { 0 };

	(void)state;
	probe(4, 2, 8);
	assert_int_equal(flash_erase(&flash, 4, &why), -EINVAL);
	assert_int_equal(flash_erase(&flash, SIM_SIZE, &why), -EINVAL);
	assert_int_equal(flash_write(&flash, SIM_SIZE - 4, bytes, 8, &why), -ERANGE);
	assert_int_equal(flash_write(&flash, UINT64_MAX - 3, bytes, 8, &why), -ERANGE);
	assert_int_equal(flash_write(&flash, SIM_SIZE - 8, bytes, 8, &why), 0);
}

static void test_errors_of_one_chip(void **state)
{
	static const struct {
		uint8_t status;
		int err;
		const char *words;
	} cases[] = {
		{ 0x20, -EIO, "erasing at 0x4000000 failed (status 0xa0)" },
		{ 0x22, -EPERM, "erasing at 0x4000000 refused: the block is locked (status 0xa2)" },
		{ 0x28, -EPERM,
		  "erasing at 0x4000000 refused: no programming voltage (status 0xa8)" },
		{ 0x30, -EIO,
		  "erasing at 0x4000000 failed: the chip did not understand the command (status 0xb0)" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		for (unsigned chip = 0; chip < 2; chip++) {
			probe(4, 2, 8);
			sim.slow[chip ^ 1] = 9; /* the failing chip is ready before the other */
			sim.fail[chip] = cases[i].status;
			assert_int_equal(flash_erase(&flash, 0, &why), cases[i].err);
			assert_string_equal(why.text, cases[i].words);
			check_readable();
			sim.fail[chip] = 0;
			assert_int_equal(flash_erase(&flash, 0, &why), 0);
		}
	}
	probe(4, 2, 8);
	sim.fail[1] = 0x10;
	assert_int_equal(flash_write(&flash, 8, "12345678", 8, &why), -EIO);
	assert_string_equal(why.text, "writing at 0x4000008 failed (status 0x90)");
	check_readable();
}

static void test_chips_that_hang(void **state)
{
	(void)state;
	probe(4, 2, 8);
	fake_now = 0;
	sim.dead = true;
	assert_int_equal(flash_erase(&flash, 0, &why), -ETIMEDOUT);
	assert_string_equal(why.text,
			    "erasing at 0x4000000: not ready after 8000 ms (status 0x00000000)");
	assert_int_equal(flash_write(&flash, 0, "1234", 4, &why), -ETIMEDOUT);
	assert_true(fake_now < 20000);
}

static void test_locks(void **state)
{
	(void)state;
	start(4, 2, 8);
	sim_give_locks();
	assert_int_equal(flash_probe(&flash, &why), 0);
	assert_true(flash.locks && flash.unlocks);
	assert_int_equal(flash_write(&flash, 0, "1234", 4, &why), -EPERM);
	assert_int_equal(flash_erase(&flash, 0, &why), 0);
	assert_int_equal(flash_write(&flash, 0, "1234", 4, &why), 0);
	assert_int_equal(flash_lock(&flash, 0, true, &why), 0);
	check_readable();
	assert_int_equal(flash_write(&flash, 8, "1234", 4, &why), -EPERM);
	assert_int_equal(flash_lock(&flash, 0, false, &why), 0);
	assert_int_equal(flash_write(&flash, 8, "1234", 4, &why), 0);
}

static void test_no_flash(void **state)
{
	(void)state;
	start(4, 2, 8);
	sim.silent = true;
	assert_int_equal(flash_probe(&flash, &why), -ENODEV);
	flash.width = 3;
	assert_int_equal(flash_probe(&flash, &why), -ENOTSUP);
	flash.width = 4;
	flash.size = 4;
	assert_int_equal(flash_probe(&flash, &why), -EINVAL);
}

/* Whatever it says of itself, it is refused or its blocks lie in the window. */
static void test_hostile_queries(void **state)
{
	static const struct {
		uint8_t at, value;
		int err;
	} cases[] = {
		{ 0x13, 2, -ENOTSUP }, { 0x2c, 0, -EINVAL },	{ 0x2c, 5, -EINVAL },
		{ 0x2d, 4, -EINVAL },  { 0x2e, 0xff, -EINVAL }, { 0x30, 0xff, -EINVAL },
		{ 0x27, 32, -EINVAL }, { 0x27, 31, -EINVAL },	{ 0x27, 0, -EINVAL },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		start(4, 2, 8);
		sim.query[cases[i].at] = cases[i].value;
		assert_int_equal(flash_probe(&flash, &why), cases[i].err);
		assert_true(why.text[0]);
		check_readable();
	}
	for (unsigned round = 0; round < 2000; round++) {
		start(4, 2, 8);
		sim.seed = round;
		for (unsigned i = 0x13; i < 0x40; i++)
			if (!(sim_random() % 8))
				sim.query[i] = (uint8_t)sim_random();
		if (flash_probe(&flash, &why))
			continue;
		assert_true(flash.chip_size <= flash.size);
		assert_true(flash.erase_ms && flash.write_ms && flash.erase_ms <= 60000);
		assert_true(!flash.buffer || flash.buffer >= 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_write_erase),
		cmocka_unit_test(test_erased_words_are_not_written),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_errors_of_one_chip),
		cmocka_unit_test(test_chips_that_hang),
		cmocka_unit_test(test_locks),
		cmocka_unit_test(test_no_flash),
		cmocka_unit_test(test_hostile_queries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
