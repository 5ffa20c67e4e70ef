/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/map: address spaces as regions: Loft's own, and the one that a kernel gets.
 * In:    memory map, windows, segments, what the note asks
 * Out:   regions for arch/arm64/pgtable; what they come to, in words
 * Uses:  image, fdt, mem
 */
#pragma once

#include "arch/arm64/pgtable/pgtable.h"
#include "common/fdt/fdt.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * struct map_loft - Loft's own identity map, as regions
 * @region, @room: from map_loft_take(), which is given as much as map_loft_need()
 * @win, @win_room: while it is made
 * @va_bits: the smallest size that covers them
 * @cold: what no boot needs is not at home, and not mapped (common/start/cold.c)
 */
struct map_loft {
	struct pt_region *region;
	struct window *win;
	unsigned room, win_room;
	unsigned count;
	unsigned va_bits;
	bool cold;
};

/** map_loft_need() - bytes for a plan with so many windows, whatever is claimed until then */
uint64_t map_loft_need(unsigned windows, const struct memmap *mem);

/** map_loft_take() - an arena's memory for a plan; errors: -ENOMEM, in words */
int __must_check map_loft_take(struct map_loft *plan, const struct machine *m, struct arena *arena,
			       struct why *why);

/**
 * map_loft_plan() - everything that exists, identity-mapped with the rights that Loft needs
 * @m:    the machine: banks, no-map reservations, device windows
 * @home: where Loft's image lies, 4 KiB aligned
 * @plan: with room; filled, sorted by address
 *
 * DRAM is data and never executable, less what must not be mapped; the image has the rights of its
 * parts, and no page under its stacks; device windows are Device, rounded out to pages, never over
 * DRAM. Page 0 is left out.
 *
 * Errors: -ENOSPC  more regions than fit
 */
int __must_check map_loft_plan(const struct machine *m, paddr_t home, struct map_loft *plan,
			       struct why *why);

/**
 * map_build() - tables for a list of regions
 * @arena: zeroed, with room for pt_tables_needed()
 * @pt:    the tree
 *
 * Errors: as pt_init() and pt_map(); the sentence names the region
 */
int __must_check map_build(struct pt *pt, struct pt_arena *arena, enum pt_regime regime,
			   uint32_t granule, unsigned va_bits, bool upper,
			   const struct pt_region *region, unsigned count, struct why *why);
