/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "common/map/print.h"

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
		"PA 0x000040001234  r-x  EL0 too  device nGnRE  leaf 2M  AF clear: an access "
		"faults");
	assert_string_equal(map_trace_line(&trace, -ENOENT, MAIR_INIT, text), "not mapped");
	for (int err = -200; err < 0; err++)
		assert_true(map_trace_line(&trace, err, MAIR_INIT, text)[0]);
}

/* The CPU's answer beside the walk's. */
static void test_hardware(void **state)
{
	const uint64_t normal = UINT64_C(0xff) << 56, device = UINT64_C(0x04) << 56;
	struct pt_trace trace = { .pa = 0x40001234,
				  .leaf_size = 4096,
				  .rights = PT_RIGHT_READ | PT_RIGHT_WRITE | PT_RIGHT_ACCESSED };
	struct map_hardware hw = { normal | 0x40001000, normal | 0x40001000 };

	(void)state;
	assert_string_equal(map_hardware_line(&hw, 0xffffff8000001234, text),
			    "PA 0x000040001234  rw   normal write-back");
	assert_true(map_agrees(&trace, 0, MAIR_INIT, &hw));
	hw.load = normal | 0x40002000;
	assert_false(map_agrees(&trace, 0, MAIR_INIT, &hw));
	hw.load = device | 0x40001000;
	assert_false(map_agrees(&trace, 0, MAIR_INIT, &hw));
	trace.attr_index = 1;
	assert_true(map_agrees(&trace, 0, MAIR_INIT, &hw));
	hw.store = 0xf << 1 | 1; /* permission fault, level 3 */
	assert_string_equal(map_hardware_line(&hw, 0, text),
			    "PA 0x000040001000  r-   device nGnRE");
	assert_false(map_agrees(&trace, 0, MAIR_INIT, &hw));
	trace.rights = PT_RIGHT_READ | PT_RIGHT_EXEC | PT_RIGHT_ACCESSED;
	assert_true(map_agrees(&trace, 0, MAIR_INIT, &hw));
}

static void test_faults(void **state)
{
	struct pt_trace trace = { .step = { { .level = 1 }, { .level = 2 } }, .step_count = 2 };
	struct map_hardware hw = { 6 << 1 | 1, 6 << 1 | 1 };

	(void)state;
	assert_string_equal(map_hardware_line(&hw, 0, text), "translation fault, level 2");
	assert_true(map_agrees(&trace, -ENOENT, MAIR_INIT, &hw));
	assert_false(map_agrees(&trace, -ENXIO, MAIR_INIT, &hw));
	assert_false(map_agrees(&trace, -EFAULT, MAIR_INIT, &hw));
	assert_false(map_agrees(&trace, 0, MAIR_INIT, &hw));
	hw.load = 7 << 1 | 1;
	assert_false(map_agrees(&trace, -ENOENT, MAIR_INIT, &hw));
	trace.step[1].level = -1;
	hw.load = 0x2b << 1 | 1;
	assert_true(map_agrees(&trace, -ENOENT, MAIR_INIT, &hw));
	hw.load = 4 << 1 | 1;
	trace.step_count = 0;
	assert_true(map_agrees(&trace, -ERANGE, MAIR_INIT, &hw));
	assert_true(map_agrees(&trace, -EACCES, MAIR_INIT, &hw));
	hw.load = 1;
	assert_true(map_agrees(&trace, -ENXIO, MAIR_INIT, &hw));
	assert_false(map_agrees(&trace, -ERANGE, MAIR_INIT, &hw));
	hw.load = UINT64_C(0xff) << 56; /* it translates */
	assert_false(map_agrees(&trace, -ENOENT, MAIR_INIT, &hw));
}

static void test_registers(void **state)
{
	struct mmu_regs regs = {
		.mair = MAIR_INIT, .tcr = 0x4b5993519, .ttbr0 = 0x7ff65000, .sctlr = SCTLR_EL1_INIT
	};

	(void)state;
	assert_string_equal(map_register_line(&regs, 1, MAP_SCTLR, text),
			    "SCTLR_EL1  0x0000000034f5d91d  M 1  C 1  I 1  A 0  SA 1  WXN 0");
	assert_string_equal(map_register_line(&regs, 1, MAP_TCR, text),
			    "TCR_EL1    0x00000004b5993519  TTBR0 39 bits 4K, TTBR1 off, "
			    "PA 44 bits");
	assert_string_equal(map_register_line(&regs, 1, MAP_TTBR0, text),
			    "TTBR0_EL1  0x000000007ff65000");
	assert_string_equal(map_register_line(&regs, 1, MAP_MAIR, text),
			    "MAIR_EL1   0x00000000440004ff  0 normal write-back, 1 device nGnRE, "
			    "2 device nGnRnE, 3 normal non-cacheable");
	regs.tcr = 0x80853519;
	assert_string_equal(map_register_line(&regs, 2, MAP_TCR, text),
			    "TCR_EL2    0x0000000080853519  TTBR0 39 bits 4K, PA 48 bits");
	/* Whatever a register holds, the line ends within its bytes. */
	for (unsigned i = 0; i < 64 * MAP_REGISTERS; i++) {
		uint64_t value = BIT(i / MAP_REGISTERS) * 0x9e3779b97f4a7c15;
		char guarded[MAP_LINE_SIZE + 1];

		regs = (struct mmu_regs){ value, value, value, value, value, value };
		guarded[MAP_LINE_SIZE] = '#';
		map_register_line(&regs, 1 + i % 2, i % MAP_REGISTERS, guarded);
		assert_true(strlen(guarded) < MAP_LINE_SIZE);
		assert_int_equal(guarded[MAP_LINE_SIZE], '#');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),     cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_names),     cmocka_unit_test(test_walks),
		cmocka_unit_test(test_hardware),  cmocka_unit_test(test_faults),
		cmocka_unit_test(test_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
