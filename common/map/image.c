/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A step of map_plan(): segments in granules, with their rights, and what they mean for the linear
 * map.
 */
#include <errno.h>
#include <inttypes.h>

#include "common/map/parts.h"

static void part_name(struct map_part *part)
{
	static const char *const names[PT_KIND_COUNT][2] = {
		[PT_CODE] = { "image text", "image text, alias" },
		[PT_RODATA] = { "image rodata", "image rodata, alias" },
		[PT_DATA] = { "image data", "image data, alias" },
		[PT_CODE_RW] = { "image rwx", "image rwx, alias" },
	};

	part->name = names[part->kind][0];
	part->alias_name = names[part->kind][1];
}

/* "The same or fewer rights": never writable where the image's own address executes. */
static enum pt_kind alias_of(enum pt_kind kind)
{
	switch (kind) {
	case PT_CODE:
	case PT_RODATA:
		return PT_RODATA;
	default: /* data; and ALLOW_WX's, which is writable at its own address anyway */
		return PT_DATA;
	}
}

/* Rights as a set, in which union and comparison are plain. */
#define MAY_WRITE ELF_W
#define MAY_EXEC  ELF_X

static uint32_t rights_of(enum pt_kind kind)
{
	return (pt_kind_writes(kind) ? MAY_WRITE : 0) | (pt_kind_executes(kind) ? MAY_EXEC : 0);
}

static enum pt_kind kind_of(uint32_t rights)
{
	static const uint8_t kinds[] = { PT_RODATA, PT_CODE, PT_DATA, PT_CODE_RW };

	static_assert(MAY_EXEC == 1 && MAY_WRITE == 2, "index of kinds");
	return kinds[rights & (MAY_EXEC | MAY_WRITE)];
}

/* Segments in the order of their VA; files have them so, mostly. */
static void sort_by_va(const struct elf_image *image, uint8_t *order)
{
	for (unsigned i = 0; i < image->segment_count; i++) {
		vaddr_t va = image->segment[i].vaddr;
		unsigned at = i;

		for (; at && image->segment[order[at - 1]].vaddr > va; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
}

/* One segment, rounded to granules, checked by itself. */
static int part_make(const struct map_work *work, const struct elf_segment *segment,
		     struct map_part *part)
{
	uint64_t in_granule = work->plan->granule - 1;
	paddr_t pa = segment->paddr + work->request->displacement;
	uint64_t offset = segment->vaddr - work->base;
	uint64_t head = pa & in_granule;

	if ((segment->vaddr ^ pa) & in_granule)
		return refuse(work->why, -EINVAL,
			      "segment %" PRIu32 " at VA 0x%" PRIx64 " and PA 0x%" PRIx64
			      ": the two differ modulo the granule 0x%" PRIx32,
			      segment->phdr, segment->vaddr, pa, work->plan->granule);
	if (offset >= work->limit || segment->memsz > work->limit - offset)
		return refuse(work->why, -ERANGE,
			      "segment %" PRIu32 " at VA 0x%" PRIx64 ", 0x%" PRIx64
			      " bytes, is not within the %u bits from 0x%" PRIx64,
			      segment->phdr, segment->vaddr, segment->memsz, work->plan->va_bits,
			      work->base);
	if (pa >> work->format.pa_bits || segment->memsz > BIT(work->format.pa_bits) - pa)
		return refuse(work->why, -ERANGE,
			      "segment %" PRIu32 " at PA 0x%" PRIx64 " passes the %u bits that a "
			      "descriptor holds",
			      segment->phdr, pa, work->format.pa_bits);
	if ((segment->flags & ELF_W) && (segment->flags & ELF_X) &&
	    !(work->flags & LOFT_FLAG_ALLOW_WX))
		return refuse(work->why, -EINVAL,
			      "segment %" PRIu32 " at VA 0x%" PRIx64
			      " is both writable and executable: "
			      "`bootelf -w` (or ALLOW_WX) accepts that",
			      segment->phdr, segment->vaddr);
	part->offset = offset - head;
	part->pa = pa - head;
	part->size = ALIGN_UP(head + segment->memsz, (uint64_t)work->plan->granule);
	part->kind = kind_of(segment->flags);
	part->linear = part->offset == part->pa + work->linear;
	return 0;
}

static int part_push(struct map_work *work, const struct map_part *part)
{
	if (work->image_count == MAP_PARTS_MAX - 2) /* vectors and switch page follow */
		return refuse(work->why, -ENOSPC, "the segments make more than %u mappings",
			      MAP_PARTS_MAX - 2);
	work->image[work->image_count++] = *part;
	return 0;
}

/* The last part and the next one meet in a granule: equal rights merge, others need ALLOW_WX. */
static int part_join(struct map_work *work, struct map_part *next, uint32_t phdr)
{
	struct map_part *last = &work->image[work->image_count - 1];
	uint64_t granule = work->plan->granule;
	uint64_t last_end = last->offset + last->size, next_end = next->offset + next->size;
	struct map_part shared;

	if (next->offset + granule != last_end ||
	    next->offset - next->pa != last->offset - last->pa)
		return refuse(work->why, -EINVAL,
			      "segment %" PRIu32 " at VA 0x%" PRIx64
			      " shares a granule of 0x%" PRIx64
			      " with the one before it, but not in physical memory",
			      phdr, next->offset + work->base, granule);
	if (last->kind == next->kind) {
		last->size = next_end - last->offset;
		return 0;
	}
	if (!(work->flags & LOFT_FLAG_ALLOW_WX))
		return refuse(work->why, -EINVAL,
			      "segment %" PRIu32
			      " and the one before it have different rights in the one "
			      "granule of 0x%" PRIx64 " at VA 0x%" PRIx64
			      ": align them, or `bootelf -w` gives it the rights of both",
			      phdr, granule, next->offset + work->base);
	shared = *next;
	shared.size = granule;
	shared.kind = kind_of(rights_of(last->kind) | rights_of(next->kind));
	next->offset += granule;
	next->pa += granule;
	next->size -= granule;
	if (last->size == granule) {
		last->kind = shared.kind;
	} else {
		int err;

		last->size -= granule;
		err = part_push(work, &shared);
		if (err)
			return err;
	}
	return next->size ? part_push(work, next) : 0;
}

/*
 * Into the list by PA, from its end: there it belongs where VA and PA ascend together. Of several
 * that begin in one granule at most one goes on beyond it: it comes last.
 */
static void part_insert(struct map_work *work, const struct map_part *part)
{
	struct map_part *list = work->part;
	unsigned at = work->part_count++;

	for (; at && (list[at - 1].pa > part->pa ||
		      (list[at - 1].pa == part->pa && list[at - 1].size > part->size));
	     at--)
		list[at] = list[at - 1];
	list[at] = *part;
}

static int loft_pages(struct map_work *work)
{
	const struct map_request *request = work->request;
	struct map_part page = { .size = work->plan->granule,
				 .pa = request->vectors,
				 .kind = PT_CODE,
				 .alias = PT_CODE,
				 .low = PT_CODE,
				 .linear = true,
				 .loft = true,
				 .name = "early vectors",
				 .alias_name = "early vectors" };

	if ((request->vectors | request->switch_page) & (work->plan->granule - 1))
		return refuse(work->why, -EINVAL,
			      "vectors at 0x%" PRIx64 " or switch page at 0x%" PRIx64
			      " not on a granule of 0x%" PRIx32,
			      request->vectors, request->switch_page, work->plan->granule);
	part_insert(work, &page);
	if (request->switch_page == request->vectors)
		return 0;
	/* While TTBR0 executes it, or for good with KEEP_IDMAP, nobody writes it. */
	page.pa = request->switch_page;
	page.kind = page.alias = work->plan->identity ? PT_CODE : PT_RODATA;
	page.name = page.alias_name = "switch page";
	part_insert(work, &page);
	return 0;
}

/*
 * Two parts that share a physical granule by different virtual addresses. Equal rights are no
 * contradiction; others only with ALLOW_WX, and then the linear map takes the part that lies in it,
 * else the weaker alias.
 */
static int part_meet(struct map_work *work, struct map_part *a, struct map_part *b)
{
	uint64_t common = a->pa + a->size - b->pa;
	bool b_wins = b->linear || (!a->linear && b->alias == PT_RODATA);

	if (common > work->plan->granule || a->loft || b->loft)
		return refuse(work->why, -EEXIST, "%s and %s both want PA 0x%" PRIx64, a->name,
			      b->name, b->pa);
	if (a->kind != b->kind && !(work->flags & LOFT_FLAG_ALLOW_WX))
		return refuse(
			work->why, -EINVAL,
			"%s and %s have different rights in the one physical granule of 0x%" PRIx32
			" at 0x%" PRIx64 ": align them, or give `bootelf -w`",
			a->name, b->name, work->plan->granule, b->pa);
	if (b_wins) {
		a->size -= common;
	} else {
		b->pa += common;
		b->offset += common;
		b->size -= common;
	}
	return 0;
}

static int parts_separate(struct map_work *work)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < work->part_count; i++) {
		struct map_part *part = &work->part[i];

		if (kept) {
			struct map_part *last = &work->part[kept - 1];

			if (part->pa < last->pa + last->size) {
				int err = part_meet(work, last, part);

				if (err)
					return err;
				if (!last->size)
					kept--;
			}
		}
		if (part->size)
			work->part[kept++] = *part;
	}
	work->part_count = kept;
	return 0;
}

int map_image(struct map_work *work)
{
	const struct elf_image *image = work->request->image;
	uint8_t order[ELF_SEGMENTS_MAX];
	int err;

	sort_by_va(image, order);
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct elf_segment *segment = &image->segment[order[i]];
		const struct map_part *last =
			work->image_count ? &work->image[work->image_count - 1] : NULL;
		struct map_part part;

		err = part_make(work, segment, &part);
		if (err)
			return err;
		if (last && part.offset < last->offset + last->size)
			err = part_join(work, &part, segment->phdr);
		else
			err = part_push(work, &part);
		if (err)
			return err;
	}
	for (unsigned i = 0; i < work->image_count; i++) {
		struct map_part *part = &work->image[i];

		part_name(part);
		part->loft = false;
		part->low = alias_of(part->kind);
		part->alias = part->linear ? part->kind : part->low;
		part_insert(work, part);
	}
	err = loft_pages(work);
	return err ? err : parts_separate(work);
}
