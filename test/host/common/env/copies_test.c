/* SPDX-License-Identifier: BSD-2-Clause */
/* The stored environment, and a power cut at every write on the bus while one is stored. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/env/copies.h"
#include "lib/base/crc32.h"
#include "test/host/drivers/flash/cfi_sim.h"

#define SIZE 0x1000

static struct flash flash;
static struct env_layout layout;
static struct why why;
static _Alignas(4) char raw[SIM_BLOCK];

static void start(bool redundant, unsigned buffer_power)
{
	sim_init(4, 2, buffer_power);
	flash = (struct flash){ .base = SIM_BASE, .size = SIM_SIZE, .width = 4 };
	assert_int_equal(flash_probe(&flash, &why), 0);
	layout = (struct env_layout){ .flash = &flash,
				      .offset = SIM_BLOCK,
				      .size = SIZE,
				      .stride = SIM_BLOCK,
				      .redundant = redundant };
}

/* What saveenv does. */
static int save(const char *data, size_t used)
{
	struct env_target target;
	struct envimage image = { .size = layout.size,
				  .header = envimage_header(layout.redundant),
				  .pad = ENVIMAGE_PAD,
				  .data = data,
				  .used = used };
	int err;

	env_copies_target(&layout, &target);
	image.generation = target.generation;
	assert_int_equal(envimage_init(&image, &why), 0);
	err = env_copies_erase(&layout, target.slot, &why);
	return err ? err : env_copies_write(&layout, target.slot, &image, &why);
}

/* Are the variables those of @data? */
static bool holds(const char *data, size_t used)
{
	size_t found;
	unsigned int slot;

	memset(raw, 0xaa, sizeof(raw));
	return !env_copies_read(&layout, raw, &found, &slot) && found == used &&
	       !memcmp(raw + envimage_header(layout.redundant), data, used);
}

static const char old[] = "bootcmd=run old\0bootdelay=3\0name=a value that is somewhat longer";
static const char new[] = "bootcmd=run new; and more\0bootdelay=5\0zeta=1\0"
			  "a=0123456789012345678901234567890123456789";

static void test_save_and_read(void **state)
{
	size_t used;
	unsigned int slot;

	(void)state;
	for (unsigned redundant = 0; redundant < 2; redundant++) {
		start(redundant, 8);
		assert_int_equal(env_copies_read(&layout, raw, &used, &slot), -ENOENT);
		for (unsigned round = 0; round < 600; round++) {
			assert_int_equal(save(round % 2 ? new : old,
					      round % 2 ? sizeof(new) : sizeof(old)),
					 0);
			assert_true(holds(round % 2 ? new : old,
					  round % 2 ? sizeof(new) : sizeof(old)));
		}
		assert_int_equal(sim.data[0], 0xff);
		assert_int_equal(sim.data[3 * SIM_BLOCK], 0xff);
	}
}

static void test_empty_and_full(void **state)
{
	static char full[SIZE];

	(void)state;
	start(true, 8);
	assert_int_equal(save("", 0), 0);
	assert_true(holds("", 0));
	memset(full, 'x', sizeof(full));
	memcpy(full, "a=", 2);
	full[SIZE - 7] = '\0';
	assert_int_equal(save(full, SIZE - 6), 0);
	assert_true(holds(full, SIZE - 6));
}

/* Zeros where flash should be: a machine that has RAM there. */
static void test_blank(void **state)
{
	size_t used;
	unsigned int slot;

	(void)state;
	start(true, 8);
	sim.reads = 0;
	assert_int_equal(env_copies_read(&layout, raw, &used, &slot), -ENOENT);
	assert_int_equal(sim.reads, 2);
	memset(sim.data, 0, sizeof(sim.data));
	sim.reads = 0;
	assert_int_equal(env_copies_read(&layout, raw, &used, &slot), -ENOENT);
	assert_int_equal(sim.reads, 4);
	sim.data[SIM_BLOCK] = 1;
	assert_int_equal(env_copies_read(&layout, raw, &used, &slot), -EBADMSG);
}

static void put_copy(unsigned slot, const char *data, size_t used, uint8_t generation, uint8_t pad,
		     size_t junk)
{
	uint8_t *copy = sim.data + layout.offset + slot * layout.stride;
	const uint8_t header = envimage_header(layout.redundant);
	uint32_t crc;

	memset(copy, pad, SIZE);
	memcpy(copy + header, data, used);
	copy[header + used] = '\0';
	if (junk)
		copy[junk] = 0x42;
	crc = crc32(0, copy + header, SIZE - header);
	memcpy(copy, &crc, 4);
	if (layout.redundant)
		copy[4] = generation;
}

/* As mkenvimage, U-Boot and others pad, and with something behind the end. */
static void test_padding_of_others(void **state)
{
	static const uint8_t pads[] = { 0x00, 0xff, 0x55 };

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		start(i % 2, 8);
		put_copy(0, old, sizeof(old), 1, pads[i / 2], 0);
		assert_true(holds(old, sizeof(old)));
		put_copy(0, old, sizeof(old), 1, pads[i / 2], SIZE - 9);
		assert_true(holds(old, sizeof(old)));
		assert_int_equal(save(new, sizeof(new)), 0);
		assert_true(holds(new, sizeof(new)));
	}
}

static void test_choice(void **state)
{
	static const struct {
		uint8_t first, second;
		unsigned newer;
	} cases[] = { { 1, 2, 1 },   { 2, 1, 0 }, { 255, 0, 1 },
		      { 0, 255, 0 }, { 7, 7, 0 }, { 254, 255, 1 } };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *newer = cases[i].newer ? "n=2" : "n=1";
		const char *older = cases[i].newer ? "n=1" : "n=2";

		start(true, 8);
		put_copy(0, "n=1", 4, cases[i].first, 0, 0);
		put_copy(1, "n=2", 4, cases[i].second, 0, 0);
		assert_true(holds(newer, 4));
		/* What is written next goes over the older one. */
		assert_int_equal(save("n=3", 4), 0);
		assert_true(holds("n=3", 4));
		sim.data[layout.offset + (cases[i].newer ? 0 : layout.stride) + 7]++;
		assert_true(holds(newer, 4));
		start(true, 8);
		put_copy(0, "n=1", 4, cases[i].first, 0, 0);
		put_copy(1, "n=2", 4, cases[i].second, 0, 0);
		sim.data[layout.offset + cases[i].newer * layout.stride + 6]++;
		assert_true(holds(older, 4));
	}
}

/* A flipped bit anywhere in what counts is found. */
static void test_every_bit_counts(void **state)
{
	size_t used;
	unsigned int slot;

	(void)state;
	start(false, 8);
	assert_int_equal(save(old, sizeof(old)), 0);
	for (unsigned bit = 0; bit < 8 * (4 + sizeof(old) + 1); bit++) {
		sim.data[SIM_BLOCK + bit / 8] ^= 1 << bit % 8;
		assert_int_equal(env_copies_read(&layout, raw, &used, &slot), -EBADMSG);
		sim.data[SIM_BLOCK + bit / 8] ^= 1 << bit % 8;
	}
	assert_true(holds(old, sizeof(old)));
}

static void test_garbage(void **state)
{
	size_t used;
	unsigned int slot;

	(void)state;
	start(true, 8);
	for (unsigned round = 0; round < 200; round++) {
		sim.seed = round;
		for (unsigned i = 0; i < 2 * SIM_BLOCK; i++)
			sim.data[SIM_BLOCK + i] = (uint8_t)(sim_random() % 4 ? sim_random()
							    : round % 2      ? 0
									     : 'a');
		assert_int_equal(env_copies_read(&layout, raw, &used, &slot), -EBADMSG);
	}
	assert_int_equal(save(new, sizeof(new)), 0);
	assert_true(holds(new, sizeof(new)));
}

static void test_layout_and_blocks(void **state)
{
	(void)state;
	start(true, 8);
	layout.offset += 4;
	assert_int_equal(save(old, sizeof(old)), -EINVAL);
	start(true, 8);
	layout.stride = SIM_BLOCK / 2;
	assert_int_equal(save(old, sizeof(old)), -EINVAL);
	start(false, 8);
	layout.offset = SIM_SIZE - SIZE;
	assert_int_equal(save(old, sizeof(old)), -EINVAL);
}

static void test_chip_that_forgets(void **state)
{
	(void)state;
	start(true, 8);
	assert_int_equal(save(old, sizeof(old)), 0);
	sim.chip[0].locked[2] = sim.chip[1].locked[2] = true;
	assert_int_equal(save(new, sizeof(new)), -EPERM);
	assert_true(holds(old, sizeof(old)));
}

/*
 * Power cuts. A save is run with the power failing at its n-th write on the bus, for every n until
 * it comes to its end: with that write not done, and with what it starts half done in several ways.
 */
static uint64_t cuts;

static bool save_cut(const char *data, size_t used, uint64_t at, unsigned torn)
{
	volatile bool done = false;

	sim.writes = 0;
	sim.cut_at = at;
	sim.torn = torn != 0;
	sim.seed = torn * 7919 + (unsigned)at;
	if (!setjmp(sim.cut)) {
		assert_int_equal(save(data, used), 0);
		done = true;
	}
	cuts += !done;
	sim_power_on();
	return done;
}

static void all_cuts(const uint8_t *before, const char *was, size_t was_used)
{
	bool done = false;
	uint64_t at;

	for (at = 1; !done; at++) {
		for (unsigned torn = 0; torn < 6; torn++) {
			memcpy(sim.data, before, SIM_SIZE);
			done = save_cut(new, sizeof(new), at, torn);
			if (done)
				assert_true(holds(new, sizeof(new)));
			else
				assert_true(holds(new, sizeof(new)) || holds(was, was_used));
			/* And with what was left a save succeeds. */
			assert_int_equal(save("then=1", 7), 0);
			assert_true(holds("then=1", 7));
			sim_power_on();
		}
	}
	assert_true(at > 20);
}

static void test_power_cuts(void **state)
{
	static uint8_t before[SIM_SIZE];

	(void)state;
	for (unsigned power = 0; power <= 6; power += 6) {
		/* Into the second copy, then the first, over the wrap of generations too. */
		for (unsigned saves = 1; saves <= 2; saves++) {
			for (unsigned generation = 1; generation <= 255; generation += 127) {
				start(true, power);
				put_copy(0, old, sizeof(old), (uint8_t)generation, 0xff, 0);
				for (unsigned i = 1; i < saves; i++)
					assert_int_equal(save(old, sizeof(old)), 0);
				sim_power_on();
				memcpy(before, sim.data, SIM_SIZE);
				all_cuts(before, old, sizeof(old));
			}
		}
	}
	printf("%llu power cuts\n", (unsigned long long)cuts);
}

/* One cut after the other: the second hits a save that begins with what the first left. */
static void test_two_power_cuts(void **state)
{
	static uint8_t before[SIM_SIZE], between[SIM_SIZE];
	bool done = false;

	(void)state;
	start(true, 6);
	assert_int_equal(save("x=1", 4), 0);
	assert_int_equal(save(old, sizeof(old)), 0);
	memcpy(before, sim.data, SIM_SIZE);
	for (uint64_t at = 1; !done; at += 3) {
		const char *was;
		size_t was_used;

		memcpy(sim.data, before, SIM_SIZE);
		done = save_cut(new, sizeof(new), at, 1);
		was = holds(new, sizeof(new)) ? new : old;
		was_used = was == new ? sizeof(new) : sizeof(old);
		assert_true(holds(was, was_used));
		memcpy(between, sim.data, SIM_SIZE);
		for (uint64_t again = 1;; again += 2) {
			bool last;

			memcpy(sim.data, between, SIM_SIZE);
			last = save_cut("then=1", 7, again, 2);
			assert_true(holds("then=1", 7) || (!last && holds(was, was_used)));
			if (last)
				break;
		}
	}
	printf("%llu power cuts\n", (unsigned long long)cuts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_save_and_read),
		cmocka_unit_test(test_empty_and_full),
		cmocka_unit_test(test_blank),
		cmocka_unit_test(test_padding_of_others),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_every_bit_counts),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_layout_and_blocks),
		cmocka_unit_test(test_chip_that_forgets),
		cmocka_unit_test(test_power_cuts),
		cmocka_unit_test(test_two_power_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
