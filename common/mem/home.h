/* SPDX-License-Identifier: BSD-2-Clause */
/* Where Loft lives, and what it knows of itself. */
#pragma once

#include "arch/arm64/mmu/mmu.h"
#include "lib/base/types.h"

enum { EARLY_TICKS_MMU_ON, EARLY_TICKS_TREE, EARLY_TICKS_MAP, EARLY_TICKS };

/**
 * struct loft - what Loft knows of itself once it is at home
 * @at_home:  the image has reached the top of DRAM; false while it runs where it was started
 * @entry_el: the EL that it was entered at; it runs at cpu_el(), which after an entry at EL3 is a
 *         lower one
 * @started:  where the image lay when it was entered
 * @cold:    [__cold_start, __cold_end) is still in flash only, at @started or where the monitor
 *         knows (cpu_left_cold()), and not mapped
 * @ticks: the counter at each step before loft_main(), for bootstage
 * @arena, @map: and the tables of it
 */
struct loft {
	bool at_home;
	bool cold;
	unsigned entry_el;
	paddr_t started;
	uint64_t ticks[EARLY_TICKS];
	struct pt_arena arena;
	struct pt map;
};

extern struct loft loft;

/** loft_offset() - of something in the image, from where the image begins */
uint64_t loft_offset(const void *symbol);

/** loft_file_size() - bytes of the file that this image came from */
uint64_t loft_file_size(void);

/** loft_is_header() - is this the 64-byte arm64 Image header of this very image? */
bool loft_is_header(const void *header);

/**
 * loft_map_uncached() - memory that a device reads, and that nothing maps yet, into Loft's own map
 * @start, @size: whole pages
 *
 * Errors: as mmu_extend()
 */
int __must_check loft_map_uncached(paddr_t start, uint64_t size);
