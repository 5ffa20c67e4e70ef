/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/fdt/walk.h"

#include <inttypes.h>
#include <string.h>

#include "common/fdt/fdt.h"

#define RSV_BYTES 16 /* address and size */

/* Find where the reservations end: two zero numbers, inside @size bytes. */
static int rsv_end(const void *fdt, uint32_t size, uint32_t *end, struct why *why)
{
	uint32_t at = fdt_off_mem_rsvmap(fdt);

	/* No block lies in another. */
	if (at < fdt_off_dt_struct(fdt))
		size = MIN(size, fdt_off_dt_struct(fdt));

	while (at <= size && size - at >= RSV_BYTES) {
		const uint32_t *p = (const uint32_t *)((const char *)fdt + at);

		at += RSV_BYTES;
		if (!(p[0] | p[1] | p[2] | p[3])) {
			*end = at;
			return 0;
		}
	}
	return refuse(why, -EINVAL, "the FDT's list of memory reservations does not end");
}

/* @max_size: bytes that may be read; the header's totalsize says only where blocks may be. */
static int check_head(const void *fdt, uint64_t max_size, struct why *why)
{
	if ((uintptr_t)fdt % 4)
		return refuse(why, -EINVAL, "the FDT at %p is not 4-byte aligned", fdt);
	if (max_size < FDT_V17_SIZE)
		return refuse(why, -EINVAL, "0x%" PRIx64 " bytes are too few for an FDT", max_size);
	if (fdt_magic(fdt) != FDT_MAGIC && IS_ENABLED(CONFIG_LOCKED))
		return refuse(why, -EINVAL, "no FDT at %p", fdt); /* shows no memory */
	if (fdt_magic(fdt) != FDT_MAGIC)
		return refuse(why, -EINVAL, "no FDT at %p: it begins with 0x%08x, not 0x%08x", fdt,
			      fdt_magic(fdt), FDT_MAGIC);
	if (fdt_version(fdt) < 17 || fdt_last_comp_version(fdt) > 17)
		return refuse(why, -EINVAL, "the FDT has version %u (compatible to %u), not 17",
			      fdt_version(fdt), fdt_last_comp_version(fdt));
	if (fdt_totalsize(fdt) >= INT32_MAX) /* libfdt counts in int */
		return refuse(why, -E2BIG, "the FDT's size is 0x%x, more than 0x%x",
			      fdt_totalsize(fdt), INT32_MAX - 1);
	return 0;
}

static int refuse_size(uint64_t size, struct why *why)
{
	return refuse(why, -E2BIG, "the FDT has 0x%" PRIx64 " bytes, more than 0x%x", size,
		      (unsigned int)FDT_SIZE_MAX);
}

int fdt_extent(const void *fdt, uint64_t *extent, struct why *why)
{
	uint64_t structure, strings, size;
	int err = check_head(fdt, UINT64_MAX, why);

	if (err)
		return err;
	size = fdt_totalsize(fdt);
	structure = (uint64_t)fdt_off_dt_struct(fdt) + fdt_size_dt_struct(fdt);
	strings = (uint64_t)fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
	*extent = fdt_off_mem_rsvmap(fdt) < fdt_off_dt_struct(fdt)
			  ? MIN(size, MAX(structure, strings))
			  : size;
	*extent = MAX(*extent, (uint64_t)FDT_HEADER_SIZE);
	return *extent > FDT_SIZE_MAX ? refuse_size(*extent, why) : 0;
}

/* Is the block behind the header and inside of totalsize? */
static bool is_inside(const void *fdt, uint32_t at, uint32_t size)
{
	const uint32_t total = fdt_totalsize(fdt);

	return at >= FDT_V17_SIZE && at <= total && size <= total - at;
}

static int check_blocks(const void *fdt, struct why *why)
{
	if (!is_inside(fdt, fdt_off_mem_rsvmap(fdt), 0) ||
	    !is_inside(fdt, fdt_off_dt_struct(fdt), fdt_size_dt_struct(fdt)) ||
	    !is_inside(fdt, fdt_off_dt_strings(fdt), fdt_size_dt_strings(fdt)))
		return refuse(why, -EINVAL,
			      "the FDT's header is damaged: a block is outside of it");
	if (fdt_off_dt_struct(fdt) % 4 || fdt_size_dt_struct(fdt) % 4 ||
	    fdt_off_mem_rsvmap(fdt) % 8)
		return refuse(why, -EINVAL,
			      "the FDT's blocks are misaligned: structure 0x%x + 0x%x,"
			      " reservations 0x%x",
			      fdt_off_dt_struct(fdt), fdt_size_dt_struct(fdt),
			      fdt_off_mem_rsvmap(fdt));
	return 0;
}

/* Of what may be larger than a tree of Loft's: a FIT. */
static int check_any_size(const void *fdt, uint64_t max_size, uint32_t *used, struct why *why)
{
	uint32_t ends[3];
	int err = check_head(fdt, max_size, why);

	if (!err)
		err = check_blocks(fdt, why);
	if (err)
		return err;
	ends[0] = fdt_off_mem_rsvmap(fdt);
	ends[1] = fdt_off_dt_struct(fdt) + fdt_size_dt_struct(fdt);
	ends[2] = fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
	*used = MAX(ends[0], MAX(ends[1], ends[2]));
	if (*used > max_size)
		return refuse(why, -EINVAL,
			      "the FDT is truncated: its blocks end at 0x%x, 0x%" PRIx64
			      " bytes are there",
			      *used, max_size);
	err = rsv_end(fdt, (uint32_t)MIN(fdt_totalsize(fdt), max_size), &ends[0], why);
	*used = MAX(*used, ends[0]);
	return err;
}

int fdt_check(const void *fdt, uint64_t max_size, uint32_t *used, struct why *why)
{
	uint32_t size;
	int err = check_any_size(fdt, max_size, &size, why);

	if (!err && size > FDT_SIZE_MAX)
		err = refuse_size(size, why);
	if (!err && used)
		*used = size;
	return err;
}

static int check_nodes(const void *fdt, struct why *why)
{
	struct fdt_walk w;
	int tag, err = fdt_walk_init(&w, fdt, why);

	if (err)
		return err;
	tag = fdt_walk_next(&w);
	if (tag == FDT_BEGIN_NODE)
		tag = fdt_walk_skip(&w);
	else if (tag >= 0)
		tag = fdt_walk_damage(&w, "it does not begin with a node");
	if (!tag && fdt_walk_next(&w) != FDT_END)
		tag = fdt_walk_damage(&w, "something follows the root node");
	return tag ? fdt_walk_refuse(&w, why) : 0;
}

int fdt_check_whole(const void *fdt, uint64_t max_size, bool any_size, struct why *why)
{
	uint32_t used;
	int err;

	if ((uintptr_t)fdt % 8)
		return refuse(why, -EINVAL, "the FDT at %p is not 8-byte aligned", fdt);
	err = any_size ? check_any_size(fdt, max_size, &used, why)
		       : fdt_check(fdt, max_size, &used, why);
	return err ? err : check_nodes(fdt, why);
}

int fdt_copy(void *dst, uint64_t room, const void *fdt, uint32_t used)
{
	if (room < used || room > INT32_MAX)
		return -ENOSPC;
	memcpy(dst, fdt, used);
	fdt_set_totalsize(dst, (uint32_t)room);
	return 0;
}

int fdt_walk_init(struct fdt_walk *w, const void *fdt, struct why *why)
{
	const char *base = fdt;

	*w = (struct fdt_walk){
		.first = (const uint32_t *)(base + fdt_off_dt_struct(fdt)),
		.strings = base + fdt_off_dt_strings(fdt),
		.strings_size = fdt_size_dt_strings(fdt),
		.damage = "",
	};
	w->next = w->token = w->first;
	w->end = w->first + fdt_size_dt_struct(fdt) / 4;
	if (w->strings_size && w->strings[w->strings_size - 1])
		return refuse(why, -EINVAL, "the FDT's strings block does not end in a NUL");
	return 0;
}

int fdt_walk_next(struct fdt_walk *w)
{
	return fdt_walk_step(w);
}

int fdt_walk_skip(struct fdt_walk *w)
{
	struct fdt_walk at = *w; /* stays in registers */
	unsigned int depth = 1;
	int tag;

	do {
		tag = fdt_walk_step(&at);
		if (tag == FDT_BEGIN_NODE)
			depth++;
		else if (tag == FDT_END_NODE)
			depth--;
		else if (tag != FDT_PROP)
			break;
	} while (depth);
	w->next = at.next;
	w->token = at.token;
	w->damage = tag < 0 ? at.damage : "it ends inside of a node";
	return depth ? -EINVAL : 0;
}

int fdt_walk_refuse(const struct fdt_walk *w, struct why *why)
{
	return refuse(why, -EINVAL, "the FDT is damaged at 0x%x of its structure block: %s",
		      (unsigned int)fdt_walk_offset(w), w->damage);
}

bool fdt_reservation(const void *fdt, unsigned int index, uint64_t *start, uint64_t *size)
{
	const uint32_t *p = (const uint32_t *)((const char *)fdt + fdt_off_mem_rsvmap(fdt));

	p += (size_t)index * (RSV_BYTES / 4);
	*start = fdt_be64(p);
	*size = fdt_be64(p + 2);
	return *start || *size;
}
