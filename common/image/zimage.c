/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/zimage.h"

#include <errno.h>
#include <inttypes.h>

#include "common/image/place.h"
#include "lib/base/le.h"

/* Offsets into the file. */
#define MAGIC	    0x24
#define START	    0x28
#define END	    0x2c
#define ENDIAN	    0x30
#define TABLE_MAGIC 0x34
#define TABLE	    0x38
#define HEADER_SIZE 0x3c

#define ZIMAGE_MAGIC	0x016f2818
#define ENDIAN_BIG	0x01020304
#define HAS_TABLE	0x45454545 /* TABLE holds an offset; else it is code */

/* The table: words, tag, data; words counts all of it. */
#define TABLE_ENTRIES_MAX 16
#define TAG_SIZES	  0x5a534c4b
#define SIZES_UNPACKED	  8 /* where in the file the number stands */
#define SIZES_BSS	  12
#define SIZES_TEXT_OFFSET 16 /* from Linux 5.11 on */
#define SIZES_MIN	  16

#define TEXT_OFFSET	(32 * KIB)
#define TABLES_BELOW	(20 * KIB) /* translation tables, with LPAE 20 KiB, stand below it */
#define WINDOW		(128 * MIB)
#define LOW_MEMORY	(512 * MIB)
#define REACH		(4 * GIB)
#define UNPACK_MIN	(32 * MIB) /* where the header does not say, as a rule enough */
#define UNPACK_RATIO	5
#define UNPACKER_NEEDS	MIB	   /* its stack and a heap of 64 KiB; device trees it takes along */

static int read_word(struct source *source, const struct zimage *image, uint64_t at, uint32_t *out,
		     struct why *why)
{
	uint8_t bytes[4];
	int rc;

	if (image->size < sizeof(bytes) || at > image->size - sizeof(bytes))
		return refuse(why, -EINVAL,
			      "%s: its table leads to 0x%" PRIx64 ", the file ends at 0x%" PRIx32,
			      source->name, at, image->size);
	rc = source_read(source, at, bytes, sizeof(bytes), why);
	if (!rc)
		*out = get_le32(bytes);
	return rc;
}

static int read_sizes(struct source *source, struct zimage *image, uint64_t entry, uint32_t bytes,
		      struct why *why)
{
	uint32_t at = 0, unpacked = 0, bss = 0;
	int rc = read_word(source, image, entry + SIZES_UNPACKED, &at, why);

	if (!rc)
		rc = read_word(source, image, at, &unpacked, why);
	if (!rc)
		rc = read_word(source, image, entry + SIZES_BSS, &bss, why);
	if (!rc && bytes > SIZES_TEXT_OFFSET)
		rc = read_word(source, image, entry + SIZES_TEXT_OFFSET, &image->text_offset, why);
	image->unpacked = (uint64_t)unpacked + bss;
	return rc;
}

static int read_table(struct source *source, struct zimage *image, uint64_t at, struct why *why)
{
	for (unsigned i = 0; i < TABLE_ENTRIES_MAX; i++) {
		uint32_t words, tag;
		int rc = read_word(source, image, at, &words, why);

		if (rc || !words)
			return rc;
		rc = read_word(source, image, at + 4, &tag, why);
		if (rc)
			return rc;
		if (tag == TAG_SIZES && words >= SIZES_MIN / 4)
			return read_sizes(source, image, at, words * 4, why);
		at += (uint64_t)words * 4;
	}
	return 0;
}

static int check(const struct source *source, const uint8_t h[HEADER_SIZE], struct why *why)
{
	uint32_t start = get_le32(h + START), end = get_le32(h + END);

	if (get_le32(h + MAGIC) != ZIMAGE_MAGIC)
		return refuse(why, -ENOEXEC,
			      "%s: no zImage: 0x%08" PRIx32 " at 0x24, not 0x016f2818",
			      source->name, get_le32(h + MAGIC));
	if (get_le32(h + ENDIAN) == ENDIAN_BIG)
		return refuse(why, -ENOEXEC,
			      "%s: a big-endian kernel (0x01020304 at 0x30); Loft boots "
			      "little-endian",
			      source->name);
	if (start)
		return refuse(why, -EINVAL,
			      "%s: linked to run at 0x%" PRIx32 " alone; Loft boots a zImage that "
			      "runs anywhere (start 0)",
			      source->name, start);
	if (end < HEADER_SIZE || end > source->size)
		return refuse(why, -ENODATA,
			      "%s: truncated: the header says 0x%" PRIx32
			      " bytes, there are 0x%" PRIx64,
			      source->name, end, source->size);
	return 0;
}

int zimage_header(struct source *source, struct zimage *image, struct why *why)
{
	uint8_t h[HEADER_SIZE];
	int rc;

	if (source->size < sizeof(h))
		return refuse(why, -ENODATA,
			      "%s: truncated: 0x%" PRIx64 " bytes are no zImage header of 60",
			      source->name, source->size);
	rc = source_read(source, 0, h, sizeof(h), why);
	if (!rc)
		rc = check(source, h, why);
	if (rc)
		return rc;
	*image = (struct zimage){ .size = get_le32(h + END), .text_offset = TEXT_OFFSET };
	if (get_le32(h + TABLE_MAGIC) == HAS_TABLE)
		rc = read_table(source, image, get_le32(h + TABLE), why);
	if (!image->unpacked)
		image->unpacked = MAX((uint64_t)image->size * UNPACK_RATIO, UNPACK_MIN);
	if (!rc && image->text_offset < TABLES_BELOW)
		return refuse(why, -EINVAL,
			      "%s: zImage text_offset 0x%" PRIx32
			      " leaves no room for its translation tables, 0x%x bytes",
			      source->name, image->text_offset, (unsigned)TABLES_BELOW);
	return rc;
}

/* The first boundary of 128 MiB in DRAM: what the unpacker takes for the start of memory. */
static int find_base(const struct source *source, const struct memmap *map, paddr_t *base,
		     struct why *why)
{
	for (unsigned i = 0; i < map->bank_count; i++) {
		const struct mem_range *bank = &map->bank[i];

		if (bank->start > REACH - WINDOW)
			break;
		*base = ALIGN_UP(bank->start, WINDOW);
		if (*base < REACH && *base <= mem_range_last(bank))
			return 0;
	}
	return refuse(why, -ENXIO,
		      "%s: an AArch32 kernel wants DRAM at a multiple of 128 MiB below 4 GiB; here "
		      "it begins at 0x%" PRIx64,
		      source->name, map->bank_count ? map->bank[0].start : 0);
}

static int check_unpack(const struct source *source, const struct load_range *file,
			const struct memmap *map, const struct zimage_plan *plan, struct why *why)
{
	paddr_t last = plan->unpack + (plan->unpack_size - 1);
	const struct mem_range *owner;

	if (!memmap_is_dram(map, plan->unpack, plan->unpack_size))
		return refuse(why, -ENXIO,
			      "%s: unpacks itself to 0x%" PRIx64 "..0x%" PRIx64
			      ", which is not all DRAM",
			      source->name, plan->unpack, last);
	owner = place_owner(map, file, plan->unpack, plan->unpack_size);
	if (owner)
		return refuse(why, -EEXIST,
			      "%s: unpacks itself to 0x%" PRIx64 "..0x%" PRIx64
			      ", over %s 0x%" PRIx64 "..0x%" PRIx64,
			      source->name, plan->unpack, last, owner->owner, owner->start,
			      mem_range_last(owner));
	return 0;
}

static int find_load(const struct source *source, const struct load_range *file,
		     const struct memmap *map, struct zimage_plan *plan, struct why *why)
{
	paddr_t from = ALIGN_UP(plan->unpack + plan->unpack_size, PLACE_ALIGN);
	paddr_t end = plan->base + WINDOW;

	for (plan->load = from; plan->load < end && plan->size <= end - plan->load;
	     plan->load += PLACE_ALIGN)
		if (memmap_is_dram(map, plan->load, plan->size) &&
		    !place_owner(map, file, plan->load, plan->size))
			return 0;
	return refuse(why, -ENOMEM,
		      "%s: no free DRAM of 0x%" PRIx64 " bytes between 0x%" PRIx64
		      ", where the unpacked kernel ends, and 0x%" PRIx64 ", 128 MiB from the start",
		      source->name, plan->size, from, end);
}

int zimage_plan(const struct source *source, const struct zimage *image, const struct memmap *map,
		struct zimage_plan *plan, struct why *why)
{
	struct load_range file = { (uintptr_t)source->mem, source->mem ? image->size : 0 };
	int rc = find_base(source, map, &plan->base, why);

	if (rc)
		return rc;
	plan->last = MIN(plan->base + LOW_MEMORY, REACH) - 1;
	plan->size = (uint64_t)image->size + UNPACKER_NEEDS;
	plan->unpack = plan->base + image->text_offset - TABLES_BELOW;
	plan->unpack_size = image->unpacked + TABLES_BELOW;
	rc = check_unpack(source, &file, map, plan, why);
	return rc ? rc : find_load(source, &file, map, plan, why);
}
