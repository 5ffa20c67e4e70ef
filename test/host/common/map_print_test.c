/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/map_print.h"

static char text[MAP_LINE_SIZE];

static void test_lines(void **state)
{
	const struct pt pt = { .format = { .page_shift = 12 } };
	const struct pt wide = { .format = { .page_shift = 16 } };
	struct pt_leaf run = { .va = 0xffffff8040000000,
			       .pa = 0x40000000,
			       .size = 0x80000,
			       .kind = PT_DATA,
			       .count = { 0, 0, 0, 128 } };

	(void)state;
	assert_string_equal(map_line(&pt, &run, NULL, text),
			    "ffffff8040000000-ffffff804007ffff  000040000000-00004007ffff  "
			    "rw-  normal   128x4K");
	run = (struct pt_leaf){ .va = -GIB - 2 * MIB,
				.pa = 0,
				.size = GIB + 2 * MIB,
				.kind = PT_DEVICE,
				.count = { 0, 1, 1, 0 } };
	assert_string_equal(
		map_line(&pt, &run, "devices", text),
		"ffffffffbfe00000-ffffffffffffffff  000000000000-0000401fffff  rw-  device   "
		"1x1G 1x2M                 devices");
	run.count[1] = 0;
	run.kind = PT_CODE_RW;
	map_line(&wide, &run, NULL, text);
	assert_non_null(strstr(text, "rwx  normal   1x512M"));
}

/* The longest name and the largest numbers: cut off, not written beyond. */
static void test_cut_off(void **state)
{
	const struct pt pt = { .format = { .page_shift = 12 } };
	struct pt_leaf run = { .va = -4096,
			       .pa = BIT(52) - 4096,
			       .size = 4096,
			       .kind = PT_UNCACHED,
			       .count = { ~0u, ~0u, ~0u, ~0u } };
	char name[300], guarded[MAP_LINE_SIZE + 1];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	guarded[MAP_LINE_SIZE] = '#';
	map_line(&pt, &run, name, guarded);
	assert_int_equal(strlen(guarded), MAP_LINE_SIZE - 1);
	assert_int_equal(guarded[MAP_LINE_SIZE], '#');
}

static void test_names(void **state)
{
	const struct pt_region list[] = { { 0x1000, 0, 0x1000, PT_DATA, "a" },
					  { -4096, 0, 4096, PT_DATA, "top" } };

	(void)state;
	assert_string_equal(map_name(list, 2, 0x1fff), "a");
	assert_string_equal(map_name(list, 2, -1), "top");
	assert_null(map_name(list, 2, 0x2000));
}

static void test_walks(void **state)
{
	const struct pt_step step = { 1, 0x47ffa000, 257, 0x47ff9003, PT_STEP_TABLE };
	struct pt_trace trace = { .pa = 0x40001234,
				  .leaf_size = 2 * MIB,
				  .attr_index = 1,
				  .rights = PT_RIGHT_READ | PT_RIGHT_WRITE | PT_RIGHT_ACCESSED };

	(void)state;
	assert_string_equal(map_step_line(&step, text),
			    "level 1  0x000047ffa000[257]    0x0000000047ff9003  table");
	assert_string_equal(map_trace_line(&trace, 0, MAIR_INIT, text),
			    "PA 0x000040001234  rw-  device nGnRE  leaf 2M");
	trace.rights = PT_RIGHT_READ | PT_RIGHT_EXEC | PT_RIGHT_EL0;
	assert_string_equal(
		map_trace_line(&trace, 0, MAIR_INIT, text),
		"PA 0x000040001234  r-x, EL0 r--  device nGnRE  leaf 2M  AF clear: an access "
		"faults");
	assert_string_equal(map_trace_line(&trace, -ENOENT, MAIR_INIT, text), "not mapped");
	for (int err = -200; err < 0; err++)
		assert_true(map_trace_line(&trace, err, MAIR_INIT, text)[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_walks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
