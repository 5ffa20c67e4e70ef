/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of ours read back: one address, everything in order, the W^X audit. */
#include <errno.h>

#include "arch/arm64/pgtable/pgtable.h"
#include "arch/arm64/pgtable/tree.h"

static bool is_leaf(uint64_t descriptor, int level)
{
	return (descriptor & DESC_TYPE_MASK) == (level == 3 ? DESC_PAGE : DESC_BLOCK);
}

static void leaf_decode(const struct pt *pt, uint64_t descriptor, struct pt_leaf *leaf)
{
	uint64_t bits = (descriptor & ~(DESC_TABLE_OR_PAGE | DESC_CONTIGUOUS)) ^
			pt_address_encode(&pt->format, pt_address_decode(&pt->format, descriptor));
	unsigned kind = 0;

	while (kind < PT_KIND_COUNT - 1 && pt_leaf_bits(pt, kind) != bits)
		kind++;
	leaf->kind = kind;
	leaf->descriptor = descriptor;
	leaf->pa = pt_address_decode(&pt->format, descriptor);
}

int pt_query(const struct pt *pt, vaddr_t va, struct pt_leaf *leaf)
{
	uint64_t offset = va - pt->base;
	unsigned stride = pt_stride(&pt->format);
	const uint64_t *table = pt->root;

	*leaf = (struct pt_leaf){ .va = va, .level = pt->start_level };
	if (offset >> pt->va_bits)
		return -ERANGE;
	for (int level = pt->start_level;; level++) {
		unsigned shift = pt_level_shift(&pt->format, level);
		uint64_t descriptor = table[(offset >> shift) & (BIT(stride) - 1)];

		leaf->level = level;
		leaf->va = pt->base + (offset & ~(BIT(shift) - 1));
		leaf->size = BIT(shift);
		leaf->descriptor = descriptor;
		if (is_leaf(descriptor, level)) {
			leaf_decode(pt, descriptor, leaf);
			leaf->count[level < 0 ? 0 : level] = 1;
			return 0;
		}
		if ((descriptor & DESC_TYPE_MASK) != DESC_TABLE || level == 3)
			return -ENOENT;
		table = pt_table(pt, descriptor);
	}
}

struct walker {
	const struct pt *pt;
	int (*fn)(void *ctx, const struct pt_leaf *run);
	void *ctx;
	struct pt_leaf run;  /* size 0: none yet */
	uint64_t descriptor; /* what the next leaf of the run would be, were it of this level */
	int level;
};

static int run_end(struct walker *walker)
{
	int result = walker->run.size ? walker->fn(walker->ctx, &walker->run) : 0;

	walker->run.size = 0;
	return result;
}

/*
 * Most leaves go on where the one before them ends, at its level and with its attributes: then the
 * descriptor is the one before plus the size of a leaf, and needs no decoding. (Where an address
 * folds it is not that, and is decoded.)
 */
static int run_add(struct walker *walker, vaddr_t va, uint64_t descriptor, int level)
{
	uint64_t size = BIT(pt_level_shift(&walker->pt->format, level));
	struct pt_leaf *run = &walker->run;

	if (!run->size || descriptor != walker->descriptor || level != walker->level ||
	    va != run->va + run->size) {
		struct pt_leaf leaf;

		leaf_decode(walker->pt, descriptor, &leaf);
		if (!run->size || run->va + run->size != va || run->pa + run->size != leaf.pa ||
		    run->kind != leaf.kind) {
			int result = run_end(walker);

			if (result)
				return result;
			*run = (struct pt_leaf){ .va = va,
						 .pa = leaf.pa,
						 .kind = leaf.kind,
						 .descriptor = descriptor,
						 .level = level };
		}
		walker->level = level;
	}
	run->size += size;
	run->count[level]++;
	walker->descriptor = descriptor + size;
	return 0;
}

/* Recursion as deep as there are levels: at most five. */
static int walk_table(struct walker *walker, const uint64_t *table, int level, uint64_t entries,
		      vaddr_t va)
{
	unsigned shift = pt_level_shift(&walker->pt->format, level);

	for (uint64_t i = 0; i < entries; i++, va += BIT(shift)) {
		int result = 0;

		if (!table[i])
			continue;
		if (is_leaf(table[i], level))
			result = run_add(walker, va, table[i], level);
		else
			result = walk_table(walker, pt_table(walker->pt, table[i]), level + 1,
					    BIT(pt_stride(&walker->pt->format)), va);
		if (result)
			return result;
	}
	return 0;
}

int pt_walk(const struct pt *pt, int (*fn)(void *ctx, const struct pt_leaf *run), void *ctx)
{
	struct walker walker = { .pt = pt, .fn = fn, .ctx = ctx };
	uint64_t entries = BIT(pt->va_bits - pt_level_shift(&pt->format, pt->start_level));
	int result = walk_table(&walker, pt->root, pt->start_level, entries, pt->base);

	return result ? result : run_end(&walker);
}

#define AUDIT_EXEC_MAX 8

/*
 * The W^X audit: executable runs are collected, a handful at a time because they are few, and held
 * against all that can be written.
 */
struct audit {
	const struct pt *tree[2];
	unsigned skip, seen, count; /* executable runs: done before, met, collected */
	struct pt_leaf exec[AUDIT_EXEC_MAX];
	struct pt_wx *first;
};

static bool overlap(paddr_t a, uint64_t a_size, paddr_t b, uint64_t b_size, paddr_t *at)
{
	*at = a > b ? a : b;
	return *at - a < a_size && *at - b < b_size;
}

static int audit_exec(void *ctx, const struct pt_leaf *run)
{
	struct audit *audit = ctx;

	if (pt_kind_executes(run->kind) && audit->seen++ >= audit->skip &&
	    audit->count < AUDIT_EXEC_MAX)
		audit->exec[audit->count++] = *run;
	return 0;
}

static int audit_write(void *ctx, const struct pt_leaf *run)
{
	const struct audit *audit = ctx;

	if (!pt_kind_writes(run->kind))
		return 0;
	for (unsigned i = 0; i < audit->count; i++) {
		const struct pt_leaf *exec = &audit->exec[i];
		paddr_t at;

		if (!overlap(run->pa, run->size, exec->pa, exec->size, &at))
			continue;
		*audit->first =
			(struct pt_wx){ at, exec->va + (at - exec->pa), run->va + (at - run->pa) };
		return -EPERM;
	}
	return 0;
}

static int audit_walk(struct audit *audit, int (*fn)(void *ctx, const struct pt_leaf *run))
{
	int result = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(audit->tree) && !result; i++)
		if (audit->tree[i])
			result = pt_walk(audit->tree[i], fn, audit);
	return result;
}

int pt_audit_wx(const struct pt *low, const struct pt *high, struct pt_wx *first)
{
	struct audit audit;

	audit.tree[0] = low;
	audit.tree[1] = high;
	audit.first = first;
	audit.skip = 0;
	do {
		audit.seen = audit.count = 0;
		(void)audit_walk(&audit, audit_exec);
		if (audit_walk(&audit, audit_write))
			return -EPERM;
		audit.skip += audit.count;
	} while (audit.count == AUDIT_EXEC_MAX);
	return 0;
}

static int audit_list(const struct pt_region *exec, const struct pt_region *list, unsigned count,
		      struct pt_wx *first)
{
	for (unsigned i = 0; i < count; i++) {
		paddr_t at;

		if (!pt_kind_writes(list[i].kind) ||
		    !overlap(list[i].pa, list[i].size, exec->pa, exec->size, &at))
			continue;
		*first = (struct pt_wx){ at, exec->va + (at - exec->pa),
					 list[i].va + (at - list[i].pa) };
		return -EPERM;
	}
	return 0;
}

int pt_audit_regions(const struct pt_region *low, unsigned low_count, const struct pt_region *high,
		     unsigned high_count, struct pt_wx *first)
{
	for (unsigned i = 0; i < low_count + high_count; i++) {
		const struct pt_region *region = i < low_count ? &low[i] : &high[i - low_count];

		if (!pt_kind_executes(region->kind))
			continue;
		if (audit_list(region, low, low_count, first) ||
		    audit_list(region, high, high_count, first))
			return -EPERM;
	}
	return 0;
}
