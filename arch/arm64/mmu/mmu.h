/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "arch/arm64/pgtable/pgtable.h"
#include "arch/start.h"
#include "lib/base/types.h"

/** mmu_apply(), mmu_switch() - apply.S has their contracts */
void mmu_apply(const struct mmu_regs *regs, uint64_t entry, uint64_t arg0, uint64_t arg1,
	       uint64_t arg2, uint64_t sp_el0, uint64_t sp_elx);
void __attribute__((noreturn))
mmu_switch(const struct mmu_regs *regs, uint64_t entry, uint64_t arg0, uint64_t arg1, uint64_t arg2,
	   uint64_t sp_el0, uint64_t sp_elx, uint64_t apply);

/** mmu_off_call() - call a function with the MMU and the D-cache off (apply.S) */
uint64_t mmu_off_call(uint64_t function, uint64_t arg0, uint64_t arg1, const struct mmu_regs *regs);

/** vectors - Loft's own exception vectors (vectors.S) */
extern const char vectors[];

/**
 * mmu_regime() - the regime of the EL that Loft runs at
 */
enum pt_regime mmu_regime(void);

/**
 * mmu_regs_for() - the registers that put a map of Loft's own into force
 * @pt:      an identity map
 * @vbar:    physical address of the vectors
 * @regs:    filled
 *
 * Errors: as pt_mmu_regs()
 */
int __must_check mmu_regs_for(const struct pt *pt, paddr_t vbar, struct mmu_regs *regs);

/**
 * mmu_extend() - map more in the live map
 * @pt: the tree that TTBR0 holds
 *
 * From invalid to valid only, so no break-before-make: the barriers here order the descriptors
 * before the first use. Errors: as pt_map()
 */
int __must_check mmu_extend(struct pt *pt, const struct pt_region *region);

/**
 * struct early - Loft's state from reset until it reaches its home, in the scratch (arch/layout.h)
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
