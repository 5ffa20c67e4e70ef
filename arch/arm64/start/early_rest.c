// SPDX-License-Identifier: BSD-2-Clause
/* The rest of the first map: with the MMU on, before relocation, so no pointer in static data. */
#include "arch/arm64/start/early_map.h"

#include "arch/arm64/mmu/mmu.h"
#include "arch/barrier.h"
#include "arch/cpu.h"
#include "arch/layout.h"
#include "arch/mem.h"

static void map(struct early_mmu *early, paddr_t start, paddr_t end, enum pt_kind kind)
{
	struct pt_region r;

	early_identity(&r, start, end, kind);
	if (start < end && mmu_extend(&early->pt, &r))
		cpu_halt(); /* the board's numbers don't fit together */
}

void early_map_rest(struct early_mmu *early, paddr_t image, const struct start *start)
{
	unsigned used = early->arena.capacity;

	mem_fill((char *)early->arena.mem + used * 4 * KIB, 0, (EARLY_TABLES - used) * 4 * KIB);
	dsb(ishst); /* a table is zero for the walker, too, before mmu_extend() links it */
	early->arena.capacity = EARLY_TABLES;

	if (start_in_flash(start, image))
		return;
	if (IS_ENABLED(CONFIG_COLD)) {
		map(early, (paddr_t)__cold_start, (paddr_t)__cold_text_end, PT_CODE);
		map(early, (paddr_t)__cold_text_end, (paddr_t)__cold_end, PT_DATA);
	}
	map(early, EARLY_DATA_END, (paddr_t)__scratch_start, PT_DATA);
}
