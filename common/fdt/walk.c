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

static int check_head(const void *fdt, uint64_t max_size, struct why *why)
{
	if ((uintptr_t)fdt % 8)
		return refuse(why, -EINVAL, "the FDT at %p is not 8-byte aligned", fdt);
	if (max_size < FDT_V17_SIZE)
		return refuse(why, -EINVAL, "0x%" PRIx64 " bytes are too few for an FDT", max_size);
	if (fdt_magic(fdt) != FDT_MAGIC)
		return refuse(why, -EINVAL, "no FDT at %p: it begins with 0x%08x, not 0x%08x", fdt,
			      fdt_magic(fdt), FDT_MAGIC);
	if (fdt_version(fdt) < 17 || fdt_last_comp_version(fdt) > 17)
		return refuse(why, -EINVAL, "the FDT has version %u (compatible to %u), not 17",
			      fdt_version(fdt), fdt_last_comp_version(fdt));
	if (fdt_totalsize(fdt) > max_size)
		return refuse(why, -EINVAL,
			      "the FDT is truncated: its size is 0x%x, 0x%" PRIx64
			      " bytes are there",
			      fdt_totalsize(fdt), max_size);
	if (fdt_totalsize(fdt) > FDT_SIZE_MAX)
		return refuse(why, -E2BIG, "the FDT has 0x%x bytes, more than 0x%x",
			      fdt_totalsize(fdt), (unsigned int)FDT_SIZE_MAX);
	return 0;
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
	return 0;
}

int fdt_check(const void *fdt, uint64_t max_size, uint32_t *used, struct why *why)
{
	uint32_t ends[3] = { 0 };
	int err = check_head(fdt, max_size, why);

	if (err)
		return err;
	/* Places every block inside totalsize, so that the sums below don't wrap. */
	if (fdt_check_header(fdt))
		return refuse(why, -EINVAL,
			      "the FDT's header is damaged: a block is outside of it");
	if (fdt_off_dt_struct(fdt) % 4 || fdt_size_dt_struct(fdt) % 4 ||
	    fdt_off_mem_rsvmap(fdt) % 8)
		return refuse(why, -EINVAL,
			      "the FDT's blocks are misaligned: structure 0x%x + 0x%x,"
			      " reservations 0x%x",
			      fdt_off_dt_struct(fdt), fdt_size_dt_struct(fdt),
			      fdt_off_mem_rsvmap(fdt));
	err = rsv_end(fdt, fdt_totalsize(fdt), &ends[0], why);
	if (err || !used)
		return err;
	ends[1] = fdt_off_dt_struct(fdt) + fdt_size_dt_struct(fdt);
	ends[2] = fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
	*used = MAX(ends[0], MAX(ends[1], ends[2]));
	return 0;
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

int fdt_walk_skip(struct fdt_walk *w)
{
	struct fdt_walk at = *w; /* stays in registers */
	unsigned int depth = 1;
	int tag;

	do {
		tag = fdt_walk_next(&at);
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
