// SPDX-License-Identifier: BSD-2-Clause
/* gzip: unpacked into memory of its own, and from there on as if it had come that way. */
#include <errno.h>
#include <stdio.h>

#include "common/console/bootstage.h"
#include "common/fdt/fdt.h"
#include "common/image/image.h"
#include "lib/pack/gunzip.h"

static int alloc(uint64_t size, const char *owner, paddr_t *at, struct why *why)
{
	return memmap_alloc(&machine.mem, size, 4 * KIB, true, ~UINT64_C(0), 0, owner, at, why);
}

/*
 * Room for what a gzip file unpacks to. A file in memory has no end that anybody knows, so its
 * trailer cannot be found: the largest power of two that is free serves.
 */
static int unpack_room(const struct source *packed, const void *bytes, paddr_t *at, uint64_t *size,
		       struct why *why)
{
	int rc;

	*size = GIB;
	if (!packed->mem) {
		rc = gunzip_hint(bytes, packed->size, GIB, size, why);
		*size = MAX(*size, UINT64_C(1));
		return rc ? rc : alloc(*size, "unpacked kernel", at, why);
	}
	for (;; *size /= 2) {
		rc = alloc(*size, "unpacked kernel", at, why);
		if (!rc || *size < 2 * MIB)
			return rc;
	}
}

static int unpack(const struct source *packed, const void *bytes, struct source *inner,
		  struct why *why)
{
	uint64_t room, size, begun;
	paddr_t at;
	int rc = unpack_room(packed, bytes, &at, &room, why);

	begun = bootstage_begin();
	if (!rc)
		rc = gunzip((void *)at, room, bytes, packed->size, &size, why);
	bootstage_end("gunzip", begun);
	if (rc)
		return rc;
	memmap_release(&machine.mem, at);
	rc = memmap_claim(&machine.mem, at, MAX(size, UINT64_C(1)), 0, "unpacked kernel", why);
	if (rc)
		return rc;
	printf("   Uncompressed size: %llu = 0x%llx\n", (unsigned long long)size,
	       (unsigned long long)size);
	source_mem(inner, "unpacked kernel", (const void *)at, size);
	return 0;
}

static int unwrap(struct source *packed, struct source *inner, struct why *why)
{
	const void *bytes = packed->mem;
	paddr_t file = 0;
	int rc = 0;

	if (!bytes) {
		rc = alloc(packed->size, "gzip file", &file, why);
		if (!rc)
			rc = source_read(packed, 0, (void *)file, packed->size, why);
		if (rc)
			return rc;
		bytes = (const void *)file;
	}
	rc = unpack(packed, bytes, inner, why);
	if (file)
		memmap_release(&machine.mem, file);
	return rc;
}

IMAGE_WRAPPING(image_gzip) = { "gzip", { 0, 2, "\x1f\x8b" }, unwrap };
