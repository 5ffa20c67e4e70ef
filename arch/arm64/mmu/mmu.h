/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room arch/arm64/mmu: translation registers put into force: MMU off, write, on.
 * In:    tables, where to go on
 * Out:   Loft's own map
 * Uses:  pgtable, cpu
 */
#pragma once

#include "arch/arm64/pgtable/pgtable.h"
#include "lib/base/types.h"

/** mmu_apply(), mmu_switch() - apply.S has their contracts */
void mmu_apply(const struct mmu_regs *regs, uint64_t entry, uint64_t arg0, uint64_t arg1,
	       uint64_t arg2, uint64_t sp_el0, uint64_t sp_elx);
void __attribute__((noreturn))
mmu_switch(const struct mmu_regs *regs, uint64_t entry, uint64_t arg0, uint64_t arg1, uint64_t arg2,
	   uint64_t sp_el0, uint64_t sp_elx, uint64_t apply);

/** mmu_off_call() - call a function with the MMU and the D-cache off (apply.S) */
uint64_t mmu_off_call(uint64_t function, uint64_t arg0, uint64_t arg1, const struct mmu_regs *regs);

/**
 * loft_regs - Loft's own translation regime (common/mem/home.c); clean to the PoC, because it is
 * put into force with the MMU off
 */
extern struct mmu_regs loft_regs;

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
 * mmu_withdraw() - map something no more in the live map
 * @region: as it was given to mmu_extend()
 *
 * The first half of break-before-make: on return no TLB entry of this CPU's leads there. Errors: as
 * pt_unmap()
 */
int __must_check mmu_withdraw(struct pt *pt, const struct pt_region *region);
