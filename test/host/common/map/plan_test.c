/* SPDX-License-Identifier: BSD-2-Clause */
#include "test/host/common/map/fixture.h"

#include <errno.h>
#include <stdio.h>

#define W ELF_W
#define X ELF_X
#define R ELF_R

static struct boot b;

static int fresh(void **state)
{
	(void)state;
	boot_virt(&b);
	return 0;
}

static int plan(void)
{
	return map_plan(&b.request, &b.plan, &b.why);
}

static void refused(int err, const char *words)
{
	assert_int_equal(plan(), err);
	if (!strstr(b.why.text, words))
		fail_msg("\"%s\" lacks \"%s\"", b.why.text, words);
}

struct row {
	uint64_t va, pa, size; /* va less the base named with the list */
	enum pt_kind kind;
};

static void check_list(const struct pt_region *region, unsigned count, const struct row *row,
		       unsigned rows, vaddr_t base)
{
	for (unsigned i = 0; i < count && i < rows; i++) {
		assert_int_equal(region[i].va - base, row[i].va);
		assert_int_equal(region[i].pa, row[i].pa);
		assert_int_equal(region[i].size, row[i].size);
		assert_int_equal(region[i].kind, row[i].kind);
		assert_non_null(region[i].name);
	}
	assert_int_equal(count, rows);
}

#define CHECK(rows)     check_list(b.plan.region, b.plan.count, rows, ARRAY_SIZE(rows), VIRT_39)
#define CHECK_LOW(rows) check_list(b.plan.low, b.plan.low_count, rows, ARRAY_SIZE(rows), 0)

static void test_virt(void **state)
{
	static const struct row rows[] = {
		{ 0x8000000, 0x8000000, 0x10000, PT_DEVICE },
		{ 0x9000000, 0x9000000, 0x1000, PT_DEVICE },
		{ 0x9030000, 0x9030000, 0x1000, PT_DEVICE },
		{ 0xa000000, 0xa000000, 0x4000, PT_DEVICE },
		{ DRAM, DRAM, 0x80000, PT_DATA },
		{ TEXT, TEXT, 0x6000, PT_CODE },
		{ TEXT + 0x6000, TEXT + 0x6000, 0x1000, PT_RODATA },
		{ TEXT + 0x7000, TEXT + 0x7000, 0x9000, PT_DATA },
		{ TEXT + 0x10000, TEXT + 0x10000, VECTORS - TEXT - 0x10000, PT_DATA },
		{ VECTORS, VECTORS, 0x1000, PT_CODE },
		{ VECTORS + 0x1000, VECTORS + 0x1000, DRAM + 128 * MIB - VECTORS - 0x1000,
		  PT_DATA },
		{ 0x4010000000, 0x4010000000, 0x10000000, PT_DEVICE },
	};
	static const struct row low[] = { { VECTORS, VECTORS, 0x1000, PT_CODE } };
	struct pt_wx wx;

	(void)state;
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.virt_start, VIRT_39);
	assert_int_equal(b.plan.va_bits, 39);
	assert_int_equal(b.plan.low_va_bits, 39);
	assert_int_equal(b.plan.granule, 4096);
	assert_int_equal(b.plan.windows_left_out, 0);
	assert_false(b.plan.identity || b.plan.keep_low);
	CHECK(rows);
	CHECK_LOW(low);
	assert_int_equal(map_plan_audit(&b.plan, &wx), 0);
}

static void test_no_mmio(void **state)
{
	static const struct row rows[] = {
		{ 0x70000000, UART, 0x1000, PT_DEVICE },
	};

	(void)state;
	boot_set(&b, LOFT_NOTE_FLAGS, LOFT_FLAG_NO_MMIO);
	boot_set(&b, LOFT_NOTE_CONSOLE_VA, VIRT_39 + 0x70000000);
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.count, 8);
	check_list(&b.plan.region[7], 1, rows, 1, VIRT_39);
	b.request.console = DRAM; /* as a device it would be a second, writable name of text */
	refused(-EEXIST, "console at 0x40000000 lies in DRAM");
}

static void test_nomap_and_banks(void **state)
{
	(void)state;
	boot_bank(&b, 0x100000000, GIB);
	assert_int_equal(memmap_reserve_foreign(&b.mem, 0x100200800, 0x1000, MEM_NOMAP, "n", NULL),
			 0);
	assert_int_equal(memmap_reserve_foreign(&b.mem, 0x100400000, 0x1000, 0, "r", NULL), 0);
	assert_int_equal(plan(), 0);
	for (unsigned i = 0; i < b.plan.count; i++) {
		const struct pt_region *r = &b.plan.region[i];

		assert_false(r->pa <= 0x100200000 && r->pa + r->size > 0x100200000);
		assert_false(r->pa <= 0x100201000 && r->pa + r->size > 0x100201000);
	}
	assert_int_equal(b.plan.region[b.plan.count - 2].pa, 0x100202000);
	assert_int_equal(b.plan.region[b.plan.count - 3].size, 2 * MIB);
}

/* The image elsewhere: its own addresses, and an alias with fewer rights. */
static void test_image_elsewhere(void **state)
{
	static const struct row rows[] = {
		{ DRAM, DRAM, 0x80000, PT_DATA },
		{ TEXT, TEXT, 0x6000, PT_RODATA },
		{ TEXT + 0x6000, TEXT + 0x6000, 0x1000, PT_RODATA },
		{ TEXT + 0x7000, TEXT + 0x7000, 0x9000, PT_DATA },
		{ TEXT + 0x10000, TEXT + 0x10000, VECTORS - TEXT - 0x10000, PT_DATA },
		{ VECTORS, VECTORS, 0x1000, PT_CODE },
		{ VECTORS + 0x1000, VECTORS + 0x1000, DRAM + 128 * MIB - VECTORS - 0x1000,
		  PT_DATA },
		{ 0x4010000000, 0x4010000000, 0x10000000, PT_DEVICE },
		{ 0x7000000000, TEXT, 0x6000, PT_CODE },
		{ 0x7000006000, TEXT + 0x6000, 0x1000, PT_RODATA },
		{ 0x7000007000, TEXT + 0x7000, 0x9000, PT_DATA },
	};
	struct pt_wx wx;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		b.image.segment[i].vaddr += 0x7000000000 - TEXT;
	boot_set(&b, LOFT_NOTE_VIRT_START, VIRT_39);
	assert_int_equal(plan(), 0);
	check_list(&b.plan.region[4], b.plan.count - 4, rows, ARRAY_SIZE(rows), VIRT_39);
	assert_int_equal(map_plan_audit(&b.plan, &wx), 0);

	/* Over another page of the linear map. */
	for (unsigned i = 0; i < 3; i++)
		b.image.segment[i].vaddr += TEXT + 0x100000 - 0x7000000000;
	refused(-EEXIST, "image text at VA 0xffffff8040180000 lies over DRAM");

	/* Over devices: they give way, the console does not. */
	for (unsigned i = 0; i < 3; i++)
		b.image.segment[i].vaddr += 0x7ffe000 - (TEXT + 0x100000);
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.region[0].kind, PT_CODE);
	assert_int_equal(b.plan.region[3].kind, PT_DEVICE);
	assert_int_equal(b.plan.region[3].pa, 0x800e000);
	for (unsigned i = 0; i < 3; i++)
		b.image.segment[i].vaddr += 0x1000000;
	refused(-EEXIST, "make an address that the image has");
}

static void test_placed_kernel(void **state)
{
	(void)state;
	memset(&b.image, 0, sizeof(b.image));
	boot_segment(&b, VIRT_39 + 0x80000, VIRT_39 + 0x80000, 0x5000, R | X);
	b.image.linked_at_va = true;
	b.request.displacement = 0x40280000 - (VIRT_39 + 0x80000);
	boot_window(&b, 0, 0x4000000);
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.virt_start, VIRT_39);
	assert_int_equal(b.plan.region[0].size, 0x80000);
	assert_int_equal(b.plan.region[1].va, VIRT_39 + 0x80000);
	assert_int_equal(b.plan.region[1].pa, 0x40280000);
	assert_int_equal(b.plan.region[1].kind, PT_CODE);
	assert_int_equal(b.plan.region[2].pa, 0x85000);
}

static void test_wx(void **state)
{
	struct pt_wx wx;

	(void)state;
	b.image.segment[2].flags = R | W | X;
	refused(-EINVAL,
		"segment 2 at VA 0xffffff8040087000 is both writable and executable: `bootelf -w`");
	boot_set(&b, LOFT_NOTE_FLAGS, LOFT_FLAG_ALLOW_WX);
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.region[7].kind, PT_CODE_RW);
	assert_int_equal(map_plan_audit(&b.plan, &wx), -EPERM);
	assert_int_equal(wx.pa, TEXT + 0x7000);
}

/* Segments that meet in a granule: text ends in the one in which rodata begins, and so on. */
static void test_shared_granule(void **state)
{
	(void)state;
	b.image.segment[1].vaddr = VIRT_39 + TEXT + 0x5800;
	b.image.segment[1].paddr = TEXT + 0x5800;
	b.image.segment[1].memsz = 0x800;
	refused(-EINVAL,
		"segment 1 and the one before it have different rights in the one granule");
	b.image.segment[1].flags = R | X;
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.region[5].size, 0x6000);
	assert_int_equal(b.plan.region[5].kind, PT_CODE);
	b.image.segment[1].flags = R | W;
	boot_set(&b, LOFT_NOTE_FLAGS, LOFT_FLAG_ALLOW_WX);
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.region[5].size, 0x5000);
	assert_int_equal(b.plan.region[5].kind, PT_CODE);
	assert_int_equal(b.plan.region[6].size, 0x1000);
	assert_int_equal(b.plan.region[6].kind, PT_CODE_RW);
	b.image.segment[1].paddr += 0x100000;
	refused(-EINVAL, "not in physical memory");
}

static void test_shared_physical_granule(void **state)
{
	(void)state;
	boot_set(&b, LOFT_NOTE_VIRT_START, VIRT_39);
	/* rodata packed right behind text in memory, a granule further in addresses */
	b.image.segment[1].vaddr = VIRT_39 + 0x50006800;
	b.image.segment[1].paddr = TEXT + 0x5800;
	b.image.segment[1].memsz = 0x100;
	refused(-EINVAL, "in the one physical granule of 0x1000 at 0x40085000");
	boot_set(&b, LOFT_NOTE_FLAGS, LOFT_FLAG_ALLOW_WX);
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.region[5].size, 0x6000);
	assert_int_equal(b.plan.region[5].kind, PT_CODE);
}

static void test_refusals(void **state)
{
	static const struct {
		unsigned segment;
		int64_t va, pa, size;
		int err;
		const char *words;
	} rows[] = {
		{ 1, 0x800, 0, 0, -EINVAL, "differ modulo the granule 0x1000" },
		{ 1, 0x100000, 0x10000000, 0, -ENXIO, "not all DRAM" },
		{ 1, 0x100000, -0x1000000, 0, -ENXIO, "not all DRAM" },
		{ 1, 0x100000, 0x7efa000 + 0x80000, 0x1000, -ENXIO, "not all DRAM" },
		{ 1, 0x100000, VECTORS - TEXT - 0x6000, 0, -EEXIST, "early vectors" },
		{ 1, -0x1000000000000, 0, 0, -ERANGE,
		  "not within the 39 bits from 0xffffff8000000000" },
		{ 1, 0, 0, 0x8000000000, -ERANGE, "not within the 39 bits" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		struct elf_segment *segment = &b.image.segment[rows[i].segment];

		boot_virt(&b);
		boot_set(&b, LOFT_NOTE_VIRT_START, VIRT_39);
		boot_set(&b, LOFT_NOTE_VA_BITS, 39);
		segment->vaddr += rows[i].va;
		segment->paddr += rows[i].pa;
		segment->memsz += rows[i].size;
		refused(rows[i].err, rows[i].words);
	}
	boot_virt(&b);
	b.request.switch_page += 8;
	refused(-EINVAL, "not on a granule");
	b.request.switch_page = VECTORS + 64 * MIB;
	refused(-ENXIO, "switch page");
}

static void test_console_va(void **state)
{
	static const struct {
		uint64_t va;
		int err;
		const char *words;
	} rows[] = {
		{ VIRT_39 + 0x123, -EINVAL, "not a multiple" },
		{ 0x1000, -ERANGE, "not within the 39 bits" },
		{ VIRT_39 - 0x1000, -ERANGE, "not within the 39 bits" },
		{ VIRT_39 + DRAM, -EEXIST, "lies over" },
		{ VIRT_39 + UART, -EEXIST, "lies over" },
		{ VIRT_39 + TEXT + 0x5000, -EEXIST, "lies over" },
		{ VIRT_39 + DRAM + 128 * MIB - 0x1000, -EEXIST, "lies over" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		boot_set(&b, LOFT_NOTE_CONSOLE_VA, rows[i].va);
		refused(rows[i].err, rows[i].words);
	}
	boot_set(&b, LOFT_NOTE_CONSOLE_VA, -UINT64_C(0x1000));
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.region[b.plan.count - 1].va, -UINT64_C(0x1000));
	assert_int_equal(b.plan.region[b.plan.count - 1].pa, UART);
	b.request.console = 0;
	refused(-EINVAL, "no console UART");
}

static void test_screen(void **state)
{
	static const struct row row[] = { { 0x3c100000, 0x3c100000, 0x12d000, PT_UNCACHED } };
	unsigned count;

	(void)state;
	assert_int_equal(plan(), 0);
	count = b.plan.count;
	b.request.screen = (struct mem_range){ .start = 0x3c100800, .size = 0x12c000 };
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.count, count + 1);
	check_list(&b.plan.region[4], 1, row, 1, VIRT_39);
	/* No room for it, or not all of it: a kernel goes without. */
	b.request.screen.start = BIT(39) - 0x1000;
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.count, count);
	b.request.screen.start = UART;
	refused(-EEXIST, "lies over");
}

static void test_windows(void **state)
{
	(void)state;
	boot_window(&b, 0, 0);
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.windows_left_out, 0);
	boot_window(&b, ~UINT64_C(0) - 0xfff, 0x1000);
	boot_window(&b, 0x10000000, MAP_WINDOW_MAX + 1);
	boot_window(&b, BIT(38), BIT(39));
	boot_window(&b, BIT(39), 0x1000);
	boot_window(&b, DRAM - 0x1000, 0x3000);        /* over DRAM */
	boot_window(&b, DRAM + 128 * MIB - 8, 0x1000); /* out of DRAM */
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.windows_left_out, 4);
	assert_int_equal(b.plan.window_left_out.start, ~UINT64_C(0) - 0xfff);
	assert_int_equal(b.plan.region[4].pa, DRAM - 0x1000);
	assert_int_equal(b.plan.region[4].size, 0x1000);
	assert_int_equal(b.plan.region[12].pa, DRAM + 128 * MIB);
	assert_int_equal(b.plan.region[12].size, 0x1000);
	b.request.console = DRAM;
	refused(-EEXIST, "console at 0x40000000 lies in DRAM");
}

static void test_keep_idmap(void **state)
{
	static const struct row low[] = {
		{ UART, UART, 0x1000, PT_DEVICE },
		{ DRAM, DRAM, 0x80000, PT_DATA },
		{ TEXT, TEXT, 0x6000, PT_RODATA },
		{ TEXT + 0x6000, TEXT + 0x6000, 0x1000, PT_RODATA },
		{ TEXT + 0x7000, TEXT + 0x7000, 0x9000, PT_DATA },
		{ TEXT + 0x10000, TEXT + 0x10000, VECTORS - TEXT - 0x10000, PT_DATA },
		{ VECTORS, VECTORS, 0x1000, PT_CODE },
		{ VECTORS + 0x1000, VECTORS + 0x1000, 0x1000, PT_CODE },
		{ VECTORS + 0x2000, VECTORS + 0x2000, DRAM + 128 * MIB - VECTORS - 0x2000,
		  PT_DATA },
	};
	struct pt_wx wx;

	(void)state;
	boot_set(&b, LOFT_NOTE_FLAGS, LOFT_FLAG_KEEP_IDMAP);
	b.request.switch_page = VECTORS + 0x1000;
	assert_int_equal(plan(), 0);
	assert_true(b.plan.keep_low);
	CHECK_LOW(low);
	assert_int_equal(b.plan.region[10].pa, VECTORS + 0x1000);
	assert_int_equal(b.plan.region[10].kind, PT_RODATA);
	assert_int_equal(map_plan_audit(&b.plan, &wx), 0);

	/* RAM at 1 TiB: T0SZ alone is extended. */
	boot_bank(&b, TIB, GIB);
	boot_set(&b, LOFT_NOTE_VIRT_START, VIRT_39);
	refused(-ERANGE, "does not fit the 39 bits");
	boot_set(&b, LOFT_NOTE_VIRT_START, VIRT_39 - TIB);
	boot_set(&b, LOFT_NOTE_VA_BITS, 39);
	refused(-ERANGE, "does not fit the 39 bits");
	memset(&b.mem, 0, sizeof(b.mem));
	boot_bank(&b, TIB, GIB);
	b.request.vectors = b.request.switch_page = TIB;
	b.request.console = 0;
	for (unsigned i = 0; i < 3; i++)
		b.image.segment[i].paddr += TIB - DRAM;
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.low_va_bits, 41);
	assert_int_equal(b.plan.va_bits, 39);
	assert_int_equal(b.plan.windows_left_out, b.request.window_count);
}

static void test_identity(void **state)
{
	(void)state;
	memset(&b.image, 0, sizeof(b.image));
	boot_segment(&b, TEXT, TEXT, 0x1000, R | X);
	boot_set(&b, LOFT_NOTE_FLAGS, LOFT_FLAG_IDENTITY | LOFT_FLAG_KEEP_IDMAP);
	b.request.switch_page = VECTORS + 0x1000;
	assert_int_equal(plan(), 0);
	assert_true(b.plan.identity);
	assert_int_equal(b.plan.virt_start, 0);
	assert_int_equal(b.plan.va_bits, 39);
	assert_int_equal(b.plan.low_count, 0);
	assert_int_equal(b.plan.region[0].va, 0x8000000);
	assert_int_equal(b.plan.region[5].kind, PT_CODE);
	assert_int_equal(b.plan.region[7].pa, VECTORS);
	assert_int_equal(b.plan.region[7].kind, PT_CODE);
	assert_int_equal(b.plan.region[8].kind, PT_CODE);
	boot_bank(&b, TIB, GIB);
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.va_bits, 48);
	boot_set(&b, LOFT_NOTE_VIRT_START, VIRT_39);
	refused(-EINVAL, "IDENTITY");
}

static void test_255_gib(void **state)
{
	struct pt_arena arena = { .pa = 0x50000000, .capacity = 16 };
	struct pt pt;

	(void)state;
	memset(&b.mem, 0, sizeof(b.mem));
	boot_bank(&b, DRAM, 255 * GIB);
	assert_int_equal(plan(), 0);
	arena.capacity = pt_tables_needed(b.plan.region, b.plan.count, 4096, 39);
	assert_true(arena.capacity <= 9);
	arena.mem = calloc(arena.capacity, 4096);
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 4096, 39, true), 0);
	for (unsigned i = 0; i < b.plan.count; i++)
		assert_int_equal(pt_map(&pt, &b.plan.region[i]), 0);
	assert_int_equal(arena.used, arena.capacity);
	free(arena.mem);
}

/* As many windows, holes and banks as the lists before this one hold. */
static void test_full(void **state)
{
	(void)state;
	for (unsigned i = b.request.window_count; i < 160; i++)
		boot_window(&b, 0x10000000 + i * 0x2000, 0x1000);
	assert_int_equal(plan(), 0);
	for (unsigned i = 0; i < MEMMAP_OWNED_MAX; i++)
		assert_int_equal(memmap_claim(&b.mem, DRAM + MIB + i * 0x2000, 0x1000, MEM_NOMAP,
					      "hole", NULL),
				 0);
	assert_int_equal(plan(), 0);
	assert_int_equal(b.plan.count, 5 + 124 + 7 + 64);
	for (unsigned i = 1; i < MEMMAP_BANKS_MAX; i++)
		boot_bank(&b, 0x100000000 + i * GIB, GIB / 2);
	assert_int_equal(plan(), 0);
	boot_set(&b, LOFT_NOTE_FLAGS, LOFT_FLAG_KEEP_IDMAP);
	assert_int_equal(plan(), 0);
	for (unsigned i = 0; i < 36; i++)
		b.window[i] = (struct window){ 0x20000000 + i * 0x2000, 0x1000 };
	assert_int_equal(plan(), 0);
	for (unsigned i = 0; i < 13; i++)
		boot_segment(&b, VIRT_39 + TEXT + 0x10000 + i * 0x2000, TEXT + 0x10000 + i * 0x2000,
			     0x1000, R | X);
	refused(-ENOSPC, "more than 256 ranges");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_virt, fresh),
		cmocka_unit_test_setup(test_no_mmio, fresh),
		cmocka_unit_test_setup(test_nomap_and_banks, fresh),
		cmocka_unit_test_setup(test_image_elsewhere, fresh),
		cmocka_unit_test_setup(test_placed_kernel, fresh),
		cmocka_unit_test_setup(test_wx, fresh),
		cmocka_unit_test_setup(test_shared_granule, fresh),
		cmocka_unit_test_setup(test_shared_physical_granule, fresh),
		cmocka_unit_test_setup(test_refusals, fresh),
		cmocka_unit_test_setup(test_console_va, fresh),
		cmocka_unit_test_setup(test_screen, fresh),
		cmocka_unit_test_setup(test_windows, fresh),
		cmocka_unit_test_setup(test_keep_idmap, fresh),
		cmocka_unit_test_setup(test_identity, fresh),
		cmocka_unit_test_setup(test_255_gib, fresh),
		cmocka_unit_test_setup(test_full, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
