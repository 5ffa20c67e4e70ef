/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room arch/arm64/handoff: the last instructions before a kernel, and the pages that stay under it.
 * In:    struct handoff: every register
 * Out:   the ERET; stub, early vectors, other CPUs' entry
 * Uses:  pgtable, cpu
 */
#pragma once

#include <assert.h>
#include <stddef.h>

#include "arch/arm64/pgtable/pgtable.h"
#include "arch/exception.h"
#include "arch/layout.h"
#include "lib/base/types.h"

/**
 * struct handoff - the machine at the kernel's first instruction; C computes, handoff_enter()
 * applies
 *
 * @mair, @ttbr1, @vbar, @sctlr: EL1's, as the kernel finds them
 * @tcr_switch, @ttbr0_switch:   while the switch runs at EL1: with the identity map of the page
 * @page:      physical address of the switch code in the handoff page; 0: entered with the MMU off
 * @page_high: where that code goes on in the kernel's map
 * @ttbr0, @tcr: at the first instruction
 * @entry, @spsr, @sp: for the eret; the EL in @spsr is at most the present one
 * @vbar_el2:  the stub, physical
 * @sctlr_el2: with the MMU off: below a kernel at EL1, while the switch to E2H runs, or of a
 *   kernel that is entered unmapped at EL2
 * @hcr:       0, or for a kernel at EL2 with VHE its HCR_EL2: the fields above then are EL2's, in
 *   their layouts with E2H,
 * @cptr, @cnthctl: and these, which E2H gives another layout too
 * @x:         x0-x7
 */
struct handoff {
	uint64_t mair, tcr_switch;
	uint64_t ttbr0_switch, ttbr1;
	uint64_t vbar, sctlr;
	uint64_t page, page_high;
	uint64_t ttbr0, tcr;
	uint64_t entry, spsr;
	uint64_t sp, vbar_el2;
	uint64_t sctlr_el2, hcr;
	uint64_t cptr, cnthctl;
	uint64_t x[8];
};

static_assert(offsetof(struct handoff, mair) == HANDOFF_MAIR, "handoff.S loads it");
static_assert(offsetof(struct handoff, ttbr0_switch) == HANDOFF_TTBR0_SWITCH, "handoff.S loads it");
static_assert(offsetof(struct handoff, vbar) == HANDOFF_VBAR, "handoff.S loads it");
static_assert(offsetof(struct handoff, page) == HANDOFF_PAGE, "handoff.S loads it");
static_assert(offsetof(struct handoff, ttbr0) == HANDOFF_TTBR0, "handoff.S loads it");
static_assert(offsetof(struct handoff, entry) == HANDOFF_ENTRY, "handoff.S loads it");
static_assert(offsetof(struct handoff, sp) == HANDOFF_SP, "handoff.S loads it");
static_assert(offsetof(struct handoff, sctlr_el2) == HANDOFF_SCTLR_EL2, "handoff.S loads it");
static_assert(offsetof(struct handoff, cptr) == HANDOFF_CPTR, "handoff.S loads it");
static_assert(offsetof(struct handoff, x) == HANDOFF_X, "handoff.S loads it");

/** kernel_fault_gate() - kernel_fault(frame) for the first CPU, silence for any other */
void __attribute__((noreturn)) kernel_fault_gate(struct fault_frame *frame);

/** handoff_enter() - leave Loft; what it requires stands beside its code */
void __attribute__((noreturn)) handoff_enter(const struct handoff *);

/**
 * struct reentry - the words at the end of a resident page that lead back into Loft
 *
 * Addresses are physical: they are used with the MMU off.
 */
struct reentry {
	uint64_t frame; /* struct fault_frame to fill, or the first of several */
	uint64_t regs;  /* struct mmu_regs of Loft's map at that EL */
	uint64_t entry; /* void entry(struct fault_frame *) */
	uint64_t sp_el0, sp_elx;
	uint64_t apply;  /* mmu_apply() */
	uint64_t page;   /* the page itself */
	uint64_t ttbr0;  /* early vectors only: the identity map of the page, */
	uint64_t tcr;    /* and TCR_EL1 for it */
	uint64_t hcr;    /* Loft's HCR_EL2 for a report at EL2; else 0 */
	uint64_t smccc;  /* EL2 stub: not 0 where a function that is called by HVC goes on by SMC */
	uint64_t packed; /* REENTRY_ONE_FRAME, or REENTRY_FRAMES (frame_address in frame.h) */
};

#define REENTRY_ONE_FRAME 0xf
#define REENTRY_FRAMES(n) (0xf | ((n)-1) << (FRAME_STRIDE_SHIFT + 4))

/**
 * frame_number() - whose frame a CPU uses, modulo how many there are (frame_address in frame.h)
 *
 * Below 16 in each of two neighbouring affinity fields, or below 256 in Aff0, no two CPUs have the
 * same of FAULT_FRAMES: threads (MPIDR_EL1.MT) or not.
 */
static inline unsigned frame_number(uint64_t mpidr)
{
	mpidr ^= mpidr >> 8;
	mpidr ^= mpidr >> 4;
	return mpidr % FAULT_FRAMES;
}

/* The pages as they stand in Loft's text: 2 KiB aligned, position-independent, at most 4 KiB. */
extern const uint32_t handoff_vector[], hypstub_vector[];
extern const char handoff_code[], handoff_early[], handoff_page_switch[], handoff_page_high[],
	handoff_page_slots[], handoff_page_end[];
extern const char hypstub_code[], hypstub_slots[], hypstub_end[];
