/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/mem/memmap.h"

static struct memmap map;
static struct why why;

static int fresh(void **state)
{
	(void)state;
	memset(&map, 0, sizeof(map));
	memset(&why, 0, sizeof(why));
	return 0;
}

#define DRAM UINT64_C(0x40000000)

static void bank_add(paddr_t start, uint64_t size)
{
	assert_int_equal(memmap_add_bank(&map, start, size, &why), 0);
}

static void claim(paddr_t start, uint64_t size, const char *owner)
{
	assert_int_equal(memmap_claim(&map, start, size, 0, owner, &why), 0);
}

static void check_entry(const struct mem_range *r, paddr_t start, uint64_t size, const char *owner)
{
	assert_int_equal(r->start, start);
	assert_int_equal(r->size, size);
	assert_string_equal(r->owner, owner);
}

static void test_banks_sort_and_merge(void **state)
{
	(void)state;
	bank_add(0x80000000, 0x1000);
	bank_add(DRAM, 0x1000);
	bank_add(0x60000000, 0x1000);
	bank_add(0x70000000, 0);
	assert_int_equal(map.bank_count, 3);
	check_entry(&map.bank[0], DRAM, 0x1000, "DRAM");
	check_entry(&map.bank[1], 0x60000000, 0x1000, "DRAM");
	check_entry(&map.bank[2], 0x80000000, 0x1000, "DRAM");
	bank_add(DRAM + 0x1000, 0x1000); /* touches from above */
	assert_int_equal(map.bank_count, 3);
	assert_int_equal(map.bank[0].size, 0x2000);
	bank_add(0x60000000 - 0x1000, 0x1000); /* touches from below */
	check_entry(&map.bank[1], 0x60000000 - 0x1000, 0x2000, "DRAM");
	bank_add(DRAM + 0x800, 0x40000000); /* swallows the second, reaches into the third */
	assert_int_equal(map.bank_count, 1);
	check_entry(&map.bank[0], DRAM, 0x40001000, "DRAM");
	bank_add(DRAM + 5, 6); /* already there */
	assert_int_equal(map.bank[0].size, 0x40001000);
}

static void test_banks_limits(void **state)
{
	(void)state;
	assert_int_equal(memmap_add_bank(&map, ~UINT64_C(0), 2, &why), -ERANGE);
	assert_non_null(strstr(why.text, "0xffffffffffffffff"));
	assert_int_equal(memmap_add_bank(&map, 1, UINT64_MAX, &why), 0);
	assert_int_equal(memmap_add_bank(&map, 0, 1, &why),
			 0); /* now all 2^64 bytes: one is lost */
	assert_int_equal(map.bank_count, 1);
	check_entry(&map.bank[0], 0, UINT64_MAX, "DRAM");

	fresh(NULL);
	for (unsigned int i = 0; i < MEMMAP_BANKS_MAX; i++)
		bank_add(i * 0x2000, 0x1000);
	assert_int_equal(memmap_add_bank(&map, 0x100000, 0x1000, &why), -ENOSPC);
	bank_add(0x1000, 0x1000); /* merging needs no room */
	assert_int_equal(map.bank_count, MEMMAP_BANKS_MAX - 1);
}

static void test_claims_name_both_owners(void **state)
{
	(void)state;
	bank_add(DRAM, 0x8000000);
	claim(DRAM, 0x100000, "Loft's FDT");
	assert_int_equal(memmap_claim(&map, DRAM, 0x10000, 0, "segment 0", &why), -EEXIST);
	assert_string_equal(why.text, "segment 0 [0x40000000, 0x40010000) overlaps "
				      "Loft's FDT [0x40000000, 0x40100000)");
	assert_int_equal(memmap_check_free(&map, DRAM + 0xfffff, 1, "x", &why), -EEXIST);
	assert_int_equal(memmap_check_free(&map, DRAM + 0x100000, 1, "x", &why), 0);
	claim(DRAM + 0x100000, 1, "a byte");
	assert_int_equal(map.owned_count, 2);
	assert_int_equal(memmap_release(&map, DRAM + 1), -ENOENT);
	assert_int_equal(memmap_release(&map, DRAM), 0);
	claim(DRAM + 0x80000, 0x80000, "upper half");
	assert_null(memmap_owner(&map, DRAM, 0x80000));
	assert_string_equal(memmap_owner(&map, DRAM, 0x80001)->owner, "upper half");
	assert_string_equal(memmap_owner(&map, DRAM + 0x100000, UINT64_MAX)->owner, "a byte");
	assert_null(memmap_owner(&map, DRAM + 0x100000, 0));
}

static void test_claims_outside_dram(void **state)
{
	(void)state;
	assert_int_equal(memmap_claim(&map, 0, 1, 0, "x", &why), -ENXIO);
	assert_string_equal(why.text, "x [0x0, 0x1) is not in DRAM: there is none");
	bank_add(DRAM, 0x8000000);
	bank_add(0x100000000, 0x8000000);
	assert_int_equal(memmap_claim(&map, 0x10000, 0x1000, 0, "segment 1", &why), -ENXIO);
	assert_string_equal(why.text, "segment 1 [0x10000, 0x11000) is not in DRAM; the bank there "
				      "or next to it is [0x40000000, 0x48000000)");
	assert_int_equal(memmap_claim(&map, 0x47fff000, 0x2000, 0, "stack", &why), -ENXIO);
	assert_non_null(strstr(why.text, "is not wholly in DRAM"));
	assert_int_equal(memmap_claim(&map, DRAM, 0xd0000000, 0, "both banks", &why), -ENXIO);
	assert_int_equal(memmap_claim(&map, 0xffffffff00000000, 1, 0, "high", &why), -ENXIO);
	assert_int_equal(memmap_claim(&map, DRAM, 0, 0, "nothing", &why), -EINVAL);
	assert_int_equal(memmap_claim(&map, DRAM, ~UINT64_C(0), 0, "all", &why), -ERANGE);
	assert_false(memmap_is_dram(&map, DRAM, 0));
	assert_false(memmap_is_dram(&map, DRAM, ~UINT64_C(0)));
	assert_true(memmap_is_dram(&map, DRAM, 0x8000000));
	assert_int_equal(map.owned_count, 0);
}

static void test_loads_replace_loads(void **state)
{
	const uint32_t load = MEM_LOADED;

	(void)state;
	bank_add(DRAM, 0x8000000);
	assert_int_equal(memmap_claim(&map, DRAM + 0x1000, 0x1000, load, "first", &why), 0);
	assert_int_equal(memmap_claim(&map, DRAM + 0x2000, 0x1000, load, "second", &why), 0);
	assert_int_equal(memmap_claim(&map, DRAM + 0x1800, 0x1000, load, "third", &why), 0);
	assert_int_equal(map.owned_count, 1);
	check_entry(&map.owned[0], DRAM + 0x1800, 0x1000, "third");
	assert_int_equal(memmap_claim(&map, DRAM + 0x1800, 1, 0, "segment", &why), -EEXIST);
	claim(DRAM, 0x1000, "table");
	assert_int_equal(memmap_claim(&map, DRAM, 0x3000, load, "fourth", &why), -EEXIST);
	assert_int_equal(map.owned_count, 2); /* as before: the third still stands */
}

static void test_owned_limit(void **state)
{
	(void)state;
	bank_add(DRAM, 0x8000000);
	for (unsigned int i = 0; i < MEMMAP_OWNED_MAX; i++)
		claim(DRAM + i * 0x2000, 0x1000, "an owner with a name longer than any field");
	assert_int_equal(strlen(map.owned[0].owner), MEM_OWNER_SIZE - 1);
	assert_int_equal(memmap_claim(&map, DRAM + 0x1000, 1, 0, "x", &why), -ENOSPC);
	assert_int_equal(map.owned_count, MEMMAP_OWNED_MAX);
}

static void test_foreign(void **state)
{
	(void)state;
	bank_add(DRAM, 0x10000);
	bank_add(DRAM + 0x20000, 0x10000);
	claim(DRAM + 0x4000, 0x1000, "Loft");
	/* over a hole, an owner, and past the end */
	assert_int_equal(memmap_reserve_foreign(&map, DRAM + 0x2000, 0x80000, 0, "firmware", &why),
			 0);
	assert_int_equal(map.owned_count, 4);
	check_entry(&map.owned[0], DRAM + 0x2000, 0x2000, "firmware");
	check_entry(&map.owned[1], DRAM + 0x4000, 0x1000, "Loft");
	check_entry(&map.owned[2], DRAM + 0x5000, 0xb000, "firmware");
	check_entry(&map.owned[3], DRAM + 0x20000, 0x10000, "firmware");
	assert_int_equal(map.owned[0].flags, MEM_FOREIGN);
	/* no-map wins over plain, and Loft's own stays */
	assert_int_equal(memmap_reserve_foreign(&map, DRAM + 0x3000, 0x3000, MEM_NOMAP, "secure",
						&why),
			 0);
	assert_int_equal(map.owned_count, 6);
	check_entry(&map.owned[0], DRAM + 0x2000, 0x1000, "firmware");
	check_entry(&map.owned[1], DRAM + 0x3000, 0x1000, "secure");
	check_entry(&map.owned[2], DRAM + 0x4000, 0x1000, "Loft");
	check_entry(&map.owned[3], DRAM + 0x5000, 0x1000, "secure");
	check_entry(&map.owned[4], DRAM + 0x6000, 0xa000, "firmware");
	/* a plain one over no-map changes nothing */
	assert_int_equal(memmap_reserve_foreign(&map, DRAM + 0x3000, 0x1000, 0, "again", &why), 0);
	assert_int_equal(map.owned_count, 6);
	/* the middle of one: three pieces */
	assert_int_equal(memmap_reserve_foreign(&map, DRAM + 0x24000, 0x1000, MEM_NOMAP, "mid",
						&why),
			 0);
	assert_int_equal(map.owned_count, 8);
	check_entry(&map.owned[6], DRAM + 0x24000, 0x1000, "mid");
	assert_int_equal(memmap_reserve_foreign(&map, 0, 0, 0, "none", &why), 0);
	assert_int_equal(memmap_reserve_foreign(&map, 5, ~UINT64_C(0), 0, "wraps", &why), -ERANGE);
}

static paddr_t alloc(uint64_t size, uint64_t align, bool top, paddr_t limit)
{
	paddr_t at = 0xbad;

	assert_int_equal(memmap_alloc(&map, size, align, top, limit, 0, "a", &at, &why), 0);
	return at;
}

static void test_alloc(void **state)
{
	const paddr_t none = ~(paddr_t)0;
	paddr_t at;

	(void)state;
	bank_add(DRAM, 0x10000);
	bank_add(0x100000000, 0x10000);
	assert_int_equal(alloc(0x1000, 0x1000, true, none), 0x10000f000);
	assert_int_equal(alloc(0x1, 0x1000, true, none), 0x10000e000);
	assert_int_equal(alloc(0xfff, 1, true, none), 0x10000f000 - 0xfff);
	assert_int_equal(alloc(0x1000, 0x1000, true, 0xffffffff), DRAM + 0xf000);
	assert_int_equal(alloc(0x1000, 0x1000, true, DRAM + 0x7ffe), DRAM + 0x6000);
	assert_int_equal(alloc(0x1000, 0x4000, false, none), DRAM);
	assert_int_equal(alloc(0x6000, 0x1000, false, none), DRAM + 0x7000);
	assert_int_equal(alloc(0x8000, 0x1000, false, none), 0x100000000);
	assert_int_equal(memmap_alloc(&map, 0x6001, 1, false, none, 0, "big", &at, &why), -ENOMEM);
	assert_string_equal(why.text, "no free DRAM for big: 0x6001 bytes aligned to 0x1, "
				      "up to 0xffffffffffffffff");
	assert_int_equal(memmap_alloc(&map, 1, 3, false, none, 0, "odd", &at, &why), -EINVAL);
	assert_int_equal(memmap_alloc(&map, 0, 1, false, none, 0, "empty", &at, &why), -EINVAL);
	assert_int_equal(memmap_find(&map, 1, 1, false, DRAM - 1, "low", &at, &why), -ENOMEM);
}

static void test_alloc_at_the_ends(void **state)
{
	const paddr_t none = ~(paddr_t)0;

	(void)state;
	bank_add(0, 0x3000);
	bank_add(none - 0x2fff, 0x3000);               /* its end is 2^64 */
	assert_int_equal(alloc(1, 1, false, none), 1); /* never 0 */
	assert_int_equal(alloc(0x1000, 0x1000, false, none), 0x1000);
	assert_int_equal(alloc(0x1000, 0x1000, true, none), none - 0xfff);
	assert_int_equal(memmap_check_free(&map, none - 1, 2, "x", &why), -EEXIST);
	assert_string_equal(why.text, "x [0xfffffffffffffffe, 2^64) overlaps "
				      "a [0xfffffffffffff000, 2^64)");
	/* aligning up would wrap */
	assert_int_equal(memmap_find(&map, 1, BIT(63), false, none, "x", &(paddr_t){ 0 }, &why),
			 -ENOMEM);
}

/* FIELD.md T6, T7: places lie in granules that a bank fills and that no no-map range touches. */
static void test_alloc_in_granules(void **state)
{
	const paddr_t none = ~(paddr_t)0;

	(void)state;
	bank_add(DRAM + 0x800, 0x100000 - 0x800 + 0x123);
	assert_int_equal(alloc(8, 8, false, none), DRAM + 0x10000);
	assert_int_equal(alloc(8, 8, true, none), DRAM + 0xffff8);
	assert_int_equal(memmap_reserve_foreign(&map, DRAM + 0xf1000, 0x10, MEM_NOMAP, "n", &why),
			 0);
	assert_int_equal(memmap_reserve_foreign(&map, DRAM + 0x2ffff, 1, MEM_NOMAP, "n", &why), 0);
	assert_int_equal(alloc(8, 8, true, none), DRAM + 0xefff8);
	assert_int_equal(alloc(0x10000, 8, false, none), DRAM + 0x30000);
	assert_int_equal(alloc(0x10000, 8, false, none), DRAM + 0x40000);
	/* What fits no granule fits pages, as long as there are any. */
	assert_int_equal(alloc(0x9f000, 0x1000, true, none), DRAM + 0x50000);
	assert_int_equal(alloc(0xd000, 0x1000, true, none), DRAM + 0x13000);
	assert_int_equal(alloc(0xd000, 0x1000, true, none), DRAM + 0xf2000);
}

static void test_255_gib(void **state)
{
	paddr_t at;

	(void)state;
	bank_add(DRAM, 255 * GIB);
	assert_int_equal(memmap_alloc(&map, 254 * GIB, GIB, false, ~(paddr_t)0, 0, "x", &at, NULL),
			 0);
	assert_int_equal(at, DRAM);
	assert_int_equal(memmap_alloc(&map, 2 * GIB, 1, false, ~(paddr_t)0, 0, "x", &at, NULL),
			 -ENOMEM);
}

/*
 * Model: an address space of 256 cells, one byte a cell says who is there. Cell sizes and bases
 * differ, one of them ends at 2^64.
 */
#define CELLS 256
#define HOLE  0
#define FREE  1

struct model {
	paddr_t base;
	uint64_t cell;
	uint8_t who[CELLS];
};

static bool model_all(const struct model *m, unsigned int first, unsigned int n, uint8_t who)
{
	for (unsigned int i = first; i < first + n; i++)
		if (m->who[i] != who)
			return false;
	return true;
}

static void model_compare(const struct model *m)
{
	unsigned int boundaries = 0;

	for (unsigned int i = 0; i < CELLS; i++) {
		paddr_t at = m->base + i * m->cell;
		const struct mem_range *r = memmap_owner(&map, at, m->cell);

		assert_int_equal(memmap_is_dram(&map, at, m->cell), m->who[i] != HOLE);
		if (m->who[i] <= FREE)
			assert_null(r);
		else
			assert_int_equal((uint8_t)r->owner[0], m->who[i]);
		boundaries += (m->who[i] != HOLE) && (!i || m->who[i - 1] == HOLE);
	}
	assert_int_equal(map.bank_count, boundaries);
	for (unsigned int i = 1; i < map.owned_count; i++)
		assert_true(mem_range_last(&map.owned[i - 1]) < map.owned[i].start);
}

static int model_claim(struct model *m, unsigned int first, unsigned int n, uint8_t who)
{
	const char owner[2] = { (char)who, 0 };
	int err = memmap_claim(&map, m->base + first * m->cell, n * m->cell, 0, owner, &why);

	if (map.owned_count == MEMMAP_OWNED_MAX && err == -ENOSPC)
		return err;
	assert_int_equal(!err, model_all(m, first, n, FREE));
	if (!err)
		memset(&m->who[first], who, n);
	return err;
}

/* Does a bank fill the granules of all these cells? They are n free ones. */
static bool model_fills(const struct model *m, unsigned int first, unsigned int n, uint64_t granule)
{
	unsigned int from = first, to = first + n;
	paddr_t start, end;

	while (from && m->who[from - 1] != HOLE)
		from--;
	while (to < CELLS && m->who[to] != HOLE)
		to++;
	start = m->base + from * m->cell;
	end = m->base + to * m->cell; /* 0: 2^64, a multiple of any granule */
	return m->base + first * m->cell >= ALIGN_UP(start, granule) &&
	       (!end || m->base + (first + n) * m->cell <= ALIGN_DOWN(end, granule));
}

static unsigned int model_place(const struct model *m, unsigned int limit, unsigned int n, bool top,
				uint64_t granule)
{
	for (unsigned int i = 0; n + i <= limit + 1; i++) {
		unsigned int first = top ? limit + 1 - n - i : i;

		if (model_all(m, first, n, FREE) && m->base + first * m->cell &&
		    model_fills(m, first, n, granule))
			return first;
	}
	return CELLS;
}

static void model_alloc(struct model *m, unsigned int n, bool top, uint8_t who)
{
	const char owner[2] = { (char)who, 0 };
	unsigned int limit = (unsigned int)rand() % CELLS, want = CELLS;
	paddr_t at = 0;
	int err;

	want = model_place(m, limit, n, top, MEM_GRANULE);
	if (want == CELLS)
		want = model_place(m, limit, n, top, 0x1000);
	err = memmap_alloc(&map, n * m->cell, m->cell, top, m->base + (limit + 1) * m->cell - 1, 0,
			   owner, &at, &why);
	if (err == -ENOSPC)
		return;
	assert_int_equal(err, want == CELLS ? -ENOMEM : 0);
	if (!err) {
		assert_int_equal(at, m->base + want * m->cell);
		memset(&m->who[want], who, n);
	}
}

static void model_release(struct model *m)
{
	struct mem_range r;

	if (!map.owned_count)
		return;
	r = map.owned[(unsigned int)rand() % map.owned_count];
	assert_int_equal(memmap_release(&map, r.start), 0);
	memset(&m->who[(r.start - m->base) / m->cell], FREE, r.size / m->cell);
}

static void model_foreign(struct model *m, unsigned int first, unsigned int n)
{
	int err =
		memmap_reserve_foreign(&map, m->base + first * m->cell, n * m->cell, 0, "f", &why);

	/* A full list may have taken a part: read back what it did, then compare. */
	for (unsigned int i = first; i < first + n; i++)
		if (m->who[i] == FREE &&
		    (!err || memmap_owner(&map, m->base + i * m->cell, m->cell)))
			m->who[i] = 'f';
}

static void model_run(paddr_t base, uint64_t cell)
{
	struct model m = { .base = base, .cell = cell };

	fresh(NULL);
	for (unsigned int i = 0; i < 8; i++) {
		unsigned int first = (unsigned int)rand() % CELLS;
		unsigned int n = 1 + (unsigned int)rand() % (CELLS - first);

		n = MIN(n, 60u);
		bank_add(base + first * cell, n * cell);
		memset(&m.who[first], FREE, n);
	}
	for (unsigned int step = 0; step < 300; step++) {
		unsigned int first = (unsigned int)rand() % CELLS;
		unsigned int n = 1 + (unsigned int)rand() % MIN(CELLS - first, 12u);
		uint8_t who = (uint8_t)('A' + rand() % 26);

		switch (rand() % 5) {
		case 0:
			model_claim(&m, first, n, who);
			break;
		case 1:
			model_alloc(&m, n, rand() & 1, who);
			break;
		case 2:
		case 3:
			model_release(&m);
			break;
		default:
			if (rand() % 4 == 0)
				model_foreign(&m, first, n);
		}
		model_compare(&m);
	}
}

static void test_model(void **state)
{
	(void)state;
	srand(20);
	for (unsigned int i = 0; i < 12; i++) {
		model_run(0x40000000, 0x1000);
		model_run(0, 0x200000);
		model_run((paddr_t)0 - CELLS * UINT64_C(0x10000), 0x10000);
		model_run(BIT(63), BIT(55)); /* half the space, up to its end */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_banks_sort_and_merge, fresh),
		cmocka_unit_test_setup(test_banks_limits, fresh),
		cmocka_unit_test_setup(test_claims_name_both_owners, fresh),
		cmocka_unit_test_setup(test_claims_outside_dram, fresh),
		cmocka_unit_test_setup(test_loads_replace_loads, fresh),
		cmocka_unit_test_setup(test_owned_limit, fresh),
		cmocka_unit_test_setup(test_foreign, fresh),
		cmocka_unit_test_setup(test_alloc, fresh),
		cmocka_unit_test_setup(test_alloc_at_the_ends, fresh),
		cmocka_unit_test_setup(test_alloc_in_granules, fresh),
		cmocka_unit_test_setup(test_255_gib, fresh),
		cmocka_unit_test_setup(test_model, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
