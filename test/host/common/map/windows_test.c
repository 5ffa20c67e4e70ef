// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/map/windows.h"

static struct memmap dram(paddr_t start, uint64_t size)
{
	struct memmap mem = { .bank_count = 1 };

	mem.bank[0] = (struct mem_range){ .start = start, .size = size };
	return mem;
}

static void test_merges_neighbours_in_any_order(void **state)
{
	struct memmap mem = dram(0x40000000, 0x1000000);
	struct window in[] = { { 0x0a003e00, 0x200 },  { 0x0a000000, 0x200 },
			       { 0x0a002000, 0x200 },  { 0x0a001000, 0x1000 },
			       { 0x09000000, 0x1000 }, { 0, 0 } };
	struct window room[70];
	struct windows out = { .win = room, .room = ARRAY_SIZE(room) };

	(void)state;
	windows_merge(&out, in, ARRAY_SIZE(in), &mem, 4096);
	assert_int_equal(out.count, 2);
	assert_int_equal(out.win[0].start, 0x09000000);
	assert_int_equal(out.win[1].start, 0x0a000000);
	assert_int_equal(out.win[1].size, 0x4000);
	assert_int_equal(out.left_out, 0);
}

static void test_never_over_dram(void **state)
{
	struct memmap mem = dram(0x40000000, 0x1000000);
	struct window in[] = { { 0x3ffff000, 0x1002000 }, { 0x40100000, 0x1000 } };
	struct window room[70];
	struct windows out = { .win = room, .room = ARRAY_SIZE(room) };

	(void)state;
	windows_merge(&out, in, ARRAY_SIZE(in), &mem, 4096);
	assert_int_equal(out.count, 2);
	assert_int_equal(out.win[0].start, 0x3ffff000);
	assert_int_equal(out.win[0].size, 0x1000);
	assert_int_equal(out.win[1].start, 0x41000000);
	assert_int_equal(out.win[1].size, 0x1000);
}

static void test_top_of_the_address_space(void **state)
{
	struct memmap mem = dram(0x40000000, 0x1000000);
	struct window in[] = { { ~UINT64_C(0) - 0xfff, 0x1000 },
			       { ~UINT64_C(0) - 10, 0x1000 },
			       { 0, UINT64_C(1) << 39 } };
	struct window room[70];
	struct windows out = { .win = room, .room = ARRAY_SIZE(room) };

	(void)state;
	windows_merge(&out, in, ARRAY_SIZE(in), &mem, 4096);
	assert_int_equal(out.count, 1);
	assert_true(out.win[0].start == ~UINT64_C(0) - 0xfff);
	assert_int_equal(out.win[0].size, 0x1000);
}

static void test_too_many_are_left_out(void **state)
{
	struct memmap mem = dram(0x40000000, 0x1000000);
	struct window in[70 + 5];
	struct window room[70];
	struct windows out = { .win = room, .room = ARRAY_SIZE(room) };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(in); i++)
		in[i] = (struct window){ i * 0x10000, 0x1000 };
	windows_merge(&out, in, ARRAY_SIZE(in), &mem, 4096);
	assert_int_equal(out.count, 70);
	assert_int_equal(out.left_out, 5);
}

/* Every page of a small space against a plain array. */
static void test_model(void **state)
{
	(void)state;
	srand(7);
	for (unsigned round = 0; round < 2000; round++) {
		struct memmap mem = dram((rand() % 64) * 4096, (1 + rand() % 32) * 4096);
		bool device[256] = { false };
		struct window in[20];
		struct window room[70];
		struct windows out = { .win = room, .room = ARRAY_SIZE(room) };

		for (unsigned i = 0; i < ARRAY_SIZE(in); i++) {
			in[i] = (struct window){ rand() % (200 * 4096), rand() % (16 * 4096) };
			for (uint64_t a = in[i].start / 4096;
			     in[i].size && a <= (in[i].start + in[i].size - 1) / 4096; a++)
				device[a] = !memmap_is_dram(&mem, a * 4096, 1);
		}
		windows_merge(&out, in, ARRAY_SIZE(in), &mem, 4096);
		for (uint64_t page = 0; page < 256; page++) {
			bool found = false;

			for (unsigned i = 0; i < out.count; i++)
				found |= page * 4096 - out.win[i].start < out.win[i].size;
			assert_int_equal(found, device[page]);
		}
		for (unsigned i = 1; i < out.count; i++)
			assert_true(out.win[i].start > out.win[i - 1].start + out.win[i - 1].size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merges_neighbours_in_any_order),
		cmocka_unit_test(test_never_over_dram),
		cmocka_unit_test(test_top_of_the_address_space),
		cmocka_unit_test(test_too_many_are_left_out),
		cmocka_unit_test(test_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
