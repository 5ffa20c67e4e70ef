// SPDX-License-Identifier: BSD-2-Clause
/* The first map.  Runs with the MMU off: no library calls, no wide accesses. */
#include "arch/arm64/start/early_map.h"

#include "arch/arm64/mmu/mmu.h"
#include "arch/barrier.h"
#include "arch/cache.h"
#include "arch/cpu.h"
#include "arch/exception.h"
#include "arch/layout.h"

#define EARLY_REGIONS 5
#define ZERO_BYTES    1024 /* a round: as far as the offsets of STP reach from its middle */

static_assert(sizeof(struct early_mmu) <= EARLY_STATE_MMU_OFF, "start.S invalidates that much");

/*
 * Tables arrive zeroed at the builder.  Plain stores: DC ZVA faults on Device memory, which all
 * memory is now.
 */
static void zero_tables(uint64_t *mem, unsigned tables)
{
	for (uint64_t *end = mem + tables * (4 * KIB / sizeof(*mem)); mem < end;
	     mem += ZERO_BYTES / sizeof(*mem)) {
		asm volatile(".set at, -512\n\t"
			     ".rept 64\n\t"
			     "stp xzr, xzr, [%0, #at]\n\t"
			     ".set at, at + 16\n\t"
			     ".endr"
			     :
			     : "r"(mem + ZERO_BYTES / 2 / sizeof(*mem))
			     : "memory");
	}
}

/* What runs until early_map_rest() has mapped the rest, what it writes, where a fault is told. */
static unsigned early_regions(paddr_t scratch, paddr_t image, const struct start *start,
			      struct pt_region *r)
{
	unsigned n = 0;

	if (start_in_flash(start, image)) {
		early_identity(&r[n++], ALIGN_DOWN(image, EARLY_BLOCK),
			       ALIGN_UP((paddr_t)__data_end, EARLY_BLOCK), PT_CODE);
		early_identity(&r[n++], ALIGN_DOWN(scratch, EARLY_BLOCK),
			       ALIGN_UP(scratch + SCRATCH_SIZE, EARLY_BLOCK), PT_DATA);
	} else {
		if (IS_ENABLED(CONFIG_COLD))
			early_identity(&r[n++], image, (paddr_t)__cold_start, PT_CODE);
		early_identity(&r[n++], IS_ENABLED(CONFIG_COLD) ? (paddr_t)__cold_end : image,
			       (paddr_t)__text_end, PT_CODE);
		early_identity(&r[n++], (paddr_t)__text_end, EARLY_DATA_END, PT_DATA);
		early_identity(&r[n++], (paddr_t)__scratch_start, (paddr_t)__scratch_end, PT_DATA);
	}
	if (start->console) /* a fault is reported from here on; else known when the tree is read */
		early_identity(&r[n++], ALIGN_DOWN(start->console, EARLY_BLOCK),
			       ALIGN_DOWN(start->console, EARLY_BLOCK) + EARLY_BLOCK, PT_DEVICE);
	return n;
}

/* What lies beyond 512 GiB costs a level. */
static unsigned early_va_bits(paddr_t image, const struct start *start)
{
	paddr_t top = image | start->dram_start | start->console;

	return top >> 39 == 0 ? 39 : 48;
}

const struct mmu_regs *early_map(paddr_t scratch, paddr_t image, const struct start *start)
{
	struct early_mmu *early = (struct early_mmu *)(scratch + EARLY_STATE_OFFSET);
	struct pt_region regions[EARLY_REGIONS];
	unsigned count = early_regions(scratch, image, start, regions);
	unsigned va_bits = early_va_bits(image, start);
	unsigned tables = pt_tables_needed(regions, count, 4 * KIB, va_bits);
	int rc;

	tables = MIN(tables, (unsigned)EARLY_TABLES);
	/*
	 * Dirty lines of an earlier stage over the tables would be written back on top of them:
	 * drop them first.
	 */
	cache_inval_poc((void *)scratch, tables * 4 * KIB);
	zero_tables((uint64_t *)scratch, tables);

	early->arena.mem = (uint64_t *)scratch;
	early->arena.pa = scratch;
	early->arena.capacity = tables;
	early->arena.used = 0;
	rc = pt_init(&early->pt, &early->arena, mmu_regime(), 4 * KIB, va_bits, false);
	/* No contiguous hints: they make three runs of one, for a map that is used for a moment. */
	early->pt.format.contiguous[0] = 0;
	for (unsigned i = 0; i < count && !rc; i++)
		rc = pt_map(&early->pt, &regions[i]);
	if (!rc)
		rc = mmu_regs_for(&early->pt, (paddr_t)vectors, &early->regs);
	if (rc)
		/*
		 * the board's numbers don't fit together; nothing can be said before there is a map
		 */
		cpu_halt();

	dsb(sy); /* descriptors in memory before lines over them are dropped, and before any walk */
	cache_inval_poc((void *)scratch,
			tables * 4 * KIB); /* clean lines that a prefetch brought in meanwhile */
	return &early->regs;
}
