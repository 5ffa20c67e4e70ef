/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room arch/arm64/start: from the first instruction to C: every EL, MMU off.
 * In:    x0, and registers as reset or a loader left them
 * Out:   one CPU with a stack, the first map on, in early_main()
 * Uses:  mmu, pgtable, cpu
 */
#pragma once

#include "arch/arm64/pgtable/pgtable.h"
#include "arch/sections.h"
#include "arch/start.h"
#include "lib/base/types.h"

/**
 * struct early_mmu - the first map, from reset until Loft reaches its home, in the scratch
 * (arch/layout.h)
 */
struct early_mmu {
	struct mmu_regs regs;
	struct pt_arena arena;
	struct pt pt;
};

#define EARLY_BLOCK (2 * MIB)
/* What of an image in DRAM holds anything: the rest is written at home, or never. */
#define EARLY_DATA_END ALIGN_UP((paddr_t)__data_end, 4 * KIB)

/* Field by field: a struct that is copied may become a call of memcpy(). */
static inline void early_identity(struct pt_region *r, paddr_t start, paddr_t end,
				  enum pt_kind kind)
{
	r->va = start;
	r->pa = start;
	r->size = end - start;
	r->kind = kind;
	r->name = NULL;
}

/**
 * early_map() - the first map: what runs of the image, its scratch, the console
 * @scratch: SCRATCH_SIZE bytes (arch/layout.h)
 * @image:   where the image lies
 * @start:   the board's numbers
 *
 * Runs with the MMU off, where each instruction is slow, and so maps no more than has to be there
 * when it goes on: in flash the image, read-only and executable in one block; in DRAM its text that
 * is not cold, and its data; and the console, so that a fault from here on is told.
 *
 * Return: the registers to apply, in the scratch; never fails on a board whose numbers are right,
 * and stops otherwise
 */
const struct mmu_regs *early_map(paddr_t scratch, paddr_t image, const struct start *start);

/**
 * early_map_rest() - what can wait until the MMU is on: the cold part and .bss
 * @early: from early_map(), now in force; gets all of the early tables
 *
 * Before relocations are applied, which in DRAM are in place: so cold constants are writable there.
 * Halts as early_map() does.
 */
void early_map_rest(struct early_mmu *early, paddr_t image, const struct start *start);
