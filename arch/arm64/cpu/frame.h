/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assembly only: the part of struct fault_frame that both ways back from a kernel fill (early
 * vectors, EL2 stub).
 */
#pragma once

#include "arch/arm64/cpu/sysreg_vmsa.h"
#include "arch/layout.h"

/*
 * save_frame base, tmp0, tmp1, el - x4-x30 and the syndrome of EL \el into the frame at \base
 * Requires: \base, \tmp0 and \tmp1 are among x0-x3, which the caller has stored itself
 */
.macro save_frame base, tmp0, tmp1, el
	stp	x4, x5, [\base, #FRAME_X + 32]
	stp	x6, x7, [\base, #FRAME_X + 48]
	stp	x8, x9, [\base, #FRAME_X + 64]
	stp	x10, x11, [\base, #FRAME_X + 80]
	stp	x12, x13, [\base, #FRAME_X + 96]
	stp	x14, x15, [\base, #FRAME_X + 112]
	stp	x16, x17, [\base, #FRAME_X + 128]
	stp	x18, x19, [\base, #FRAME_X + 144]
	stp	x20, x21, [\base, #FRAME_X + 160]
	stp	x22, x23, [\base, #FRAME_X + 176]
	stp	x24, x25, [\base, #FRAME_X + 192]
	stp	x26, x27, [\base, #FRAME_X + 208]
	stp	x28, x29, [\base, #FRAME_X + 224]
	str	x30, [\base, #FRAME_X + 240]
	mrs	\tmp0, elr_el\el
	mrs	\tmp1, spsr_el\el
	stp	\tmp0, \tmp1, [\base, #FRAME_ELR]
	mrs	\tmp0, esr_el\el
	mrs	\tmp1, far_el\el
	stp	\tmp0, \tmp1, [\base, #FRAME_ESR]
.endm

/*
 * vector_pattern scratch - the start of each of a resident page's 16 vectors
 *
 * They differ in their number and in the way to the common code, and are mostly empty: the image
 * carries one, and common/handoff/handoff.c makes a page of it (VECTORS_SIZE in arch/layout.h).
 */
.macro vector_pattern scratch
	msr	\scratch, x0
	movz	x0, #0				/* the vector, 0 to 15 */
.endm

/*
 * The words that arch/arm64/handoff.c writes at the end of a resident page: struct reentry. Read
 * PC-relative, because no register is free when they are needed.
 */
.macro reentry_slots
.Lslot_frame:	.quad 0			/* struct fault_frame, or the first of several */
.Lslot_regs:	.quad 0			/* struct mmu_regs of Loft's map at this EL */
.Lslot_entry:	.quad 0			/* kernel_fault_gate */
.Lslot_sp_el0:	.quad 0
.Lslot_sp_elx:	.quad 0
.Lslot_apply:	.quad 0			/* mmu_apply() */
.Lslot_page:	.quad 0			/* this page */
.Lslot_ttbr0:	.quad 0			/* identity map of this page (early vectors) */
.Lslot_tcr:	.quad 0			/* TCR_EL1 for it */
.Lslot_hcr:	.quad 0			/* Loft's HCR_EL2, where a report is EL2's; else 0 */
.Lslot_smccc:	.quad 0			/* EL2 stub: functions called by HVC go on by SMC */
.Lslot_packed:	.quad 0			/* which bits of frame_address's word count */
.endm

/*
 * frame_address base, vector - this CPU's own frame: several CPUs may fault at once, and in a new
 * kernel they do so for one and the same reason
 * In:       \vector = 0 to 15
 * Out:      \base; \vector as it was
 *
 * For want of a third register \vector carries the CPU's number as well: frame_number() of
 * arch/arm64/handoff/handoff.h.
 */
.macro frame_address base, vector
	mrs	\base, mpidr_el1
	eor	\base, \base, \base, lsr #8
	eor	\base, \base, \base, lsr #4
	bfi	\vector, \base, #(FRAME_STRIDE_SHIFT + 4), #FAULT_FRAMES_BITS
	ldr	\base, .Lslot_packed
	and	\vector, \vector, \base
	ldr	\base, .Lslot_frame
	add	\base, \base, \vector, lsr #4
	and	\vector, \vector, #0xf
.endm

/*
 * reenter_loft - with the MMU off and the frame at x1 saved: back into the resident Loft's
 * kernel_fault(frame)
 */
.macro reenter_loft
	/* the frame is in memory before lines over it are dropped */
	dsb	sy
	mov	x2, x1
	ldr	x0, .Lslot_regs
	ldr	x1, .Lslot_entry
	ldr	x5, .Lslot_sp_el0
	ldr	x6, .Lslot_sp_elx
	ldr	x7, .Lslot_apply
	br	x7
.endm

/*
 * save_own_el2_fault - a kernel's own fault at EL2: x0 = vector 0 to 7, the kernel's x0 in
 * TPIDR_EL2; the report
 *
 * Nothing of the kernel's can be trusted, its SP least, and its MMU may be on, with this page in
 * its identity map. EL1's registers hold what EL2's code can spare none for; the kernel is not
 * returned to.
 *
 *   Register   Meaning
 *   x1         scratch
 *   x2, x3     the kernel's TCR_EL2 (0: its MMU is off) and TTBR0_EL2
 */
.macro save_own_el2_fault
	msr	tpidrro_el0, x1
	msr	tpidr_el1, x2
	mov	x1, sp
	tbnz	x0, #2, .Lown_sp		/* vectors 4 to 7: it ran on SP_EL2 */
	mrs	x1, sp_el0
.Lown_sp:
	msr	sp_el0, x3
	msr	sp_el1, x1
	mrs	x3, ttbr0_el2
	mrs	x2, tcr_el2
	mrs	x1, sctlr_el2
	tbnz	x1, #0, .Lown_mapped		/* SCTLR_EL2.M */
	mov	x2, xzr
.Lown_mapped:
	mov_imm	x1, SCTLR_EL2_MMU_OFF
	msr	sctlr_el2, x1
	/* MMU off before the frame is stored to its physical address */
	isb
	ldr	x1, .Lslot_hcr
	dsb	nsh				/* AmpereOne AC03_CPU_36, as in start.S */
	msr	hcr_el2, x1
	isb					/* E2H as Loft's registers want it */
	frame_address x1, x0
	stp	x3, x2, [x1, #FRAME_TTBR0]
	str	xzr, [x1, #FRAME_TTBR1]
	str	x0, [x1, #FRAME_VECTOR]
	mrs	x0, tpidr_el2
	mrs	x2, tpidrro_el0
	stp	x0, x2, [x1, #FRAME_X]
	mrs	x0, tpidr_el1
	mrs	x2, sp_el0
	stp	x0, x2, [x1, #FRAME_X + 16]
	mrs	x0, sp_el1
	str	x0, [x1, #FRAME_SP]
	save_frame x1, x0, x2, 2
	reenter_loft
.endm

/*
 * save_el2_fault - at EL2, below Loft's kernel: x0 = vector, the kernel's x0 in TPIDR_EL2, nothing
 * else changed; the report
 */
.macro save_el2_fault
	mov	sp, x1
	frame_address x1, x0
	stp	x2, x3, [x1, #FRAME_X + 16]
	str	x0, [x1, #FRAME_VECTOR]
	mrs	x0, tpidr_el2
	mov	x2, sp
	stp	x0, x2, [x1, #FRAME_X]
	mrs	x0, sp_el1
	str	x0, [x1, #FRAME_SP]
	stp	xzr, xzr, [x1, #FRAME_TTBR0]	/* no walk: the EL2 MMU is off */
	str	xzr, [x1, #FRAME_TTBR1]
	save_frame x1, x0, x2, 2
	reenter_loft
.endm
