/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Register values, the walk over foreign tables, the W^X audit. Expected values are whole numbers
 * by the manual.
 */
#include "test/host/arch/arm64/pgtable/fixture.h"

#include <errno.h>
#include <string.h>

#include "arch/arm64/pgtable/foreign.h"
#include "arch/arm64/cpu/sysreg_vmsa.h"
#include "include/loft/boot.h"

static void tree_make(struct pt *pt, struct pt_arena *arena, enum pt_regime regime,
		      uint32_t granule, unsigned va_bits, bool upper)
{
	arena_make(arena, granule, 12);
	assert_int_equal(pt_init(pt, arena, regime, granule, va_bits, upper), 0);
}

static void test_tcr(void **state)
{
	static const struct {
		enum pt_regime regime;
		uint32_t granule;
		uint8_t low, high; /* va_bits; 0: no tree */
		uint8_t parange;
		uint64_t tcr;
	} rows[] = {
		/* 39 bits, 4 KiB, TTBR1 alone: EPD0, TG1 = 2, IPS 44 bits */
		{ PT_EL1, 4096, 0, 39, 4, 0x00000004b5193599 },
		{ PT_EL1, 4096, 39, 0, 2, 0x00000002b5993519 },
		{ PT_EL1, 4096, 48, 48, 5, 0x00000005b5103510 },
		/* 52-bit PARange, descriptors of 48: IPS 5 */
		{ PT_EL1, 4096, 39, 48, 6, 0x00000005b5103519 },
		{ PT_EL1, 16384, 47, 47, 2, 0x000000027511b511 },
		{ PT_EL1, 65536, 42, 42, 2, 0x00000002f5167516 },
		{ PT_EL1, 65536, 52, 52, 6, 0x00000006f50c750c },
		{ PT_EL1, 4096, 52, 52, 6, 0x08000006b50c350c },
		/* with E2H TCR_EL2 is TCR_EL1's twin, EPD0 and EPD1 included */
		{ PT_EL2_E2H, 4096, 0, 39, 4, 0x00000004b5193599 },
		{ PT_EL2_E2H, 4096, 39, 0, 2, 0x00000002b5993519 },
		{ PT_EL2_E2H, 4096, 48, 48, 5, 0x00000005b5103510 },
		{ PT_EL2_E2H, 65536, 52, 52, 6, 0x00000006f50c750c },
		{ PT_EL2, 4096, 39, 0, 2, 0x80823519 },
		{ PT_EL2, 65536, 48, 0, 6, 0x80857510 },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pt_arena low_arena = { 0 }, high_arena = { 0 };
		struct pt low, high;
		struct mmu_regs regs;

		if (rows[i].low)
			tree_make(&low, &low_arena, rows[i].regime, rows[i].granule, rows[i].low,
				  false);
		if (rows[i].high)
			tree_make(&high, &high_arena, rows[i].regime, rows[i].granule, rows[i].high,
				  true);
		assert_int_equal(pt_mmu_regs(rows[i].low ? &low : NULL, rows[i].high ? &high : NULL,
					     rows[i].parange, &regs),
				 0);
		assert_int_equal(regs.tcr, rows[i].tcr);
		assert_int_equal(regs.mair, LOFT_MAIR);
		assert_int_equal(regs.ttbr0, rows[i].low ? ARENA_PA : 0);
		assert_int_equal(regs.ttbr1, rows[i].high ? ARENA_PA : 0);
		assert_int_equal(regs.sctlr, rows[i].regime != PT_EL2 ? 0x34f5d91d : 0x30c5183d);
		arena_free(&low_arena);
		arena_free(&high_arena);
	}
}

/* Address bits 51:48 of a root stand in bits 5:2 of TTBR. */
static void test_ttbr_folds(void **state)
{
	static const uint32_t granules[] = { 4096, 16384, 65536 };
	const struct pt_region page = { 0, 0xabcde00010000, 65536, PT_DATA, 0 };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(granules); i++) {
		struct pt_arena arena;
		struct mmu_regs regs;
		struct pt_leaf leaf;
		struct pt pt;

		arena_make(&arena, granules[i], 6);
		arena.pa |= BIT(51) | BIT(49) | BIT(48);
		assert_int_equal(pt_init(&pt, &arena, PT_EL1, granules[i], 52, false), 0);
		assert_int_equal(pt_map(&pt, &page), 0);
		assert_int_equal(pt_query(&pt, 0, &leaf), 0);
		assert_int_equal(leaf.pa, page.pa);
		assert_int_equal(pt_mmu_regs(&pt, NULL, 6, &regs), 0);
		assert_int_equal(regs.ttbr0, ARENA_PA | 0xb << 2);
		assert_int_equal(regs.ttbr1, 0);
		arena_free(&arena);
	}
}

static void test_mmu_regs_errors(void **state)
{
	struct pt_arena arena[4];
	struct pt low, high, el2, wide;
	struct mmu_regs regs;

	(void)state;
	tree_make(&low, &arena[0], PT_EL1, 4096, 39, false);
	tree_make(&high, &arena[1], PT_EL1, 4096, 39, true);
	tree_make(&el2, &arena[2], PT_EL2, 4096, 39, false);
	tree_make(&wide, &arena[3], PT_EL1, 4096, 52, false);
	assert_int_equal(pt_mmu_regs(NULL, NULL, 5, &regs), -EINVAL);
	assert_int_equal(pt_mmu_regs(&high, NULL, 5, &regs), -EINVAL);
	assert_int_equal(pt_mmu_regs(NULL, &low, 5, &regs), -EINVAL);
	assert_int_equal(pt_mmu_regs(&el2, &high, 5, &regs), -EINVAL);
	assert_int_equal(pt_mmu_regs(&wide, &high, 5, &regs), -EINVAL);
	for (unsigned i = 0; i < ARRAY_SIZE(arena); i++)
		arena_free(&arena[i]);
}

#define TCR_39 UINT64_C(0x00000002b5193519) /* both halves 39 bits, 4 KiB, IPS 40 bits */

static uint64_t foreign_table[4][512];

static int table_read(void *ctx, paddr_t pa, uint64_t *out)
{
	(void)ctx;
	if (pa - 0x1000 >= sizeof(foreign_table))
		return -EIO;
	*out = foreign_table[(pa - 0x1000) / 4096][pa % 4096 / 8];
	return 0;
}

static int walk(uint64_t tcr, vaddr_t va, struct pt_trace *trace)
{
	const struct pt_foreign regime = {
		.tcr = tcr, .ttbr0 = 0x1000, .ttbr1 = 0x1001, .two_halves = true, .read = table_read
	};

	return pt_walk_foreign(&regime, va, trace);
}

static void test_foreign_ends(void **state)
{
	struct pt_trace t;

	(void)state;
	memset(foreign_table, 0, sizeof(foreign_table));
	foreign_table[0][0] = 0x1003;             /* loops back to the root */
	foreign_table[0][1] = 0x00000000c0000701; /* 1 GiB, RW, EL1 executes */
	foreign_table[0][2] = 0x9003;             /* no such memory */
	foreign_table[0][3] = 0x2003;
	foreign_table[0][4] = 0x0000010000000701; /* output above 40 bits */
	foreign_table[0][5] = 0x7800000000002003; /* all rights taken below */
	foreign_table[1][0] = 0x3003;
	foreign_table[2][0] = 0x40001701;         /* a block's type at level 3 */
	foreign_table[2][1] = 0x00600000400013c3; /* read-only for EL0 and EL1, AF clear */
	foreign_table[2][2] = 0x0000000040002743; /* all rights for EL0: EL1 never executes */

	assert_int_equal(walk(TCR_39, 0, &t), 0); /* three levels of the same table */
	assert_int_equal(t.step_count, 3);
	assert_int_equal(t.step[2].meaning, PT_STEP_PAGE);
	assert_int_equal(walk(TCR_39, 0x40123456, &t), 0);
	assert_int_equal(t.pa, 0xc0123456);
	assert_int_equal(t.leaf_size, GIB);
	assert_int_equal(t.rights, PT_RIGHT_READ | PT_RIGHT_WRITE | PT_RIGHT_EXEC |
					   PT_RIGHT_EL0_EXEC | PT_RIGHT_ACCESSED);
	assert_int_equal(walk(TCR_39, 0xffffff8040000000, &t), 0);
	assert_true(t.upper);
	assert_int_equal(walk(TCR_39, 0x80000000, &t), -EFAULT);
	assert_int_equal(t.step[1].table, 0x9000);
	assert_int_equal(t.step[1].meaning, PT_STEP_UNREADABLE);
	assert_int_equal(walk(TCR_39, 0xc0000000, &t), -ENOENT);
	assert_int_equal(t.step[2].meaning, PT_STEP_RESERVED);
	assert_int_equal(walk(TCR_39, 0xc0001008, &t), 0);
	assert_int_equal(t.pa, 0x40001008);
	assert_int_equal(t.rights, PT_RIGHT_READ | PT_RIGHT_EL0);
	assert_int_equal(walk(TCR_39, 0xc0002000, &t), 0);
	assert_int_equal(t.rights, PT_RIGHT_READ | PT_RIGHT_WRITE | PT_RIGHT_EL0 |
					   PT_RIGHT_EL0_EXEC | PT_RIGHT_ACCESSED);
	assert_int_equal(walk(TCR_39, 0x140002000, &t), 0);
	assert_int_equal(t.rights, PT_RIGHT_READ | PT_RIGHT_ACCESSED);
	assert_int_equal(walk(TCR_39 | TCR_EL1_HPD0, 0x140002000, &t), 0);
	assert_true(t.rights & PT_RIGHT_WRITE);
	assert_int_equal(walk(TCR_39, 0x100000000, &t), -ENXIO);
	assert_int_equal(walk(TCR_39, 0x180000000, &t), -ENOENT);
	assert_int_equal(t.step_count, 1);
	assert_int_equal(t.step[0].index, 6);
	assert_int_equal(t.step[0].meaning, PT_STEP_INVALID);
}

static void test_foreign_registers(void **state)
{
	struct pt_trace t;

	(void)state;
	assert_int_equal(walk(TCR_39, BIT(39), &t), -ERANGE);
	assert_int_equal(walk(TCR_39, 0xffffff7fffffffff, &t), -ERANGE);
	assert_int_equal(walk(TCR_39, 0xff00000040000000, &t), -ERANGE);
	assert_int_equal(walk(TCR_39 | TCR_EL1_TBI0, 0xff00000040000000, &t), 0);
	assert_int_equal(walk(TCR_39 | TCR_EL1_EPD0, 0, &t), -EACCES);
	assert_int_equal(walk(TCR_39 | TCR_EL1_EPD0, 0xffffff8040000000, &t), 0);
	assert_int_equal(walk(TCR_39 | TCR_EL1_TG0(3), 0, &t), -EINVAL);
	assert_int_equal(walk(TCR_39 & ~TCR_EL1_TG1(3), ~UINT64_C(0), &t), -EINVAL);
	assert_int_equal(walk(TCR_39 | 0x3f, 0, &t), -EINVAL);            /* T0SZ 63 */
	assert_int_equal(walk(TCR_39 & ~UINT64_C(0x3f), 0, &t), -EINVAL); /* T0SZ 0 */
	assert_int_equal(t.step_count, 0);
	assert_string_equal(pt_meaning_name(PT_STEP_TABLE), "table");
	assert_string_equal(pt_meaning_name(77), "?");
}

static void test_audit(void **state)
{
	static const struct {
		struct pt_region low, high;
		int err;
		struct pt_wx wx;
	} rows[] = {
		{ { 0x1000, 0x1000, 0x1000, PT_CODE, 0 },
		  { -0x4000, 0x2000, 0x1000, PT_DATA, 0 },
		  0,
		  { 0 } },
		{ { 0x1000, 0x1000, 0x1000, PT_CODE, 0 },
		  { -0x4000, 0x1000, 0x1000, PT_RODATA, 0 },
		  0,
		  { 0 } },
		{ { 0x1000, 0x1000, 0x2000, PT_CODE, 0 },
		  { -0x4000, 0x2000, 0x1000, PT_DATA, 0 },
		  -EPERM,
		  { 0x2000, 0x2000, -0x4000 } },
		{ { 0x1000, 0x2000, 0x1000, PT_DATA, 0 },
		  { -0x4000, 0x1000, 0x2000, PT_CODE, 0 },
		  -EPERM,
		  { 0x2000, -0x3000, 0x1000 } },
		{ { 0x1000, 0x2000, 0x1000, PT_DEVICE, 0 },
		  { -0x4000, 0x1000, 0x2000, PT_CODE, 0 },
		  -EPERM,
		  { 0x2000, -0x3000, 0x1000 } },
		{ { 0x1000, 0x1000, 0x1000, PT_RODATA, 0 },
		  { -0x4000, 0x8000, 0x2000, PT_CODE_RW, 0 },
		  -EPERM,
		  { 0x8000, -0x4000, -0x4000 } },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pt_wx by_list = { 0 }, by_tree = { 0 };
		struct pt_arena low_arena, high_arena;
		struct pt low, high;

		tree_make(&low, &low_arena, PT_EL1, 4096, 39, false);
		tree_make(&high, &high_arena, PT_EL1, 4096, 39, true);
		assert_int_equal(pt_map(&low, &rows[i].low), 0);
		assert_int_equal(pt_map(&high, &rows[i].high), 0);
		assert_int_equal(pt_audit_regions(&rows[i].low, 1, &rows[i].high, 1, &by_list),
				 rows[i].err);
		assert_int_equal(pt_audit_wx(&low, &high, &by_tree), rows[i].err);
		assert_memory_equal(&by_list, &rows[i].wx, sizeof(by_list));
		assert_memory_equal(&by_tree, &rows[i].wx, sizeof(by_tree));
		assert_int_equal(pt_audit_wx(&low, NULL, &by_tree), 0);
		arena_free(&low_arena);
		arena_free(&high_arena);
	}
}

/* More executable runs than the audit holds at a time; the last one is the offender. */
static void test_audit_many(void **state)
{
	struct pt_arena arena;
	struct pt_wx wx;
	struct pt pt;

	(void)state;
	tree_make(&pt, &arena, PT_EL1, 4096, 39, false);
	for (unsigned i = 0; i < 24; i++) {
		const struct pt_region code = { i * 0x2000, i * 0x3000, 0x1000, PT_CODE, 0 };

		assert_int_equal(pt_map(&pt, &code), 0);
		assert_int_equal(pt_audit_wx(&pt, NULL, &wx), 0);
	}
	assert_int_equal(pt_map(&pt,
				&(struct pt_region){ 0x80000, 23 * 0x3000, 0x1000, PT_DATA, 0 }),
			 0);
	assert_int_equal(pt_audit_wx(&pt, NULL, &wx), -EPERM);
	assert_int_equal(wx.pa, 23 * 0x3000);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tcr),          cmocka_unit_test(test_mmu_regs_errors),
		cmocka_unit_test(test_foreign_ends), cmocka_unit_test(test_foreign_registers),
		cmocka_unit_test(test_audit),        cmocka_unit_test(test_audit_many),
		cmocka_unit_test(test_ttbr_folds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
