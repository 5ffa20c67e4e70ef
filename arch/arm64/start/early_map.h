/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room arch/arm64/start: from the first instruction to C: every EL, MMU off.
 * In:    x0, and registers as reset or a loader left them
 * Out:   one CPU with a stack, the first map on, in early_main()
 * Uses:  mmu, pgtable, cpu
 */
#pragma once

#include "arch/arm64/pgtable/pgtable.h"
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

/**
 * early_map() - the first map: the image, its scratch, the console
 * @scratch: SCRATCH_SIZE bytes (arch/layout.h)
 * @image:   where the image lies
 * @start:   the board's numbers
 *
 * Runs with the MMU off. In flash the image is read-only and executable in one block; in DRAM its
 * text is, and the rest is writable, because relocations are applied in place.
 *
 * Return: the registers to apply, in the scratch; never fails on a board whose numbers are right,
 * and stops otherwise
 */
const struct mmu_regs *early_map(paddr_t scratch, paddr_t image, const struct start *start);
