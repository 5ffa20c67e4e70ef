/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/place.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arch/mem.h"

#define PAGE_0_SIZE (4 * KIB)

static bool overlap(const struct load_range *a, paddr_t start, uint64_t size)
{
	return a->start <= start ? start - a->start < a->size : a->start - start < size;
}

static bool holds_file(const struct mem_range *range, const struct load_range *file)
{
	return file && file->size && (range->flags & MEM_LOADED) && file->start >= range->start &&
	       file->start - range->start < range->size;
}

const struct mem_range *place_owner(const struct memmap *map, const struct load_range *ignore,
				    paddr_t start, uint64_t size)
{
	for (unsigned i = 0; i < map->owned_count; i++) {
		const struct mem_range *r = &map->owned[i];
		const struct load_range range = { r->start, r->size };

		if (overlap(&range, start, size) && !holds_file(r, ignore))
			return r;
	}
	return NULL;
}

/* Is [start, start + size) taken, and up to which byte? */
static bool taken(const struct memmap *map, const struct load_range *file, bool over, paddr_t start,
		  uint64_t size, paddr_t *last)
{
	const struct mem_range *r = place_owner(map, over ? file : NULL, start, size);

	if (r)
		*last = mem_range_last(r);
	else if (file && file->size && !over && overlap(file, start, size))
		*last = file->start + (file->size - 1);
	else if (start < PAGE_0_SIZE)
		*last = PAGE_0_SIZE - 1;
	else
		return false;
	return true;
}

static bool find_in_bank(const struct memmap *map, const struct mem_range *bank,
			 const struct load_range *file, bool over, uint64_t size, uint64_t offset,
			 paddr_t *out)
{
	paddr_t bank_last = mem_range_last(bank), from = bank->start, last;

	/* from: no byte of the result below it; base: the next aligned address that obeys */
	for (;;) {
		paddr_t base = from > offset ? from - offset : 0;

		if (base > ALIGN_DOWN(UINT64_MAX, PLACE_ALIGN))
			return false;
		base = ALIGN_UP(base, PLACE_ALIGN);
		if (base > bank_last || offset > bank_last - base ||
		    size - 1 > bank_last - base - offset)
			return false;
		*out = base + offset;
		if (!taken(map, file, over, *out, size, &last))
			return true;
		if (last >= bank_last)
			return false;
		from = last + 1;
	}
}

int place_find(const struct memmap *map, const struct load_range *file, bool over, uint64_t size,
	       uint64_t offset, paddr_t *out, struct why *why)
{
	for (unsigned i = 0; size && i < map->bank_count; i++)
		if (find_in_bank(map, &map->bank[i], file, over, size, offset, out))
			return 0;
	return refuse(why, -ENOMEM,
		      "no free DRAM of 0x%" PRIx64 " bytes at a multiple of 2 MiB + 0x%" PRIx64,
		      size, offset);
}

/* The part of memory that the file occupies; size 0 for a source elsewhere. */
static struct load_range file_range(const struct source *source, const struct elf_image *image)
{
	struct load_range file = { (uintptr_t)source->mem, 0 };

	if (source->mem)
		file.size = MIN(image->file_end, source->size);
	return file;
}

static int displace(const struct elf_image *image, const struct load_range *file,
		    const struct memmap *map, struct placement *placement, struct why *why)
{
	uint64_t span = image->pa_last - image->pa_lowest, offset = image->pa_lowest % PLACE_ALIGN;
	paddr_t start;
	int err;

	if (span == UINT64_MAX)
		return refuse(why, -ENOMEM, "the segments span the whole address space");
	err = place_find(map, file, false, span + 1, offset, &start, why);
	if (err)
		return err;
	placement->displaced = true;
	placement->displacement = start - image->pa_lowest;
	return 0;
}

static bool any_dram(const struct elf_image *image, const struct memmap *map)
{
	for (unsigned i = 0; i < image->segment_count; i++)
		if (memmap_is_dram(map, image->segment[i].paddr, image->segment[i].memsz))
			return true;
	return false;
}

/* With what there is of DRAM: whoever links for one machine meets another. */
static int refuse_not_dram(const struct elf_segment *s, paddr_t pa, const struct memmap *map,
			   struct why *why)
{
	const struct mem_range *bank = &map->bank[0];
	bool starts_in = false;
	char more[24] = "";

	for (unsigned i = 0; i < map->bank_count && !starts_in; i++) {
		starts_in = pa - map->bank[i].start < map->bank[i].size;
		if (starts_in)
			bank = &map->bank[i];
	}
	if (map->bank_count > 1)
		snprintf(more, sizeof(more), " and %u more", map->bank_count - 1);
	return refuse(why, -ENXIO,
		      "segment %u (%s) 0x%" PRIx64 "..0x%" PRIx64 ", 0x%" PRIx64
		      " bytes, is not all DRAM, which is 0x%" PRIx64 "..0x%" PRIx64 "%s; %s",
		      s->phdr, elf_segment_kind(s), pa, pa + (s->memsz - 1), s->memsz, bank->start,
		      mem_range_last(bank), more,
		      starts_in ? "give the machine more (QEMU: -m), or link it lower"
				: "link it with AT() in DRAM");
}

static int check_segment(const struct elf_segment *s, paddr_t pa, const struct load_range *file,
			 const struct memmap *map, struct why *why)
{
	const struct mem_range *owner;

	if (!memmap_is_dram(map, pa, s->memsz))
		return refuse_not_dram(s, pa, map, why);
	if (pa < PAGE_0_SIZE)
		return refuse(why, -ENXIO,
			      "segment %u (%s) 0x%" PRIx64 "..0x%" PRIx64
			      " lies over page 0, which Loft leaves unmapped",
			      s->phdr, elf_segment_kind(s), pa, pa + (s->memsz - 1));
	owner = place_owner(map, file, pa, s->memsz);
	if (owner)
		return refuse(why, -EEXIST,
			      "segment %u (%s) 0x%" PRIx64 "..0x%" PRIx64 " lies over %s 0x%" PRIx64
			      "..0x%" PRIx64,
			      s->phdr, elf_segment_kind(s), pa, pa + (s->memsz - 1), owner->owner,
			      owner->start, mem_range_last(owner));
	return 0;
}

/* What may go anywhere stays where it was linked if that can be. */
static bool all_free(const struct elf_image *image, const struct load_range *file,
		     const struct memmap *map)
{
	for (unsigned i = 0; i < image->segment_count; i++)
		if (check_segment(&image->segment[i], image->segment[i].paddr, file, map, NULL))
			return false;
	return true;
}

/*
 * Would copying segment @i to its place destroy bytes of the file that a segment in @waiting still
 * needs? Its own bytes don't count, memmove() sees to them; neither does the zeroing, which comes
 * after all copies.
 */
static bool destroys(const struct elf_image *image, const struct placement *placement, paddr_t file,
		     unsigned i, uint32_t waiting, unsigned *victim)
{
	const struct elf_segment *s = &image->segment[i];
	const struct load_range dst = { place_pa(placement, s), s->filesz };

	for (unsigned j = 0; j < image->segment_count; j++) {
		const struct elf_segment *t = &image->segment[j];

		if (j == i || !(waiting >> j & 1) || s->filesz == 0 || t->filesz == 0 ||
		    !overlap(&dst, file + t->offset, t->filesz))
			continue;
		*victim = j;
		return true;
	}
	return false;
}

static int find_order(const struct source *source, const struct elf_image *image,
		      struct placement *placement, struct why *why)
{
	paddr_t file = (uintptr_t)source->mem;
	uint32_t waiting = (uint32_t)((UINT64_C(1) << image->segment_count) - 1);
	unsigned done = 0, i, victim = 0;

	while (waiting) {
		for (i = 0; i < image->segment_count; i++)
			if ((waiting >> i & 1) &&
			    !(source->mem && destroys(image, placement, file, i, waiting, &victim)))
				break;
		if (i == image->segment_count) {
			const struct elf_segment *t = &image->segment[victim];

			return refuse(why, -EBUSY,
				      "%s lies at 0x%" PRIx64
				      ", where its own segments go: no order of "
				      "copying saves segment %u (%s, file bytes 0x%" PRIx64
				      "..0x%" PRIx64 "); load the file elsewhere",
				      source->name, file, t->phdr, elf_segment_kind(t),
				      file + t->offset, file + t->offset + (t->filesz - 1));
		}
		placement->order[done++] = (uint8_t)i;
		waiting &= ~(1u << i);
	}
	return 0;
}

int place_plan(const struct source *source, const struct elf_image *image, enum elf_mode mode,
	       const struct memmap *map, struct placement *placement, struct why *why)
{
	const struct load_range file = file_range(source, image);
	int err = 0;

	memset(placement, 0, sizeof(*placement));
	if (elf_is_pie(image) && elf_is_low(image)
		    ? !all_free(image, &file, map)
		    : mode == ELF_MAPPED && image->linked_at_va && !any_dram(image, map))
		err = displace(image, &file, map, placement, why);
	for (unsigned i = 0; !err && i < image->segment_count; i++) {
		const struct elf_segment *s = &image->segment[i];

		err = check_segment(s, place_pa(placement, s), &file, map, why);
	}
	return err ? err : find_order(source, image, placement, why);
}

int elf_load(struct source *source, const struct elf_image *image,
	     const struct placement *placement, struct load_range *written, unsigned *count,
	     struct why *why)
{
	*count = image->segment_count;
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct elf_segment *s = &image->segment[i];

		written[i] = (struct load_range){ place_pa(placement, s), s->memsz };
	}
	for (unsigned n = 0; n < image->segment_count; n++) {
		const struct elf_segment *s = &image->segment[placement->order[n]];
		int err = 0;

		/* without bytes in the file p_offset may say anything, and was not checked */
		if (s->filesz)
			err = source_read(source, s->offset,
					  (void *)(uintptr_t)place_pa(placement, s), s->filesz,
					  why);
		if (err)
			return err;
	}
	/* Zeroing comes last: it may cover file bytes that were still to be copied. */
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct elf_segment *s = &image->segment[i];

		mem_fill((uint8_t *)(uintptr_t)place_pa(placement, s) + s->filesz, 0,
			 s->memsz - s->filesz);
	}
	return 0;
}
