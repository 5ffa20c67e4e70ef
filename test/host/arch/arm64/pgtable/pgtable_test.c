/* SPDX-License-Identifier: BSD-2-Clause */
#include "test/host/arch/arm64/pgtable/fixture.h"

#include <errno.h>

#include "arch/arm64/cpu/sysreg_vmsa.h"

#define K4  UINT32_C(4096)
#define K16 UINT32_C(16384)
#define K64 UINT32_C(65536)
#define TOP UINT64_C(0xffffff8000000000) /* of 39 bits */

/* One region in an empty tree: what it takes, and what stands at its first and last byte. */
static const struct single {
	const char *what;
	uint32_t granule;
	uint8_t va_bits;
	bool upper;
	struct pt_region region;
	int err;
	unsigned tables; /* root included */
	int first_level, last_level;
} singles[] = {
	{ "page", K4, 39, 0, { 0x1000, 0x40001000, 0x1000, 0, 0 }, 0, 3, 3, 3 },
	{ "2 MiB", K4, 39, 0, { 0x200000, 0x40000000, 2 * MIB, 0, 0 }, 0, 2, 2, 2 },
	{ "1 GiB", K4, 39, 0, { 0x40000000, 0x80000000, GIB, 0, 0 }, 0, 1, 1, 1 },
	{ "1 GiB, 48", K4, 48, 0, { 0x40000000, 0x80000000, GIB, 0, 0 }, 0, 2, 1, 1 },
	{ "U-Boot's: PA misaligned",
	  K4,
	  48,
	  0,
	  { 0x40000000, 0x80001000, GIB, 0, 0 },
	  0,
	  515,
	  3,
	  3 },
	{ "PA aligned for 2 MiB", K4, 48, 0, { 0x40000000, 0x80200000, GIB, 0, 0 }, 0, 3, 2, 2 },
	{ "VA misaligned", K4, 39, 0, { 0x40001000, 0x80000000, 2 * MIB, 0, 0 }, 0, 4, 3, 3 },
	{ "ragged tail",
	  K4,
	  39,
	  0,
	  { 0x40000000, 0x80000000, GIB + 2 * MIB + 4096, 0, 0 },
	  0,
	  3,
	  1,
	  3 },
	{ "ragged head",
	  K4,
	  39,
	  0,
	  { 0x3fdff000, 0x7fdff000, GIB + 2 * MIB + 4096, 0, 0 },
	  0,
	  3,
	  3,
	  1 },
	{ "top of 39", K4, 39, 1, { -GIB, 0x80000000, GIB, 0, 0 }, 0, 1, 1, 1 },
	{ "last page", K4, 39, 1, { -4096, 0x80000000, 4096, 0, 0 }, 0, 3, 3, 3 },
	{ "last page of 48", K4, 48, 1, { -4096, 0x80000000, 4096, 0, 0 }, 0, 4, 3, 3 },
	{ "all of 39", K4, 39, 1, { TOP, 0, 512 * GIB, 0, 0 }, 0, 1, 1, 1 },
	{ "255 GiB of DRAM", K4, 39, 1, { TOP + GIB, GIB, 255 * GIB, 0, 0 }, 0, 1, 1, 1 },
	{ "255 GiB of DRAM, 48", K4, 48, 1, { TOP + GIB, GIB, 255 * GIB, 0, 0 }, 0, 2, 1, 1 },
	{ "two roots' worth", K4, 48, 0, { 511 * GIB, 511 * GIB, 2 * GIB, 0, 0 }, 0, 3, 1, 1 },
	{ "25 bits", K4, 25, 0, { 0x1fff000, 0, 4096, 0, 0 }, 0, 2, 3, 3 },
	{ "30 bits", K4, 30, 0, { 0, 0, GIB, 0, 0 }, 0, 1, 2, 2 },
	{ "31 bits", K4, 31, 0, { 0, 0, GIB, 0, 0 }, 0, 1, 1, 1 },
	{ "52 bits", K4, 52, 0, { 0, 0, 512 * GIB, 0, 0 }, 0, 2, 0, 0 },
	{ "16K page", K16, 47, 0, { 0x4000, 0x8000, 0x4000, 0, 0 }, 0, 3, 3, 3 },
	{ "16K block", K16, 47, 0, { 32 * MIB, 0, 32 * MIB, 0, 0 }, 0, 2, 2, 2 },
	{ "16K no 64 GiB block", K16, 47, 0, { 0, 0, 64 * GIB, 0, 0 }, 0, 2, 2, 2 },
	{ "16K 36", K16, 36, 1, { -64 * GIB, 0, 64 * GIB, 0, 0 }, 0, 1, 2, 2 },
	{ "16K 48", K16, 48, 1, { -32 * MIB, 0, 32 * MIB, 0, 0 }, 0, 3, 2, 2 },
	{ "16K 52", K16, 52, 0, { 0, 0, 64 * GIB, 0, 0 }, 0, 2, 1, 1 },
	{ "64K page", K64, 42, 0, { 0x10000, 0x20000, 0x10000, 0, 0 }, 0, 2, 3, 3 },
	{ "64K block", K64, 42, 1, { -512 * MIB, 0, 512 * MIB, 0, 0 }, 0, 1, 2, 2 },
	{ "64K 48", K64, 48, 1, { -512 * MIB, 0, 512 * MIB, 0, 0 }, 0, 2, 2, 2 },
	{ "64K 52", K64, 52, 1, { -512 * MIB, BIT(51), 512 * MIB, 0, 0 }, 0, 2, 2, 2 },
	{ "2 MiB is no block of 64K", K64, 48, 0, { 0, 0, 2 * MIB, 0, 0 }, 0, 3, 3, 3 },
	{ "across PA 2^48", K64, 52, 0, { 0, BIT(48) - 64 * KIB, 128 * KIB, 0, 0 }, 0, 3, 3, 3 },
	{ "all kinds end", K4, 39, 0, { 0, 0, 4096, PT_CODE_RW, 0 }, 0, 3, 3, 3 },

	{ "empty", K4, 39, 0, { 0, 0, 0, 0, 0 }, -EINVAL, 1, 0, 0 },
	{ "VA unaligned", K4, 39, 0, { 0x800, 0, 4096, 0, 0 }, -EINVAL, 1, 0, 0 },
	{ "PA unaligned", K4, 39, 0, { 0, 8, 4096, 0, 0 }, -EINVAL, 1, 0, 0 },
	{ "size unaligned", K4, 39, 0, { 0, 0, 4097, 0, 0 }, -EINVAL, 1, 0, 0 },
	{ "unaligned for 64K", K64, 48, 0, { 0x1000, 0, 65536, 0, 0 }, -EINVAL, 1, 0, 0 },
	{ "no such kind", K4, 39, 0, { 0, 0, 4096, PT_KIND_COUNT, 0 }, -EINVAL, 1, 0, 0 },
	{ "beyond 39", K4, 39, 0, { BIT(39), 0, 4096, 0, 0 }, -ERANGE, 1, 0, 0 },
	{ "over the end of 39", K4, 39, 0, { BIT(39) - 4096, 0, 8192, 0, 0 }, -ERANGE, 1, 0, 0 },
	{ "wraps", K4, 39, 1, { -4096, 0, 8192, 0, 0 }, -ERANGE, 1, 0, 0 },
	{ "wraps far", K4, 39, 1, { -4096, 0, -4096, 0, 0 }, -ERANGE, 1, 0, 0 },
	{ "below the upper half", K4, 39, 1, { TOP - 4096, 0, 8192, 0, 0 }, -ERANGE, 1, 0, 0 },
	{ "lower address in upper", K4, 39, 1, { 0, 0, 4096, 0, 0 }, -ERANGE, 1, 0, 0 },
	{ "upper address in lower", K4, 48, 0, { TOP, 0, 4096, 0, 0 }, -ERANGE, 1, 0, 0 },
	{ "PA of 49 bits", K4, 48, 0, { 0, BIT(48), 4096, 0, 0 }, -ERANGE, 1, 0, 0 },
	{ "PA over 48 bits", K4, 48, 0, { 0, BIT(48) - 4096, 8192, 0, 0 }, -ERANGE, 1, 0, 0 },
	{ "PA wraps", K4, 48, 0, { 0, -4096, 8192, 0, 0 }, -ERANGE, 1, 0, 0 },
	{ "PA of 53 bits", K64, 52, 0, { 0, BIT(52), 65536, 0, 0 }, -ERANGE, 1, 0, 0 },
};

/* All of it goes, and the tables serve again; more than was mapped is refused. */
static void check_unmap(struct pt *pt, const struct single *c)
{
	vaddr_t last = c->region.va + (c->region.size - 1);
	struct pt_leaf leaf;

	assert_int_equal(pt_unmap(pt, c->region.va, c->region.size), 0);
	assert_int_equal(pt_query(pt, c->region.va, &leaf), -ENOENT);
	assert_int_equal(pt_query(pt, last, &leaf), -ENOENT);
	assert_int_equal(pt_unmap(pt, c->region.va, c->region.size), -ENOENT);
	assert_int_equal(pt_map(pt, &c->region), 0);
	assert_int_equal(pt_query(pt, last, &leaf), 0);
	assert_int_equal(leaf.pa + (last - leaf.va), c->region.pa + (c->region.size - 1));
	assert_int_equal(pt_unmap(pt, c->region.va + leaf.size / 2, leaf.size / 2), -ENOENT);
	assert_int_equal(pt_unmap(pt, last, UINT64_MAX), -ENOENT);
}

static void check_single(const struct single *c)
{
	struct pt_arena arena;
	struct pt_leaf leaf;
	struct pt pt;
	vaddr_t last = c->region.va + (c->region.size - 1);

	arena_make(&arena, c->granule, 520);
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, c->granule, c->va_bits, c->upper), 0);
	assert_int_equal(pt_map(&pt, &c->region), c->err);
	assert_int_equal(arena.used, c->tables);
	if (!c->err) {
		assert_int_equal(pt_tables_needed(&c->region, 1, c->granule, c->va_bits),
				 c->tables);
		assert_int_equal(pt_query(&pt, c->region.va, &leaf), 0);
		assert_int_equal(leaf.level, c->first_level);
		assert_int_equal(leaf.pa, c->region.pa);
		assert_int_equal(pt_query(&pt, last, &leaf), 0);
		assert_int_equal(leaf.level, c->last_level);
		assert_int_equal(leaf.pa + (last - leaf.va), c->region.pa + (c->region.size - 1));
		assert_int_equal(pt_map(&pt, &c->region), -EEXIST);
		assert_int_equal(arena.used, c->tables);
		check_unmap(&pt, c);
		assert_int_equal(arena.used, c->tables);
	}
	arena_free(&arena);
}

static void test_single_regions(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(singles); i++) {
		print_message("  %s\n", singles[i].what);
		check_single(&singles[i]);
	}
}

static void test_init_errors(void **state)
{
	struct pt_arena arena;
	struct pt pt;

	(void)state;
	arena_make(&arena, K64, 1);
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 4096, 24, false), -EINVAL);
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 4096, 53, false), -EINVAL);
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 8192, 39, false), -EINVAL);
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 0, 39, false), -EINVAL);
	assert_int_equal(pt_init(&pt, &arena, PT_EL2, 4096, 39, true), -EINVAL);
	arena.pa = ARENA_PA + 0x1000;
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 65536, 42, false), -EINVAL);
	arena.pa = BIT(48);
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 4096, 39, false), -EINVAL);
	arena.pa = BIT(52);
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 65536, 52, false), -EINVAL);
	arena.pa = BIT(48);
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 65536, 48, false), -EINVAL);
	arena.pa = BIT(48) - 4096;
	arena.capacity = 2;
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 4096, 52, false), -EINVAL);
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 4096, 39, false), -EINVAL);
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 65536, 52, false), -EINVAL);
	arena.capacity = 0;
	assert_int_equal(pt_init(&pt, &arena, PT_EL1, 4096, 39, false), -ENOMEM);
	assert_int_equal(arena.used, 0);
	arena_free(&arena);
	assert_int_equal(pt_tables_needed(NULL, 0, 4096, 24), 0);
	assert_int_equal(pt_tables_needed(NULL, 0, 4096, 39), 1);
}

/* Second regions over a 4 MiB block-mapped one at 0x40000000 and a page at 0x50000000. */
static void test_overlaps(void **state)
{
	static const struct {
		vaddr_t va;
		uint64_t size;
		int err;
	} rows[] = {
		{ 0x40000000, 0x1000, -EEXIST },  /* page in a block */
		{ 0x40000000, GIB, -EEXIST },     /* block over a table */
		{ 0x4ffff000, 0x2000, -EEXIST },  /* runs into the page */
		{ 0x50000000, 2 * MIB, -EEXIST }, /* block over the page's table */
		{ 0x3fe00000, 4 * MIB, -EEXIST }, /* ends in a block */
		{ 0x40400000, 2 * MIB, 0 },       /* right behind */
		{ 0x50001000, 0x1000, 0 },
	};
	const struct pt_region block = { 0x40000000, 0x80000000, 4 * MIB, PT_DATA, 0 };
	const struct pt_region page = { 0x50000000, 0x80000000, 4096, PT_DATA, 0 };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pt_region second = { rows[i].va, 0x80000000, rows[i].size, PT_CODE, 0 };
		struct pt_arena arena;
		struct pt_leaf leaf;
		struct pt pt;

		arena_make(&arena, 4096, 8);
		assert_int_equal(pt_init(&pt, &arena, PT_EL1, 4096, 39, false), 0);
		assert_int_equal(pt_map(&pt, &block), 0);
		assert_int_equal(pt_map(&pt, &page), 0);
		assert_int_equal(pt_map(&pt, &second), rows[i].err);
		assert_int_equal(pt_query(&pt, 0x403ff000, &leaf), 0);
		assert_int_equal(leaf.kind, PT_DATA);
		assert_int_equal(pt_query(&pt, 0x50000000, &leaf), 0);
		assert_int_equal(leaf.kind, PT_DATA);
		arena_free(&arena);
	}
}

static void test_arena_full(void **state)
{
	const struct pt_region region = { 0x40001000, 0x80001000, 0x1000, PT_DATA, 0 };

	(void)state;
	for (unsigned tables = 1; tables < 4; tables++) {
		struct pt_arena arena;
		struct pt_leaf leaf;
		struct pt pt;

		arena_make(&arena, 4096, tables);
		assert_int_equal(pt_init(&pt, &arena, PT_EL1, 4096, 48, true), 0);
		assert_int_equal(pt_map(&pt, &(struct pt_region){ -4096, 0, 4096, PT_DATA, 0 }),
				 -ENOMEM);
		assert_int_equal(arena.used, tables);
		assert_int_equal(pt_query(&pt, -4096, &leaf), -ENOENT);
		assert_int_equal(leaf.level, tables - 1);
		assert_int_equal(leaf.descriptor, 0);
		assert_int_equal(pt_query(&pt, region.va, &leaf), -ERANGE);
		arena_free(&arena);
	}
}

/* Bits by the manual, written out once more as whole numbers. */
static void test_descriptors(void **state)
{
	static const struct {
		enum pt_regime regime;
		uint64_t bits[PT_KIND_COUNT];
	} rows[] = {
		{ PT_EL1,
		  { 0x0040000000000783, 0x0060000000000783, 0x0060000000000703, 0x006000000000060f,
		    0x0060000000000607, 0x0040000000000703 } },
		{ PT_EL2_E2H, /* EL0 is there: AP[1] and UXN, PXN mean what they do in EL1&0 */
		  { 0x0040000000000783, 0x0060000000000783, 0x0060000000000703, 0x006000000000060f,
		    0x0060000000000607, 0x0040000000000703 } },
		{ PT_EL2,
		  { 0x00000000000007c3, 0x00400000000007c3, 0x0040000000000743, 0x004000000000064f,
		    0x0040000000000647, 0x0000000000000743 } },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		for (unsigned kind = 0; kind < PT_KIND_COUNT; kind++) {
			const struct pt_region page = { 0x1000, 0x40001000, 0x1000, kind, 0 };
			const struct pt_region block = { 0x200000, 0x40200000, 0x200000, kind, 0 };
			struct pt_arena arena;
			struct pt_leaf leaf;
			struct pt pt;

			arena_make(&arena, 4096, 3);
			assert_int_equal(pt_init(&pt, &arena, rows[i].regime, 4096, 39, false), 0);
			assert_int_equal(pt_map(&pt, &page), 0);
			assert_int_equal(pt_map(&pt, &block), 0);
			assert_int_equal(pt_query(&pt, 0x1fff, &leaf), 0);
			assert_int_equal(leaf.descriptor, rows[i].bits[kind] | 0x40001000);
			assert_int_equal(leaf.kind, kind);
			assert_int_equal(pt_query(&pt, 0x3fffff, &leaf), 0);
			assert_int_equal(leaf.descriptor,
					 (rows[i].bits[kind] | 0x40200000) & ~UINT64_C(2));
			assert_int_equal(leaf.kind, kind);
			arena_free(&arena);
		}
	}
}

/* PA[51:48] at 15:12 with 64 KiB; PA[51:50] at 9:8, no SH, with 4 and 16 KiB. */
static void test_wide_descriptors(void **state)
{
	static const struct {
		uint32_t granule;
		paddr_t pa;
		uint64_t descriptor;
	} rows[] = {
		{ K64, 0xf123456780000, 0x006012345678f703 },
		{ K64, 0x0000000010000, 0x0060000000010703 },
		{ K4, 0xf123456789000, 0x0063123456789703 },
		{ K16, 0x8123456788000, 0x0060123456788603 },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct pt_region page = { 0, rows[i].pa, rows[i].granule, PT_DATA, 0 };
		struct pt_arena arena;
		struct pt_leaf leaf;
		struct pt pt;

		arena_make(&arena, rows[i].granule, 5);
		assert_int_equal(pt_init(&pt, &arena, PT_EL1, rows[i].granule, 52, false), 0);
		assert_int_equal(pt_map(&pt, &page), 0);
		assert_int_equal(pt_query(&pt, 0, &leaf), 0);
		assert_int_equal(leaf.descriptor, rows[i].descriptor);
		assert_int_equal(leaf.pa, rows[i].pa);
		assert_int_equal(leaf.kind, PT_DATA);
		arena_free(&arena);
	}
}

/* Where the contiguous hint stands: each row is one region and three addresses in it. */
static void test_contiguous(void **state)
{
	static const struct {
		const char *what;
		uint32_t granule;
		uint8_t va_bits;
		struct pt_region region;
		struct {
			uint64_t offset;
			bool hint;
		} at[3];
	} rows[] = {
		{ "16 pages",
		  K4,
		  39,
		  { 0x10000, 0x40010000, 0x10000, PT_DATA, 0 },
		  { { 0, true }, { 0x7000, true }, { 0xf000, true } } },
		{ "15 pages",
		  K4,
		  39,
		  { 0x10000, 0x40010000, 0xf000, PT_DATA, 0 },
		  { { 0, false }, { 0x7000, false }, { 0xe000, false } } },
		{ "PA misaligned",
		  K4,
		  39,
		  { 0x10000, 0x40011000, 0x20000, PT_DATA, 0 },
		  { { 0, false }, { 0xf000, false }, { 0x10000, false } } },
		{ "a page, a group, a page",
		  K4,
		  39,
		  { 0xf000, 0x4000f000, 0x12000, PT_CODE, 0 },
		  { { 0, false }, { 0x1000, true }, { 0x11000, false } } },
		{ "32 MiB of blocks",
		  K4,
		  48,
		  { 32 * MIB, 64 * MIB, 34 * MIB, PT_DEVICE, 0 },
		  { { 0, true }, { 30 * MIB, true }, { 32 * MIB, false } } },
		{ "16 GiB of blocks",
		  K4,
		  48,
		  { 16 * GIB, 32 * GIB, 31 * GIB, PT_DATA, 0 },
		  { { 0, true }, { 15 * GIB, true }, { 16 * GIB, false } } },
		{ "no hint at level 0",
		  K4,
		  52,
		  { 0, 0, 16 * TIB, PT_DATA, 0 },
		  { { 0, false }, { 8 * TIB, false }, { 15 * TIB, false } } },
		{ "128 pages of 16K",
		  K16,
		  47,
		  { 2 * MIB, 4 * MIB, 4 * MIB - 16 * KIB, PT_DATA, 0 },
		  { { 0, true }, { 2 * MIB - 1, true }, { 2 * MIB, false } } },
		{ "32 blocks of 16K",
		  K16,
		  36,
		  { GIB, 2 * GIB, 2 * GIB, PT_DATA, 0 },
		  { { 0, true }, { GIB, true }, { 2 * GIB - 1, true } } },
		{ "no hint at level 1 of 16K",
		  K16,
		  52,
		  { 0, 0, 4 * TIB, PT_DATA, 0 },
		  { { 0, false }, { TIB, false }, { 3 * TIB, false } } },
		{ "32 pages of 64K",
		  K64,
		  42,
		  { 0x1f0000, 0x3f0000, 0x210000, PT_RODATA, 0 },
		  { { 0, false }, { 0x10000, true }, { 0x20ffff, true } } },
		{ "32 blocks of 64K, wide",
		  K64,
		  52,
		  { 0, BIT(51), 17 * GIB, PT_DATA, 0 },
		  { { 0, true }, { 16 * GIB - 1, true }, { 16 * GIB, false } } },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pt_arena arena;
		struct pt_leaf leaf;
		struct pt pt;

		print_message("  %s\n", rows[i].what);
		arena_make(&arena, rows[i].granule, 8);
		assert_int_equal(pt_init(&pt, &arena, PT_EL1, rows[i].granule, rows[i].va_bits,
					 false),
				 0);
		assert_int_equal(pt_map(&pt, &rows[i].region), 0);
		for (unsigned n = 0; n < ARRAY_SIZE(rows[i].at); n++) {
			uint64_t offset = rows[i].at[n].offset;

			assert_int_equal(pt_query(&pt, rows[i].region.va + offset, &leaf), 0);
			assert_int_equal(leaf.kind, rows[i].region.kind);
			assert_int_equal(leaf.pa + (rows[i].region.va + offset - leaf.va),
					 rows[i].region.pa + offset);
			assert_int_equal(leaf.descriptor >> 52 & 1, rows[i].at[n].hint);
		}
		arena_free(&arena);
	}
}

static void test_geometry(void **state)
{
	const uint64_t a57_mmfr0 = 0x1124, max_mmfr0 = 0x2100032310201126;

	(void)state;
	for (unsigned i = 0; pt_size_get(i); i++) {
		assert_true(pt_size_known(pt_size_get(i)->granule, pt_size_get(i)->va_bits));
		assert_non_null(pt_format_find(pt_size_get(i)->granule, pt_size_get(i)->va_bits));
	}
	assert_true(pt_size_known(4096, 39));
	assert_false(pt_size_known(4096, 36));
	assert_int_equal(pt_size_support(4096, 39, a57_mmfr0, 0), PT_SUPPORTED);
	assert_int_equal(pt_size_support(65536, 48, a57_mmfr0, 0), PT_SUPPORTED);
	assert_int_equal(pt_size_support(16384, 47, a57_mmfr0, 0), PT_NO_GRANULE);
	assert_int_equal(pt_size_support(4096, 52, a57_mmfr0, 0), PT_NO_LPA2);
	assert_int_equal(pt_size_support(65536, 52, a57_mmfr0, 0), PT_NO_LVA);
	assert_int_equal(pt_size_support(65536, 52, a57_mmfr0, 0x10000), PT_SUPPORTED);
	assert_int_equal(pt_size_support(4096, 52, max_mmfr0, 0), PT_SUPPORTED);
	assert_int_equal(pt_size_support(16384, 52, max_mmfr0, 0), PT_SUPPORTED);
	assert_int_equal(pt_size_support(16384, 48, 0x100000, 0), PT_SUPPORTED);
	assert_int_equal(pt_size_support(16384, 52, 0x100000, 0), PT_NO_LPA2);
	assert_int_equal(pt_size_support(4096, 39, 0xf0000000, 0), PT_NO_GRANULE);
	assert_int_equal(pt_size_support(65536, 42, 0x0f000000, 0), PT_NO_GRANULE);
	assert_int_equal(pt_size_support(2048, 39, a57_mmfr0, 0), PT_NO_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single_regions), cmocka_unit_test(test_init_errors),
		cmocka_unit_test(test_overlaps),       cmocka_unit_test(test_arena_full),
		cmocka_unit_test(test_descriptors),    cmocka_unit_test(test_wide_descriptors),
		cmocka_unit_test(test_contiguous),     cmocka_unit_test(test_geometry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
