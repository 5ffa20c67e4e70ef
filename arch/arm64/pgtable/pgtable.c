/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The builder. Runs with the MMU off too, where every load is uncached: so it walks from the root
 * once per run of equal leaves, and not once per leaf.
 */
#include "arch/arm64/pgtable/pgtable.h"

#include <errno.h>

#include "arch/arm64/pgtable/tree.h"

#define LEAF(index, sh) (DESC_VALID | DESC_AF | DESC_ATTRINDX(index) | DESC_SH(sh))
/*
 * Device and non-cacheable memory is outer shareable whatever a descriptor says (D8.6.2): so it
 * says that.
 */
#define NORMAL   LEAF(MAIR_INDEX_NORMAL, VMSA_SH_INNER)
#define UNCACHED LEAF(MAIR_INDEX_UNCACHED, VMSA_SH_OUTER)
#define DEVICE   LEAF(MAIR_INDEX_DEVICE, VMSA_SH_OUTER)
#define EL1_XN   (DESC_UXN | DESC_PXN)
#define EL2_RW   DESC_AP_EL0 /* AP[1] is RES1 where there is no EL0 */
#define EL2_RO   (DESC_AP_RO | EL2_RW)

static const uint64_t leaf_bits[][PT_KIND_COUNT] = {
	[PT_EL1] = { /* and PT_EL2_E2H */
		[PT_CODE]     = NORMAL | DESC_AP_RO | DESC_UXN,
		[PT_RODATA]   = NORMAL | DESC_AP_RO | EL1_XN,
		[PT_DATA]     = NORMAL | EL1_XN,
		[PT_UNCACHED] = UNCACHED | EL1_XN,
		[PT_DEVICE]   = DEVICE | EL1_XN,
		[PT_CODE_RW]  = NORMAL | DESC_UXN,
	},
	[PT_EL2] = {
		[PT_CODE]     = NORMAL | EL2_RO,
		[PT_RODATA]   = NORMAL | EL2_RO | DESC_XN,
		[PT_DATA]     = NORMAL | EL2_RW | DESC_XN,
		[PT_UNCACHED] = UNCACHED | EL2_RW | DESC_XN,
		[PT_DEVICE]   = DEVICE | EL2_RW | DESC_XN,
		[PT_CODE_RW]  = NORMAL | EL2_RW,
	},
};

uint64_t pt_leaf_bits(const struct pt *pt, enum pt_kind kind)
{
	uint64_t bits = leaf_bits[pt->regime == PT_EL2][kind];

	/* With DS the shareability is TCR_ELx.SHn's, and the field holds address bits. */
	return pt->format.ds ? bits & ~DESC_SH(VMSA_SH_INNER) : bits;
}

static bool table_take(struct pt_arena *arena, unsigned page_shift, uint64_t **table,
		       uint64_t *offset)
{
	*offset = (uint64_t)arena->used << page_shift;
	if (arena->used >= arena->capacity)
		return false;
	arena->used++;
	*table = arena->mem + *offset / sizeof(**table);
	return true;
}

int pt_init(struct pt *pt, struct pt_arena *arena, enum pt_regime regime, uint32_t granule,
	    unsigned va_bits, bool upper)
{
	const struct pt_format *format = pt_format_find(granule, va_bits);
	uint64_t offset;

	if (!format || (regime == PT_EL2 && upper) || !IS_ALIGNED(arena->pa, granule) ||
	    !IS_ALIGNED((uintptr_t)arena->mem, sizeof(*arena->mem)))
		return -EINVAL;
	if (arena->pa >> format->pa_bits ||
	    (uint64_t)arena->capacity << format->page_shift > BIT(48) - (arena->pa & (BIT(48) - 1)))
		return -EINVAL;

	pt->arena = arena;
	pt->format = *format;
	pt->regime = regime;
	pt->va_bits = va_bits;
	pt->start_level = pt_start_level(format, va_bits);
	pt->leaf_level = MAX(format->block_level, pt->start_level);
	pt->root_shift = pt_level_shift(format, pt->start_level);
	pt->leaf_shift = pt_level_shift(format, pt->leaf_level);
	pt->base = upper ? ~UINT64_C(0) << va_bits : 0;
	pt->table_first = pt_address_encode(format, arena->pa) | DESC_TABLE;
	if (!table_take(arena, format->page_shift, &pt->root, &offset))
		return -ENOMEM;
	pt->root_pa = arena->pa + offset;
	return 0;
}

/* The table of a level that covers an offset into the half; tables on the way are made. */
static int table_for(struct pt *pt, uint64_t offset, int level, uint64_t **out)
{
	unsigned shift = pt->root_shift, stride = pt_stride(&pt->format);
	uint64_t *table = pt->root;

	for (int steps = level - pt->start_level; steps; steps--, shift -= stride) {
		uint64_t *slot = &table[(offset >> shift) & (BIT(stride) - 1)];
		uint64_t at;

		if ((*slot & DESC_TYPE_MASK) == DESC_TABLE) {
			table = pt_table(pt, *slot);
		} else if (*slot) {
			return -EEXIST;
		} else {
			if (!table_take(pt->arena, pt->format.page_shift, &table, &at))
				return -ENOMEM;
			*slot = pt->table_first + at;
		}
	}
	*out = table;
	return 0;
}

/*
 * Write count leaves, eight at a time: as pairs of 64-bit accesses two instructions a leaf to look
 * and as many to write. Nothing is written where something stands.
 */
static int fill(uint64_t *slot, unsigned count, uint64_t descriptor, uint64_t step)
{
	uint64_t *end = slot + count;
	uint64_t *end8 = slot + (count & ~7u);
	uint64_t seen = 0;
	uint64_t *p = slot;

	for (; p != end8; p += 8)
		seen |= p[0] | p[1] | p[2] | p[3] | p[4] | p[5] | p[6] | p[7];
	for (; p != end; p++)
		seen |= *p;
	if (seen)
		return -EEXIST;

	for (p = slot; p != end8; p += 8) {
		p[0] = descriptor;
		p[1] = descriptor += step;
		p[2] = descriptor += step;
		p[3] = descriptor += step;
		p[4] = descriptor += step;
		p[5] = descriptor += step;
		p[6] = descriptor += step;
		p[7] = descriptor += step;
		descriptor += step;
	}
	for (; p != end; p++, descriptor += step)
		*p = descriptor;
	return 0;
}

/*
 * Leaves in one table. What lies between two multiples of a group in both address spaces has the
 * contiguous hint, for all of a group or for none of it.
 *
 * index: of the first leaf; group: leaves that the hint joins, a power of two; 1: no hint here
 */
static int fill_groups(uint64_t *table, unsigned index, unsigned count, unsigned group,
		       uint64_t descriptor, uint64_t step)
{
	uint64_t *slot = &table[index];
	unsigned head = -index & (group - 1);
	unsigned joined = head < count ? (count - head) & -group : 0;
	int err;

	if (group == 1 || !joined)
		return fill(slot, count, descriptor, step);
	err = fill(slot, head, descriptor, step);
	if (!err)
		err = fill(slot + head, joined, (descriptor + head * step) | DESC_CONTIGUOUS, step);
	head += joined;
	return err ? err : fill(slot + head, count - head, descriptor + head * step, step);
}

/*
 * One piece: physical addresses whose folded bits are all equal, so that leaves differ by their
 * size alone.
 */
static int map_piece(struct pt *pt, uint64_t offset, paddr_t pa, uint64_t size, uint64_t bits)
{
	unsigned stride = pt_stride(&pt->format);

	while (size) {
		unsigned shift = pt->leaf_shift;
		unsigned index, room, count, joins;
		uint64_t *table;
		int level = pt->leaf_level;
		int err;

		while (((offset | pa) & (BIT(shift) - 1)) || size < BIT(shift)) {
			shift -= stride;
			level++;
		}
		err = table_for(pt, offset, level, &table);
		if (err)
			return err;

		/*
		 * To the end of the table, where a larger block may become possible, or to the last
		 * whole leaf.
		 */
		index = (offset >> shift) & (BIT(stride) - 1);
		room = BIT(stride) - index;
		count = size >> shift < room ? size >> shift : room;
		joins = pt->format.contiguous[3 - level];
		if ((offset ^ pa) & (BIT(shift + joins) - 1))
			joins = 0;
		err = fill_groups(table, index, count, 1u << joins,
				  pt_address_encode(&pt->format, pa) | bits |
					  (level == 3 ? DESC_PAGE : DESC_BLOCK),
				  BIT(shift));
		if (err)
			return err;
		offset += (uint64_t)count << shift;
		pa += (uint64_t)count << shift;
		size -= (uint64_t)count << shift;
	}
	return 0;
}

int pt_map(struct pt *pt, const struct pt_region *region)
{
	uint64_t offset = region->va - pt->base;
	uint64_t in_granule = BIT(pt->format.page_shift) - 1;
	uint64_t size = region->size;
	paddr_t pa = region->pa;
	uint64_t bits;

	if (!size || ((region->va | pa | size) & in_granule) ||
	    (unsigned)region->kind >= PT_KIND_COUNT)
		return -EINVAL;
	if (offset >> pt->va_bits || size > BIT(pt->va_bits) - offset)
		return -ERANGE;
	if (pa >> pt->format.pa_bits || size > BIT(pt->format.pa_bits) - pa)
		return -ERANGE;

	bits = pt_leaf_bits(pt, region->kind);
	while (size) {
		uint64_t same_fold = BIT(48) - (pa & (BIT(48) - 1));
		uint64_t piece = size < same_fold ? size : same_fold;
		int err = map_piece(pt, offset, pa, piece, bits);

		if (err)
			return err;
		offset += piece;
		pa += piece;
		size -= piece;
	}
	return 0;
}

int pt_unmap(struct pt *pt, vaddr_t va, uint64_t size)
{
	unsigned stride = pt_stride(&pt->format);
	uint64_t offset = va - pt->base;

	if (offset >> pt->va_bits || size > BIT(pt->va_bits) - offset)
		return -ENOENT;
	while (size) {
		unsigned shift = pt->root_shift;
		uint64_t *slot = &pt->root[offset >> shift];

		while (shift != pt->format.page_shift && (*slot & DESC_TYPE_MASK) == DESC_TABLE) {
			shift -= stride;
			slot = &pt_table(pt, *slot)[(offset >> shift) & (BIT(stride) - 1)];
		}
		if (!*slot || (offset & (BIT(shift) - 1)) || size < BIT(shift))
			return -ENOENT;
		*slot = 0;
		offset += BIT(shift);
		size -= BIT(shift);
	}
	return 0;
}

/*
 * Tables of one level that a region makes necessary: those whose span it fills only in part, or
 * that no block can stand for. Regions come ascending, so the only span that was counted already is
 * the last one (*counted).
 */
static unsigned level_tables(const struct pt_region *region, uint64_t offset, unsigned shift,
			     bool blocks, uint64_t *counted)
{
	uint64_t last = offset + (region->size - 1);
	uint64_t first_span = offset >> shift, last_span = last >> shift;
	uint64_t in_span = BIT(shift) - 1;
	unsigned count = 0;

	if (blocks && !((offset ^ region->pa) & in_span)) {
		bool head = (offset & in_span) != 0;
		bool tail = (last & in_span) != in_span;

		if (head && first_span != *counted) {
			count++;
			*counted = first_span;
		}
		if (tail && last_span != *counted) {
			/*
			 * A region inside one span from its start on, or the end of a longer one.
			 */
			count++;
			*counted = last_span;
		}
		return count;
	}
	count = last_span - first_span + (first_span != *counted);
	*counted = last_span;
	return count;
}

unsigned pt_tables_needed(const struct pt_region *region, unsigned count, uint32_t granule,
			  unsigned va_bits)
{
	const struct pt_format *format = pt_format_find(granule, va_bits);
	unsigned tables = 1;
	int start;

	if (!format)
		return 0;
	start = pt_start_level(format, va_bits);
	for (int level = start + 1; level <= 3; level++) {
		unsigned shift = pt_level_shift(format, level - 1);
		bool blocks = level - 1 >= format->block_level;
		uint64_t counted = ~UINT64_C(0);

		for (unsigned i = 0; i < count; i++)
			tables += level_tables(&region[i], region[i].va & (BIT(va_bits) - 1), shift,
					       blocks, &counted);
	}
	return tables;
}
