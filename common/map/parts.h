/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* The steps of map_plan(), one a file; not for others. */

#include "common/map/plan.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/*
 * Ranges are half-open and of physical addresses or of offsets into the half that a map translates
 * (va - base): both end at 2^52 at most, so that an end never wraps.
 */
struct map_range {
	uint64_t start, end;
};

#define MAP_RANGES_MAX 192
#define MAP_PARTS_MAX  (2 * ELF_SEGMENTS_MAX + 2)

/**
 * struct map_part - memory that is not plain data in the linear map: image, vectors, switch page
 * @offset: of its own address in the half
 * @kind:   its rights there
 * @alias:  rights of its alias at VIRT_START + PA; equals @kind where @linear
 * @low:    rights in TTBR0's identity map
 * @linear: @offset is that of VIRT_START + PA
 * @loft:   a page of Loft's, not of the image
 */
struct map_part {
	uint64_t offset, size;
	paddr_t pa;
	enum pt_kind kind, alias, low;
	bool linear, loft;
	const char *name, *alias_name;
};

/** struct map_work - what the steps hand on */
struct map_work {
	const struct map_request *request;
	struct map_plan *plan;
	struct why *why;
	uint64_t flags;
	struct pt_format format;
	vaddr_t base;    /* of the half: 0 or all ones above va_bits */
	uint64_t limit;  /* bytes in it */
	uint64_t linear; /* offset = PA + linear, modulo 2^64 */

	struct map_part image[MAP_PARTS_MAX]; /* by offset */
	unsigned image_count;
	struct map_part part[MAP_PARTS_MAX]; /* all of them, by PA, not overlapping */
	unsigned part_count;
	struct map_range dram[MEMMAP_BANKS_MAX + MEMMAP_OWNED_MAX]; /* mapped as DRAM, by PA */
	unsigned dram_count;
	struct map_range device[MAP_RANGES_MAX]; /* by PA */
	unsigned device_count;
};

/** map_fits() - has the half room for [pa, pa + size) at VIRT_START + PA? */
static inline bool map_fits(const struct map_work *work, paddr_t pa, uint64_t size)
{
	uint64_t offset = pa + work->linear;

	return offset < work->limit && size <= work->limit - offset;
}

/** map_image() - segments to image parts, then all parts in the order of PA */
int __must_check map_image(struct map_work *work);

/** map_dram() - banks less no-map, in whole granules */
int __must_check map_dram(struct map_work *work);

/**
 * map_devices() - register windows and the console, in whole granules, less DRAM and less the image
 */
int __must_check map_devices(struct map_work *work);

/** map_console_check() - may the console's granule be mapped as a device? Not where it is DRAM */
int __must_check map_console_check(const struct map_work *work);

/**
 * map_subtract() - a less b; both sorted and without overlaps
 * @out: at most max ranges; not a or b
 *
 * Return: their number, also where it exceeds max
 */
unsigned map_subtract(const struct map_range *a, unsigned a_count, const struct map_range *b,
		      unsigned b_count, struct map_range *out, unsigned max);
