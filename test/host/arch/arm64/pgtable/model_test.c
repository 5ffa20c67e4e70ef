/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random regions in random geometries against a model that is only the list of regions. Four
 * readers must agree with it: pt_query(), pt_walk(), pt_walk_foreign() by the register values, the
 * table count.
 */
#include "test/host/arch/arm64/pgtable/fixture.h"

#include <errno.h>

#include "arch/arm64/pgtable/foreign.h"
#include "arch/arm64/cpu/sysreg_vmsa.h"

#define ROUNDS      400
#define REGIONS_MAX 24
#define LEAVES_MAX  1500 /* of a region, roughly */

static const struct pt_size geometries[] = {
	{ 4096, 39 },  { 4096, 48 },  { 4096, 25 },  { 4096, 31 },  { 4096, 52 },  { 16384, 36 },
	{ 16384, 47 }, { 16384, 48 }, { 16384, 52 }, { 65536, 42 }, { 65536, 48 }, { 65536, 52 },
};

struct model {
	struct pt_size geometry;
	bool upper;
	enum pt_regime regime;
	unsigned pa_bits;
	vaddr_t base;
	struct pt_region region[REGIONS_MAX];
	unsigned count;
	uint64_t seed;
};

/* A multiple of the granule in [0, limit), more often than not of some larger power of two. */
static uint64_t random_edge(struct model *m, uint64_t limit)
{
	uint64_t granule = m->geometry.granule;
	uint64_t unit = granule << random_below(&m->seed, 20);

	if (unit > limit / 4)
		unit = granule;
	return random_below(&m->seed, limit / unit) * unit;
}

static int by_va(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The largest leaf that va and pa allow, less the rarest: what decides how long a region may be. */
static uint64_t leaf_size(const struct model *m, const struct pt_region *r)
{
	unsigned shift = __builtin_ctz(m->geometry.granule);
	uint64_t block = BIT(2 * shift - 3);
	uint64_t difference = r->va ^ r->pa;

	if (shift == 12 && !(difference & (GIB - 1)))
		return GIB;
	return difference & (block - 1) ? m->geometry.granule : block;
}

static void region_random(struct model *m, uint64_t from, uint64_t to)
{
	struct pt_region *r = &m->region[m->count];
	uint64_t block = random_below(&m->seed, 2) ? 2 * MIB : GIB;
	uint64_t limit = BIT(m->pa_bits);

	if (from == to || random_below(&m->seed, 4) == 0)
		return;
	r->va = m->base + from;
	r->size = to - from;
	r->kind = random_below(&m->seed, PT_KIND_COUNT);
	r->name = "random";
	r->pa = random_edge(m, limit - r->size);
	if (random_below(&m->seed, 3)) { /* congruent modulo a block: blocks become possible */
		r->pa = (r->pa & ~(block - 1)) | (from & (block - 1));
		if (r->pa > limit - r->size)
			r->pa = from & (block - 1);
	}
	/* Cut to what a round can check quickly. */
	if (r->size / leaf_size(m, r) > LEAVES_MAX)
		r->size = LEAVES_MAX * leaf_size(m, r);
	m->count++;
}

static void model_random(struct model *m)
{
	uint64_t window = BIT(m->geometry.va_bits), edge[REGIONS_MAX + 1], start = 0;

	/*
	 * Mostly regions near each other, so that they share tables; sometimes all over the half.
	 */
	if (random_below(&m->seed, 4) && window > 8 * GIB) {
		start = random_edge(m, window - 8 * GIB);
		window = 8 * GIB;
	}
	for (unsigned i = 0; i <= REGIONS_MAX; i++)
		edge[i] = start + random_edge(m, window);
	if (random_below(&m->seed, 4) == 0)
		edge[0] = start + window; /* up to the end */
	qsort(edge, REGIONS_MAX + 1, sizeof(edge[0]), by_va);
	m->count = 0;
	for (unsigned i = 0; i < REGIONS_MAX; i++)
		region_random(m, edge[i], edge[i + 1]);
}

static const struct pt_region *model_find(const struct model *m, vaddr_t va)
{
	for (unsigned i = 0; i < m->count; i++)
		if (va - m->region[i].va < m->region[i].size)
			return &m->region[i];
	return NULL;
}

static void check_rights(const struct pt_region *region, const struct pt_trace *trace)
{
	static const uint8_t index[] = { [PT_UNCACHED] = 3, [PT_DEVICE] = 1, [PT_CODE_RW] = 0 };

	assert_int_equal(trace->attr_index, index[region->kind]);
	assert_int_equal(!!(trace->rights & PT_RIGHT_WRITE), pt_kind_writes(region->kind));
	assert_int_equal(!!(trace->rights & PT_RIGHT_EXEC), pt_kind_executes(region->kind));
	assert_int_equal(trace->rights & (PT_RIGHT_EL0 | PT_RIGHT_EL0_EXEC), 0);
	assert_true(trace->rights & PT_RIGHT_ACCESSED);
}

/* log2 of how many leaves the hint joins; the manual's table once more. */
static unsigned group_log2(uint32_t granule, int level)
{
	switch (granule) {
	case 4096:
		return level >= 1 ? 4 : 0;
	case 16384:
		return level == 3 ? 7 : level == 2 ? 5 : 0;
	default:
		return level >= 2 ? 5 : 0;
	}
}

/*
 * The contiguous hint stands exactly where a group, aligned in both address spaces, lies in one
 * region; the region is all of one kind and contiguous, so that then all of a group is alike.
 */
static void check_contiguous(const struct model *m, const struct pt_region *r,
			     const struct pt_leaf *leaf)
{
	unsigned log2 = group_log2(m->geometry.granule, leaf->level);
	uint64_t size = leaf->size << log2, first = leaf->va & ~(size - 1);
	bool fits = log2 && !((r->va ^ r->pa) & (size - 1)) && first >= r->va &&
		    size <= r->size - (first - r->va);

	assert_int_equal(!!(leaf->descriptor & DESC_CONTIGUOUS), fits);
}

static void check_address(const struct model *m, const struct pt *pt, const struct mmu_regs *regs,
			  vaddr_t va)
{
	const struct pt_foreign foreign = { .tcr = regs->tcr,
					    .ttbr0 = regs->ttbr0,
					    .ttbr1 = regs->ttbr1,
					    .two_halves = m->regime != PT_EL2,
					    .read = arena_read,
					    .ctx = pt->arena };
	const struct pt_region *region = model_find(m, va);
	struct pt_trace trace;
	struct pt_leaf leaf;

	if ((va - m->base) >> m->geometry.va_bits) {
		assert_int_equal(pt_query(pt, va, &leaf), -ERANGE);
		return;
	}
	if (!region) {
		assert_int_equal(pt_query(pt, va, &leaf), -ENOENT);
		assert_int_equal(pt_walk_foreign(&foreign, va, &trace), -ENOENT);
		return;
	}
	assert_int_equal(pt_query(pt, va, &leaf), 0);
	assert_int_equal(leaf.kind, region->kind);
	assert_int_equal(leaf.pa + (va - leaf.va), region->pa + (va - region->va));
	/* The whole leaf lies in the region, and both its addresses are multiples of it. */
	assert_true(va - leaf.va < leaf.size && leaf.va - region->va < region->size);
	assert_true(region->size - (leaf.va - region->va) >= leaf.size);
	assert_int_equal((leaf.va | leaf.pa) & (leaf.size - 1), 0);
	check_contiguous(m, region, &leaf);

	assert_int_equal(pt_walk_foreign(&foreign, va, &trace), 0);
	assert_int_equal(trace.pa, leaf.pa + (va - leaf.va));
	assert_int_equal(trace.leaf_size, leaf.size);
	assert_int_equal(trace.upper, m->upper);
	assert_int_equal(trace.step[trace.step_count - 1].level, leaf.level);
	check_rights(region, &trace);
}

static void check_addresses(struct model *m, const struct pt *pt, const struct mmu_regs *regs)
{
	for (unsigned i = 0; i < m->count; i++) {
		const struct pt_region *r = &m->region[i];

		check_address(m, pt, regs, r->va);
		check_address(m, pt, regs, r->va - 1);
		check_address(m, pt, regs, r->va + r->size - 1);
		check_address(m, pt, regs, r->va + r->size);
		for (unsigned n = 0; n < 8; n++)
			check_address(m, pt, regs, r->va + random_below(&m->seed, r->size));
	}
	for (unsigned n = 0; n < 64; n++)
		check_address(m, pt, regs,
			      m->base + random_below(&m->seed, BIT(m->geometry.va_bits)));
}

/* pt_walk() must give the regions again, those merged that go on where the one before ends. */
struct expected {
	const struct model *m;
	unsigned next;
};

static int check_run(void *ctx, const struct pt_leaf *run)
{
	struct expected *e = ctx;
	const struct pt_region *r = &e->m->region[e->next];
	uint64_t leaves = 0, bytes = 0;
	uint64_t size = 0;

	assert_true(e->next < e->m->count);
	assert_int_equal(run->va, r->va);
	assert_int_equal(run->pa, r->pa);
	assert_int_equal(run->kind, r->kind);
	do {
		size += r->size;
		e->next++;
		r++;
	} while (e->next < e->m->count && r->va == r[-1].va + r[-1].size &&
		 r->pa == r[-1].pa + r[-1].size && r->kind == r[-1].kind);
	assert_int_equal(run->size, size);
	for (unsigned level = 0; level < 4; level++) {
		unsigned shift = __builtin_ctz(e->m->geometry.granule);

		leaves += run->count[level];
		bytes += (uint64_t)run->count[level] << (shift + (3 - level) * (shift - 3));
	}
	assert_true(leaves);
	assert_int_equal(bytes, size);
	return 0;
}

static void map_all(struct model *m, struct pt *pt)
{
	unsigned offset = random_below(&m->seed, m->count + 1);

	/* In another order than by address: the result must be the same. */
	for (unsigned i = 0; i < m->count; i++)
		assert_int_equal(pt_map(pt, &m->region[(i * 7 + offset) % m->count]), 0);
}

static void round_run(struct model *m)
{
	unsigned needed =
		pt_tables_needed(m->region, m->count, m->geometry.granule, m->geometry.va_bits);
	struct expected expected = { .m = m };
	struct mmu_regs regs;
	struct pt_arena arena;
	struct pt pt;

	arena_make(&arena, m->geometry.granule, needed);
	if (m->pa_bits > 48 && random_below(&m->seed, 2)) /* tables whose own address folds */
		arena.pa |= (1 + random_below(&m->seed, 15)) << 48;
	assert_int_equal(pt_init(&pt, &arena, m->regime, m->geometry.granule, m->geometry.va_bits,
				 m->upper),
			 0);
	map_all(m, &pt);
	assert_int_equal(arena.used, needed);
	assert_int_equal(pt.root_pa, arena.pa);
	assert_int_equal(pt_mmu_regs(m->upper ? NULL : &pt, m->upper ? &pt : NULL, 6, &regs), 0);
	check_addresses(m, &pt, &regs);
	assert_int_equal(pt_walk(&pt, check_run, &expected), 0);
	assert_int_equal(expected.next, m->count);

	/* The other way round the count is only a bound. */
	for (unsigned i = 0; i < m->count / 2; i++) {
		struct pt_region swap = m->region[i];

		m->region[i] = m->region[m->count - 1 - i];
		m->region[m->count - 1 - i] = swap;
	}
	assert_true(pt_tables_needed(m->region, m->count, m->geometry.granule,
				     m->geometry.va_bits) >= needed);
	arena_free(&arena);
}

static void test_model(void **state)
{
	struct model m = { .seed = 20240229 };

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		m.geometry = geometries[i % ARRAY_SIZE(geometries)];
		m.upper = random_below(&m.seed, 2);
		m.regime = m.upper || random_below(&m.seed, 2) ? PT_EL1 : PT_EL2;
		if (m.regime == PT_EL1 && i % 2)
			m.regime = PT_EL2_E2H;
		m.pa_bits = m.geometry.va_bits > 48 ? 52 : 48;
		m.base = m.upper ? ~UINT64_C(0) << m.geometry.va_bits : 0;
		do
			model_random(&m);
		while (m.count % 7 == 0); /* map_all() steps by 7 */
		round_run(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
