/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the segments of an ELF file go, and putting them there. The plan is pure and writes
 * nothing; what it accepts, elf_load() carries out.
 */
#pragma once

#include "common/image/elf.h"
#include "common/source/load.h"
#include "common/mem/memmap.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

#define PLACE_ALIGN (2 * MIB) /* of an image whose place Loft chooses */

/**
 * struct placement - a plan that elf_load() can carry out
 * @displacement: added to every p_paddr, modulo 2^64; 0 unless @displaced
 * @displaced:    Loft chose the place: /chosen gets loft,kernel-phys
 * @order:        indexes into elf_image.segment in the order of copying: for a file in memory, no
 *                copy overwrites bytes of the file that a later one reads
 */
struct placement {
	uint64_t displacement;
	bool displaced;
	uint8_t order[ELF_SEGMENTS_MAX];
};

/** struct load_range - physical bytes that a load wrote: what cache cleaning and claims need */
struct load_range {
	paddr_t start;
	uint64_t size;
};

/** place_pa() - where a segment goes */
static inline paddr_t place_pa(const struct placement *placement, const struct elf_segment *segment)
{
	return segment->paddr + placement->displacement;
}

/**
 * place_plan() - find out where every segment goes and whether it may
 * @source: the file; where it lies in memory, its bytes count
 * @image:  from elf_read()
 * @mode:   from elf_entry(); ELF_UNMAPPED for a file that is only loaded
 * @map:    who owns what
 *
 * Every segment must lie in DRAM that nobody owns. The one owned range that may be written over is
 * the MEM_LOADED one that holds the file itself, as far as an order of copying exists that reads
 * every byte before it is overwritten; other MEM_LOADED ranges (a ramdisk, an earlier load) are
 * taken.
 * A mapped kernel linked without AT() (p_paddr = p_vaddr, none of it DRAM) goes to the lowest
 * PLACE_ALIGN-aligned free DRAM, off the file's bytes, with its distances (and p_paddr modulo
 * PLACE_ALIGN) kept. So does a static PIE that is linked in the lower half, in every mode, unless
 * the place it was linked at is free.
 *
 * Errors: -ENXIO  a segment is not (wholly) DRAM, or over page 0, which is not mapped
 *         -EEXIST a segment would lie over something owned: both are named
 *         -EBUSY  the file lies where its own segments go and no order of copying saves it
 *         -ENOMEM no free place for a kernel linked without AT()
 */
int __must_check place_plan(const struct source *source, const struct elf_image *image,
			    enum elf_mode mode, const struct memmap *map,
			    struct placement *placement, struct why *why);

/**
 * elf_load() - copy the segments to their places and zero what the file does not supply
 * @written: ELF_SEGMENTS_MAX; one range a segment, in the file's order
 * @count:   of @written
 *
 * Reads straight to the destination. A file in memory may be gone afterwards, symbols included:
 * take what is wanted of it before. Physical addresses must be accessible as they are (identity
 * map). Where the source fails, @written lists all that may have been written.
 *
 * Errors: -E... from the source
 */
int __must_check elf_load(struct source *source, const struct elf_image *image,
			  const struct placement *placement, struct load_range *written,
			  unsigned *count, struct why *why);

/**
 * place_owner() - the first owned range that has a byte of [start, start + size)
 * @ignore: bytes of the file: the MEM_LOADED range that holds its start does not count; may be NULL
 *
 * Return: NULL where there is none
 */
const struct mem_range *place_owner(const struct memmap *map, const struct load_range *ignore,
				    paddr_t start, uint64_t size);

/**
 * place_find() - the lowest free PLACE_ALIGN-aligned address + @offset with room for @size bytes
 * @map:    who owns what
 * @file:   bytes of the file, if it lies in memory; may be NULL
 * @over:   the result may overlap @file and the MEM_LOADED range that holds it (one memmove()
 *          copies it then); else it keeps off them
 * @size:   bytes, from @offset
 * @offset: from the aligned base; may exceed PLACE_ALIGN
 * @out:    base + @offset
 *
 * Errors: -ENOMEM no such place
 */
int __must_check place_find(const struct memmap *map, const struct load_range *file, bool over,
			    uint64_t size, uint64_t offset, paddr_t *out, struct why *why);
