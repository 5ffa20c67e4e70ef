// SPDX-License-Identifier: BSD-2-Clause
/* A number that only grows: a power cut at every write on the bus while it does. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/env/counter.h"
#include "test/host/drivers/flash/cfi_sim.h"

static struct flash flash;
static struct env_layout layout;
static struct why why;

static void start(unsigned buffer_power)
{
	sim_init(4, 2, buffer_power);
	flash = (struct flash){ .base = SIM_BASE, .size = SIM_SIZE, .width = 4 };
	assert_int_equal(flash_probe(&flash, &why), 0);
	layout = (struct env_layout){ .flash = &flash,
				      .offset = SIM_BLOCK,
				      .size = ENV_COUNTER_SIZE,
				      .stride = SIM_BLOCK,
				      .redundant = true };
}

static uint32_t stored(void)
{
	uint32_t value = 77;

	assert_int_equal(env_counter_read(&layout, &value, &why), 0);
	return value;
}

static void test_grows(void **state)
{
	static const uint32_t values[] = { 1, 2, 9, 10, 4711, UINT32_MAX - 1, UINT32_MAX };
	unsigned erases;

	(void)state;
	start(6);
	assert_int_equal(stored(), 0);
	for (unsigned i = 0; i < ARRAY_SIZE(values); i++) {
		assert_int_equal(env_counter_raise(&layout, values[i], &why), 0);
		assert_int_equal(stored(), values[i]);
		erases = sim.erases;
		for (unsigned less = 0; less <= i; less++) /* no wear, and no way down */
			assert_int_equal(env_counter_raise(&layout, values[less], &why), 0);
		assert_int_equal(env_counter_raise(&layout, 0, &why), 0);
		assert_int_equal(sim.erases, erases);
		assert_int_equal(stored(), values[i]);
	}
	/* Either copy alone has it. */
	for (unsigned slot = 0; slot < 2; slot++) {
		uint8_t *copy = sim.data + SIM_BLOCK + slot * SIM_BLOCK;

		copy[9] ^= 1;
		assert_int_equal(stored(), UINT32_MAX);
		copy[9] ^= 1;
	}
}

/* The generations of the copies wrap at 255. */
static void test_many(void **state)
{
	(void)state;
	start(6);
	for (uint32_t value = 1; value < 600; value++) {
		assert_int_equal(env_counter_raise(&layout, value, &why), 0);
		assert_int_equal(stored(), value);
	}
}

static void put(unsigned slot, const char *text, size_t used)
{
	struct envimage image = { .size = ENV_COUNTER_SIZE,
				  .header = 5,
				  .pad = ENVIMAGE_PAD,
				  .generation = 1,
				  .data = text,
				  .used = used };

	assert_int_equal(envimage_init(&image, &why), 0);
	assert_int_equal(env_copies_erase(&layout, slot, &why), 0);
	assert_int_equal(env_copies_write(&layout, slot, &image, &why), 0);
}

/* Damage is no zero: that would be the way back. */
static void test_damage(void **state)
{
	static const char *const texts[] = { "rollback=",    "rollback=x", "rollback=4294967296",
					     "rollback=-1",  "rollbac=1",  "rollback=1 ",
					     "rollback=0xg", "bootcmd=x" };
	uint32_t value;

	(void)state;
	start(6);
	for (unsigned i = 0; i < ARRAY_SIZE(texts); i++) {
		put(0, texts[i], strlen(texts[i]) + 1);
		assert_int_equal(env_counter_read(&layout, &value, &why), -EBADMSG);
		assert_int_equal(env_counter_raise(&layout, 9, &why), -EBADMSG);
	}
	put(0, "rollback=12", 12);
	put(1, "rollback=12", 12);
	assert_int_equal(stored(), 12);
	for (unsigned bit = 0; bit < 8 * 18; bit++) {
		if (bit / 8 == 4)
			continue; /* the generation */
		for (unsigned slot = 1; slot < 3; slot++)
			sim.data[slot * SIM_BLOCK + bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(env_counter_read(&layout, &value, &why), -EBADMSG);
		for (unsigned slot = 1; slot < 3; slot++)
			sim.data[slot * SIM_BLOCK + bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static unsigned cuts;

static bool raise_cut(uint32_t value, uint64_t at, unsigned torn)
{
	volatile bool done = false;

	sim.writes = 0;
	sim.cut_at = at;
	sim.torn = torn != 0;
	sim.seed = torn * 7919 + (unsigned)at;
	if (!setjmp(sim.cut)) {
		assert_int_equal(env_counter_raise(&layout, value, &why), 0);
		done = true;
	}
	cuts += !done;
	sim_power_on();
	return done;
}

/* For every write, and several ways of being half done: the old number or the new one. */
static void test_power_cuts(void **state)
{
	static uint8_t before[SIM_SIZE];

	(void)state;
	for (unsigned power = 0; power <= 6; power += 6) {
		for (uint32_t old = 0; old <= 5; old += 5) {
			bool done = false;
			uint64_t at;

			start(power);
			assert_int_equal(env_counter_raise(&layout, old, &why), 0);
			sim_power_on();
			memcpy(before, sim.data, SIM_SIZE);
			for (at = 1; !done; at++) {
				for (unsigned torn = 0; torn < 6; torn++) {
					uint32_t value = 0;
					int err;

					memcpy(sim.data, before, SIM_SIZE);
					done = raise_cut(6, at, torn);
					err = env_counter_read(&layout, &value, &why);
					assert_int_equal(err, 0);
					assert_true(value == 6 || (!done && value == old));
					assert_int_equal(env_counter_raise(&layout, 7, &why), 0);
					assert_int_equal(stored(), 7);
					sim_power_on();
				}
			}
			assert_true(at > 40);
		}
	}
	printf("%u power cuts\n", cuts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_power_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
