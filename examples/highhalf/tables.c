/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables that translate us, read through the linear map, and an audit of every leaf.
 * Spec: Arm ARM DDI 0487, D8.3 "Translation table descriptor formats".
 */
#include "kernel.h"

#define DESC_VALID	(1ull << 0)
#define DESC_TABLE	(1ull << 1)	/* at level 3: page */
#define DESC_ATTR(d)	((d) >> 2 & 7)
#define DESC_AP_EL0	(1ull << 6)
#define DESC_AP_RO	(1ull << 7)
#define DESC_SH(d)	((d) >> 8 & 3)
#define DESC_AF		(1ull << 10)
#define DESC_NG		(1ull << 11)
#define DESC_CONTIGUOUS	(1ull << 52)
#define DESC_PXN	(1ull << 53)
#define DESC_UXN	(1ull << 54)
#define DESC_HIERARCHY	(0x1full << 59)	/* of a table: limits on what lies below */
#define SH_INNER	3

bool leaf_is_writable(const struct leaf *leaf)
{
	return !(leaf->descriptor & DESC_AP_RO);
}

bool leaf_is_executable(const struct leaf *leaf)
{
	return !(leaf->descriptor & DESC_PXN);
}

bool leaf_is_device(const struct leaf *leaf)
{
	return DESC_ATTR(leaf->descriptor) == LOFT_ATTR_DEVICE ||
	       DESC_ATTR(leaf->descriptor) == LOFT_ATTR_DEVICE_STRICT;
}

/* Address bits that an entry at this level spans. */
static unsigned level_shift(const struct geometry *g, int level)
{
	return g->granule_shift + (unsigned)(3 - level) * (g->granule_shift - 3);
}

/* -1 where a 52-bit address of 4 KiB takes five levels. */
static int first_level(const struct geometry *g)
{
	const int bits = g->granule_shift - 3;

	return 4 - ((int)(g->va_bits - g->granule_shift) + bits - 1) / bits;
}

static uint64_t first_va(const struct geometry *g)
{
	return g->virt_start >> 55 & 1 ? ~0ull << g->va_bits : 0;
}

static uint64_t entry_at(const struct geometry *g, uint64_t table_pa, uint64_t index)
{
	return *(const volatile uint64_t *)(loft_va(g->virt_start, table_pa) + 8 * index);
}

static uint64_t output_address(const struct geometry *g, uint64_t descriptor)
{
	const uint64_t in_place = (1ull << (g->lpa2 ? 50 : 48)) - (1ull << g->granule_shift);
	uint64_t pa = descriptor & in_place;

	if (g->lpa2)
		pa |= (descriptor >> 8 & 3) << 50;
	if (g->wide)
		pa |= (descriptor >> 12 & 0xf) << 48;
	return pa;
}

static uint64_t attributes(const struct geometry *g, uint64_t descriptor)
{
	const uint64_t low = g->lpa2 ? 0xcff : 0xfff;	/* lpa2: not the address in 9:8 */

	return descriptor & (low | 0xfff8000000000000);
}

/* With LPA2 all memory has the shareability that TCR names; SH0 or SH1. */
static uint64_t shareability(const struct geometry *g, uint64_t descriptor)
{
	if (!g->lpa2)
		return DESC_SH(descriptor);
	return SYSREG_READ(tcr_el1) >> (g->virt_start >> 55 & 1 ? 28 : 12) & 3;
}

/* Neighbouring leaves that the contiguous hint joins; 0: none at this level. */
static unsigned group_leaves(const struct geometry *g, int level)
{
	switch (g->granule_shift) {
	case 12:
		return level >= 1 ? 16 : 0;
	case 14:
		return level == 3 ? 128 : level == 2 ? 32 : 0;
	default:
		return level >= 2 ? 32 : 0;
	}
}

bool tables_find(const struct geometry *g, uint64_t va, struct leaf *leaf)
{
	uint64_t table = g->root_pa;

	for (int level = first_level(g); level <= 3; level++) {
		const unsigned shift = level_shift(g, level);
		const unsigned top =
			level == first_level(g) ? g->va_bits : shift + g->granule_shift - 3;
		const uint64_t index = (va & ((1ull << top) - 1)) >> shift;
		const uint64_t descriptor = entry_at(g, table, index);

		if (!(descriptor & DESC_VALID))
			return false;
		if (level == 3 || !(descriptor & DESC_TABLE)) {
			leaf->size = 1ull << shift;
			leaf->va = va & ~(leaf->size - 1);
			leaf->pa = output_address(g, descriptor) & ~(leaf->size - 1);
			leaf->descriptor = descriptor;
			return true;
		}
		table = output_address(g, descriptor);
	}
	return false;
}

/* ---- the audit: rules that every leaf must meet ---- */

struct audit {
	const struct geometry *g;
	uint64_t leaves, tables, limiting_tables, linear_bytes, joined, bad_groups;
	struct range executable[32];
	unsigned executable_count;
	struct {
		uint64_t broken, where;
	} result[9];
};

static bool in_image(uint64_t va)
{
	return va >= (uint64_t)__text_start && va < (uint64_t)__image_end;
}

static bool has_af(const struct audit *a, const struct leaf *leaf)
{
	(void)a;
	return leaf->descriptor & DESC_AF;
}

static bool is_global(const struct audit *a, const struct leaf *leaf)
{
	(void)a;
	return !(leaf->descriptor & DESC_NG);
}

static bool is_for_el1_alone(const struct audit *a, const struct leaf *leaf)
{
	(void)a;
	return leaf->descriptor & DESC_UXN && !(leaf->descriptor & DESC_AP_EL0);
}

static bool is_not_wx(const struct audit *a, const struct leaf *leaf)
{
	(void)a;
	return (WX && in_image(leaf->va)) || !leaf_is_writable(leaf) || !leaf_is_executable(leaf);
}

static bool is_dram_if_normal(const struct audit *a, const struct leaf *leaf)
{
	return leaf_is_device(leaf) || (DESC_ATTR(leaf->descriptor) == LOFT_ATTR_NORMAL &&
					shareability(a->g, leaf->descriptor) == SH_INNER &&
					memory_is_dram(leaf->pa, leaf->size));
}

static bool is_no_dram_if_device(const struct audit *a, const struct leaf *leaf)
{
	(void)a;
	return !leaf_is_device(leaf) ||
	       (!leaf_is_executable(leaf) && !memory_is_dram(leaf->pa, 1) &&
		!memory_is_dram(leaf->pa + leaf->size - 1, 1));
}

static bool is_expected(const struct audit *a, const struct leaf *leaf)
{
	const uint64_t vbar = SYSREG_READ(vbar_el1);

	return leaf->va == leaf->pa + a->g->virt_start || in_image(leaf->va) ||
	       (vbar >= leaf->va && vbar < leaf->va + leaf->size) ||
	       leaf->pa == (kernel.uart_pa & ~((1ull << a->g->granule_shift) - 1));
}

/* Needs the list of executable ranges, so it is asked in a second walk. */
static bool is_not_wx_by_alias(const struct audit *a, const struct leaf *leaf)
{
	for (unsigned i = 0; i < a->executable_count && leaf_is_writable(leaf); i++) {
		const struct range *x = &a->executable[i];

		if (leaf->pa < x->start + x->size && x->start < leaf->pa + leaf->size &&
		    !(WX && in_image(leaf->va)))
			return false;
	}
	return true;
}

static const struct {
	const char *what;
	bool (*holds)(const struct audit *, const struct leaf *);
	bool second_walk;
} rules[] = {
	{ "every leaf: access flag set", has_af, false },
	{ "every leaf: global (nG clear)", is_global, false },
	{ "every leaf: nothing for EL0 (UXN set, AP[1] clear)", is_for_el1_alone, false },
	{ "every leaf: not writable and executable", is_not_wx, false },
	{ "every Normal leaf: write-back, inner-shareable, DRAM", is_dram_if_normal, false },
	{ "every Device leaf: no DRAM, never executable", is_no_dram_if_device, false },
	{ "every leaf: linear map, image, early vectors or console", is_expected, false },
	{ "no page writable here and executable there", is_not_wx_by_alias, true },
};

_Static_assert(sizeof(rules) / sizeof(rules[0]) <= 9, "struct audit");

#define RULES (sizeof(rules) / sizeof(rules[0]))

static void audit_leaf(struct audit *a, const struct leaf *leaf, bool second)
{
	for (unsigned i = 0; i < RULES; i++) {
		if (rules[i].second_walk != second || rules[i].holds(a, leaf))
			continue;
		if (!a->result[i].broken++)
			a->result[i].where = leaf->va;
	}
	if (second)
		return;
	a->leaves++;
	if (leaf->va == leaf->pa + a->g->virt_start && !leaf_is_device(leaf))
		a->linear_bytes += leaf->size;
	if (leaf_is_executable(leaf) && a->executable_count < 32)
		a->executable[a->executable_count++] =
			(struct range){ .start = leaf->pa, .size = leaf->size };
}

/*
 * A leaf with the contiguous hint: the whole group has it, is aligned, and differs in nothing but
 * consecutive addresses. A TLB may hold any of it as one entry.
 */
static bool group_is_good(const struct geometry *g, uint64_t table, uint64_t index, int level)
{
	const unsigned count = group_leaves(g, level), shift = level_shift(g, level);
	const uint64_t first = count ? index - index % count : 0;
	const uint64_t head = entry_at(g, table, first);
	const uint64_t pa = output_address(g, head);

	if (!count || pa & (((uint64_t)count << shift) - 1))
		return false;
	for (unsigned i = 0; i < count; i++) {
		const uint64_t descriptor = entry_at(g, table, first + i);

		if (attributes(g, descriptor) != attributes(g, head) ||
		    output_address(g, descriptor) != pa + ((uint64_t)i << shift))
			return false;
	}
	return head & DESC_CONTIGUOUS;
}

static void walk(struct audit *a, uint64_t table, int level, uint64_t va, bool second)
{
	const unsigned shift = level_shift(a->g, level);
	const uint64_t entries = level == first_level(a->g) ? 1ull << (a->g->va_bits - shift)
							    : 1ull << (a->g->granule_shift - 3);

	a->tables += !second;
	for (uint64_t i = 0; i < entries; i++) {
		const uint64_t descriptor = entry_at(a->g, table, i);
		const struct leaf leaf = { va + (i << shift), output_address(a->g, descriptor),
					   1ull << shift, descriptor };

		if (!(descriptor & DESC_VALID))
			continue;
		if (level == 3 || !(descriptor & DESC_TABLE)) {
			audit_leaf(a, &leaf, second);
			if (second || !(descriptor & DESC_CONTIGUOUS))
				continue;
			a->joined++;
			a->bad_groups += !group_is_good(a->g, table, i, level);
			continue;
		}
		a->limiting_tables += !!(descriptor & DESC_HIERARCHY);
		walk(a, leaf.pa, level + 1, leaf.va, second);
	}
}

static uint64_t round_down(uint64_t address)
{
	return address - address % GRANULE;
}

static uint64_t round_up(uint64_t address)
{
	return round_down(address + GRANULE - 1);
}

void tables_audit(const struct geometry *g)
{
	struct audit a = { .g = g };

	walk(&a, g->root_pa, first_level(g), first_va(g), false);
	walk(&a, g->root_pa, first_level(g), first_va(g), true);
	print("  tables: %u, leaves: %u (%u contiguous), linear map: %u KiB, executable leaves: %u\n",
	      a.tables, a.leaves, a.joined, a.linear_bytes >> 10, (uint64_t)a.executable_count);
	for (unsigned i = 0; i < RULES; i++)
		check(!a.result[i].broken, rules[i].what, a.result[i].where);
	check(!a.bad_groups, "contiguous leaves: whole groups, aligned and alike", a.bad_groups);
	check(!a.limiting_tables, "no table descriptor limits rights", a.limiting_tables);

	uint64_t expected = 0;

	/* in whole granules: less of a bank, more of a hole */
	for (unsigned i = 0; i < bank_count; i++)
		if (round_up(banks[i].start) < round_down(banks[i].start + banks[i].size))
			expected += round_down(banks[i].start + banks[i].size) -
				    round_up(banks[i].start);
	for (unsigned i = 0; i < reserved_count; i++)
		if (reserved[i].no_map && memory_is_dram(reserved[i].start, reserved[i].size))
			expected -= round_up(reserved[i].start + reserved[i].size) -
				    round_down(reserved[i].start);
	check(a.linear_bytes == expected, "the linear map is all DRAM less no-map", a.linear_bytes);
}
