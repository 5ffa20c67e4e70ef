// SPDX-License-Identifier: BSD-2-Clause
/* Compressed files: unpacked into memory of their own, and from there on as if they had come so. */
#include "common/image/packed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arch/mem.h"
#include "common/console/bootstage.h"
#include "common/fdt/fdt.h"
#include "common/image/image.h"

#define ROOM_MAX   GIB	    /* of what is unpacked */
#define FILE_LEAST (64 * KIB) /* of what is kept for a file without an end */

const struct packing *packing_find(const char *name)
{
	TABLE_FOREACH(packing_table, struct packing, packing) {
		if (!strcmp(packing->name, name))
			return packing;
	}
	return NULL;
}

static int alloc(uint64_t size, const char *owner, paddr_t *at, struct why *why)
{
	return memmap_alloc(&machine.mem, size, 4 * KIB, true, ~UINT64_C(0), 0, owner, at, why);
}

/*
 * Room for what a file unpacks to, where that is not known: the largest power of two that is free
 * serves.
 */
static int unpack_room(uint64_t hint, paddr_t *at, uint64_t *size, struct why *why)
{
	int rc;

	*size = hint;
	if (hint)
		return alloc(*size, "unpacked kernel", at, why);
	for (*size = ROOM_MAX;; *size /= 2) {
		rc = alloc(*size, "unpacked kernel", at, why);
		if (!rc || *size < 2 * MIB)
			return rc;
	}
}

/*
 * Room for @hint bytes, or as much as there is, beside the packed file, which is kept off it
 * first. A file in memory without an end that anybody knows may reach to the next owner; where
 * that leaves less room than file, half of it, and so on. Then no more than that is read.
 */
static int make_room(const uint8_t *bytes, struct packed_part *part, bool *kept, uint64_t hint,
		     paddr_t *at, uint64_t *room, struct why *why)
{
	paddr_t file = (paddr_t)bytes;
	const struct mem_range *is = memmap_owner(&machine.mem, file, part->size);
	uint64_t size = is && is->start > file ? is->start - file : part->size;
	int rc;

	*kept = false;
	if ((is && is->start <= file) || !memmap_is_dram(&machine.mem, file, size))
		return unpack_room(hint, at, room, why);
	for (;; size /= 2) {
		rc = memmap_claim(&machine.mem, file, size, 0, "packed file", why);
		if (rc)
			return rc;
		rc = unpack_room(hint, at, room, why);
		if (part->exact || size < FILE_LEAST || (!rc && *room >= (hint ? hint : size)))
			break;
		if (!rc)
			memmap_release(&machine.mem, *at);
		memmap_release(&machine.mem, file);
	}
	if (rc)
		return rc;
	*kept = true;
	part->size = MIN(part->size, size);
	return 0;
}

/* @top: at the end of the room, because that may begin where DRAM does, and kernels as well. */
static int unpack_to(const struct packing *packing, paddr_t at, uint64_t room, bool top,
		     const void *bytes, uint64_t size, struct source *inner, struct why *why)
{
	uint64_t begun = bootstage_begin(), made;
	int rc = packing->unpack((void *)at, room, bytes, size, &made, why);

	bootstage_end(packing->stage, begun);
	if (rc)
		return rc;
	memmap_release(&machine.mem, at);
	if (top) {
		paddr_t to = at + ALIGN_DOWN(room - made, 4 * KIB);

		mem_copy((void *)to, (const void *)at, made);
		at = to;
	}
	rc = memmap_claim(&machine.mem, at, MAX(made, UINT64_C(1)), 0, "unpacked kernel", why);
	if (rc)
		return rc;
	printf("   Uncompressed size: %llu = 0x%llx\n", (unsigned long long)made,
	       (unsigned long long)made);
	source_mem(inner, "unpacked kernel", (const void *)at, made);
	return 0;
}

int packed_unwrap(const struct packing *packing, struct source *packed, struct packed_part part,
		  struct source *inner, struct why *why)
{
	const uint8_t *bytes = packed->mem;
	paddr_t file = 0, at;
	uint64_t hint = 0, room;
	bool kept = false;
	int rc = 0;

	if (!bytes) {
		rc = alloc(part.size, "packed file", &file, why);
		if (!rc)
			rc = source_read(packed, part.offset, (void *)file, part.size, why);
		if (rc)
			return rc;
		bytes = (const void *)file;
	} else {
		bytes += part.offset;
	}
	if (packing->hint && (part.exact || packing->hint_in_front)) {
		rc = packing->hint(bytes, part.size, ROOM_MAX, &hint, why);
		if (!rc && !hint && !packing->hint_in_front)
			hint = 1; /* nothing, it says */
	}
	if (!rc)
		rc = make_room(bytes, &part, &kept, hint, &at, &room, why);
	if (!rc)
		rc = unpack_to(packing, at, room, kept && !hint && at < (paddr_t)bytes, bytes,
			       part.size, inner, why);
	if (file || kept)
		memmap_release(&machine.mem, (paddr_t)bytes);
	return rc;
}

int packed_unwrap_all(const struct packing *packing, struct source *packed, struct source *inner,
		      struct why *why)
{
	/* A file in memory has no end that anybody knows: no trailer can be found. */
	struct packed_part part = { 0, packed->size, !packed->mem };

	return packed_unwrap(packing, packed, part, inner, why);
}
