/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel in AArch32 at EL1. Only an exception return from a higher level gets there: EL2's, or
 * where there is none that of the monitor at EL3.
 *
 * Above it EL2 stays AArch64, and so PSCI brings another CPU up there, or back: the stub that stays
 * at EL2 (arch/arm64/handoff/hypstub32.S) takes the kernel's SMCs, and sends each CPU through Loft.
 */
#pragma once

#include "arch/arm64/cpu/aarch32.h"
#include "arch/arm64/handoff/handoff.h"
#include "common/handoff/state.h"

/**
 * boot_aarch32_check() - can AArch32 at EL1 be entered from here?
 *
 * Errors: -ENOTSUP the CPU has none, or Loft runs at EL1 without a monitor of its own
 */
int __must_check boot_aarch32_check(struct why *why);

/**
 * boot_aarch32() - what stays above the kernel, and its entry
 * @entry: physical, below 4 GiB
 *
 * Errors: as memmap_alloc()
 */
int __must_check boot_aarch32(struct boot *boot, paddr_t entry, struct why *why);

/** boot_aarch32_registers() - r0 to r2, once the device tree has its place */
void boot_aarch32_registers(struct boot *boot);

/**
 * boot_aarch32_below() - last thing before boot_go(): where Loft runs at EL1, by way of the monitor
 *
 * What boot_report() shows is the kernel's before it.
 */
void boot_aarch32_below(struct boot *boot);

/** is_aarch32() - does this hand-off end in AArch32? */
static inline bool is_aarch32(const struct handoff *h)
{
	return IS_ENABLED(CONFIG_AARCH32) && h->spsr & SPSR_AARCH32;
}

/**
 * aarch32_secondary() - the boot CPU's hand-off becomes that of another CPU, or of one that wakes
 * @context: entry point and context_id of PSCI, as the stub packed them
 */
void aarch32_secondary(struct handoff *h, uint64_t context);
