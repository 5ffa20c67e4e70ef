/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last instructions before a kernel, and the first after one that faulted early.
 *
 * A kernel at EL2 with VHE is entered, and reported, by the same code as one at EL1: with
 * HCR_EL2.E2H the _EL1 names are EL2's registers, in EL1's layouts, and TLBI VMALLE1 (with TGE) is
 * the EL2&0 regime's. Only where E2H changes do the two differ.
 *
 * handoff_enter() runs in Loft's own text. handoff_page is copied into one granule that the
 * kernel's map holds at VIRT_START + PA: its early vectors, and the code that must stand in both
 * the old map and the new one.
 */
#include "arch/arm64/cpu/asm.h"
#include "arch/arm64/cpu/frame.h"
#include "arch/arm64/cpu/sysreg_vmsa.h"
#include "arch/layout.h"

#define SCTLR_EL12	S3_5_C1_C0_0	/* EL1's SCTLR_EL1, from EL2 with E2H */

/*
 * x8-x30 zero, as BOOT-PROTOCOL section 4 promises; x0-x7 carry the arguments. The eret
 * synchronises (SCTLR_ELx.EOS): after a DSB no ISB is needed.
 */
.macro enter_kernel
	.irp	n, 8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
	mov	x\n, xzr
	.endr
	eret
.endm

/*
 * handoff_enter - leave Loft for a kernel
 * In:       x0 = const struct handoff *
 * Out:      does not return
 * Requires: identity-mapped PC; everything written for the kernel, the page and Loft's text clean
 * to the PoC
 *
 *   Register   Meaning (struct handoff)
 *   x8-x13     MAIR, TCR while switching, TTBR0 while switching, TTBR1, VBAR, SCTLR
 *   x14, x15   handoff_page's switch code: physical address (0: entered with the MMU off), and its
 *              address in the kernel's map
 *   x16, x17   TTBR0 and TCR at the kernel's first instruction
 *   x18-x21    entry, SPSR, SP, VBAR_EL2
 *   x23        SCTLR_EL2
 *   x24-x26    HCR_EL2, CPTR_EL2, CNTHCTL_EL2 of a kernel at EL2 with VHE; x24 = 0 for any other
 */
FUNC(handoff_enter)
	msr	daifset, #0xf
	ldp	x8, x9, [x0, #HANDOFF_MAIR]
	ldp	x10, x11, [x0, #HANDOFF_TTBR0_SWITCH]
	ldp	x12, x13, [x0, #HANDOFF_VBAR]
	ldp	x14, x15, [x0, #HANDOFF_PAGE]
	ldp	x16, x17, [x0, #HANDOFF_TTBR0]
	ldp	x18, x19, [x0, #HANDOFF_ENTRY]
	ldp	x20, x21, [x0, #HANDOFF_SP]
	ldp	x23, x24, [x0, #HANDOFF_SCTLR_EL2]
	ldp	x25, x26, [x0, #HANDOFF_CPTR]
	ldp	x6, x7, [x0, #HANDOFF_X + 48]
	ldp	x4, x5, [x0, #HANDOFF_X + 32]
	ldp	x2, x3, [x0, #HANDOFF_X + 16]
	ldp	x0, x1, [x0, #HANDOFF_X]
	msr	spsel, #1
	mrs	x22, CurrentEL
	cmp	x22, #CURRENT_EL2
	b.eq	.Lhandoff_el2

	mov_imm	x22, SCTLR_EL1_MMU_OFF
	msr	sctlr_el1, x22
	isb					/* MMU off before anything of the old map goes */
.Lhandoff_same_el:
	mov	sp, x20
	msr	elr_el1, x18
	msr	spsr_el1, x19
	cbz	x14, .Lhandoff_el1_unmapped
	br	x14
.Lhandoff_el1_unmapped:
	msr	vbar_el1, x12
	tlbi	vmalle1
	ic	iallu
	/* Loft's translations and old instructions gone before the kernel's first fetch */
	dsb	nsh
	enter_kernel

	/*
	 * From EL2 the kernel's EL1 regime is out of context: write it all, the eret brings it into
	 * force.
	 */
.Lhandoff_el2:
	mov	sp, x20				/* for a kernel at EL2; the stub has no stack */
	msr	sctlr_el2, x23
	/* EL2 MMU off, as the stub expects, before its TLB entries are dropped */
	isb
	cbnz	x24, .Lhandoff_vhe
	msr	mair_el1, x8
	msr	amair_el1, xzr			/* UNKNOWN at reset */
	msr	tcr_el1, x17
	msr	ttbr0_el1, x16
	msr	ttbr1_el1, x11
	msr	vbar_el1, x12
	msr	sctlr_el1, x13
	msr	sp_el1, x20
	msr	vbar_el2, x21
	msr	elr_el2, x18
	msr	spsr_el2, x19
	tlbi	alle2
	tlbi	alle1
	ic	iallu
	/* no translation or instruction from before the hand-off survives the eret */
	dsb	nsh
	enter_kernel

	/*
	 * To E2H. What only E2H = 0 can name comes first: the entries of the EL2 regime, which E2H
	 * makes another one. No translation is in use meanwhile: the MMU is off, and TCR_EL2,
	 * TTBR0_EL2 and MAIR_EL2 get their new layout before it goes on.
	 */
.Lhandoff_vhe:
	tlbi	alle2
	tlbi	alle1
	dsb	nsh				/* TLB empty before its regime changes */
	msr	hcr_el2, x24			/* (and no access in flight across it) */
	/* E2H in force before registers are written by its layouts, and by _EL1 names */
	isb
	msr	cptr_el2, x25
	msr	cnthctl_el2, x26
	mov_imm	x22, SCTLR_EL1_MMU_OFF
	msr	SCTLR_EL12, x22			/* EL1's own, as a guest finds it */
	b	.Lhandoff_same_el
ENDFUNC(handoff_enter)

/*
 * kernel_fault_gate - what the resident pages lead back to: kernel_fault(), for the first CPU
 * In:       x0 = struct fault_frame *
 * Out:      does not return
 * Requires: Loft's map; neither SP is used, because they are the same on all CPUs
 *
 * One report, whole; CPUs that fault while it is printed say nothing, and stay here. That only one
 * gets through is all that is wanted: nothing is read that another CPU wrote before.
 */
FUNC(kernel_fault_gate)
	adr_l	x9, kernel_fault_taken
	mov	w10, #1
.Lgate_try:
	ldxr	w11, [x9]
	cbnz	w11, .Lgate_closed
	stxr	w11, w10, [x9]
	cbnz	w11, .Lgate_try
	b	kernel_fault
.Lgate_closed:
	wfe
	b	.Lgate_closed
ENDFUNC(kernel_fault_gate)

	.section .text.handoff_page, "ax", %progbits
	.balign	16
	.global	handoff_vector
handoff_vector:
	vector_pattern tpidr_el0

	.global	handoff_code
handoff_code:
	.set	handoff_page, handoff_code - VECTORS_SIZE
	b	.Learly_common

	/* Entered with the MMU off, at the physical address of the page. */
	.global	handoff_page_switch
handoff_page_switch:
	msr	mair_el1, x8
	msr	amair_el1, xzr			/* UNKNOWN at reset */
	msr	tcr_el1, x9
	msr	ttbr0_el1, x10
	msr	ttbr1_el1, x11
	msr	vbar_el1, x12
	/* registers above before the TLB is emptied for them */
	isb
	tlbi	vmalle1
	ic	iallu
	/* TLB and I-cache empty before the first walk and fetch under the new map */
	dsb	nsh
	isb
	msr	sctlr_el1, x13
	/* MMU on: from here through the identity map of this page */
	isb
	br	x15

	/* At the page's address in the kernel's map: the identity map goes. */
	.global	handoff_page_high
handoff_page_high:
	msr	tcr_el1, x17
	/* TTBR0 walks off before TTBR0 is 0: a speculative one would read what lies there */
	isb
	msr	ttbr0_el1, x16
	isb					/* TTBR0 changed before its entries are dropped */
	tlbi	vmalle1
	/* the TLB is clean at the kernel's first instruction */
	dsb	nsh
	enter_kernel

	/*
	 * VBAR_EL1 + 0x200 while the code below runs: where a kernel has taken the page's own
	 * memory away, or the tables that lead to it, nothing more can be said, but nothing spins
	 * through vectors for ever either.
	 */
	.org	handoff_code + 0x200
.Learly_nested:
	wfe
	b	.Learly_nested

/*
 * A kernel's early exception. Nothing of the kernel's can be trusted, its SP least: four system
 * registers hold x0-x3 until this code stands on its own identity map with the MMU off. The kernel
 * is not returned to.
 *
 *   Register   Meaning
 *   x0         vector
 *   x1         scratch
 *   x2, x3     the kernel's TTBR0 and TCR
 */
	.global	handoff_early
handoff_early:
.Learly_common:
	msr	sp_el0, x1
	adr	x1, handoff_page + EARLY_NESTED
	msr	vbar_el1, x1
	isb					/* from here on a fault is one of this code's own */
	msr	tpidrro_el0, x2
	msr	tpidr_el1, x3
	adr	x1, handoff_page
	ldr	x2, .Lslot_page
	cmp	x1, x2
	mrs	x2, ttbr0_el1
	mrs	x3, tcr_el1
	b.eq	.Learly_at_pa			/* an identity-mapped kernel */

	/* TTBR0's half of TCR is ours, TTBR1's stays: this page is being fetched through it. */
	orr	x1, x3, #TCR_EL1_EPD0
	msr	tcr_el1, x1
	/* no walk of ours by the kernel's geometry, or vice versa */
	isb
	ldr	x1, .Lslot_ttbr0
	msr	ttbr0_el1, x1
	isb					/* in force before the load below, too */
	ldr	x1, .Lslot_tcr
	ror	x3, x3, #16
	/* TCR_EL1[31:16]: T1SZ, A1, EPD1, IRGN1, ORGN1, SH1, TG1 */
	bfi	x1, x3, #16, #16
	ror	x3, x3, #48
	msr	tcr_el1, x1
	/* registers above before the TLB is emptied for them */
	isb
	tlbi	vmalle1
	/* no older TTBR0 entry when the low address is fetched */
	dsb	nsh
	isb
	ldr	x1, .Lslot_page
	add	x1, x1, #(.Learly_at_pa - handoff_page)
	br	x1

.Learly_at_pa:
	mrs	x1, sctlr_el1
	tbnz	x1, #0, .Learly_mapped		/* SCTLR_EL1.M */
	/* entered with the MMU off, and not yet on: no walk */
	mov	x2, xzr
	mov	x3, xzr
.Learly_mapped:
	mov_imm	x1, SCTLR_EL1_MMU_OFF
	msr	sctlr_el1, x1
	adr	x1, handoff_page + EARLY_NESTED
	msr	vbar_el1, x1
	/* MMU off before the frame is stored to its physical address, VBAR before that can fault */
	isb
	frame_address x1, x0
	stp	x2, x3, [x1, #FRAME_TTBR0]
	mrs	x2, ttbr1_el1
	str	x2, [x1, #FRAME_TTBR1]
	str	x0, [x1, #FRAME_VECTOR]
	mrs	x0, tpidr_el0
	mrs	x2, sp_el0
	stp	x0, x2, [x1, #FRAME_X]
	mrs	x0, tpidrro_el0
	mrs	x2, tpidr_el1
	stp	x0, x2, [x1, #FRAME_X + 16]
	mov	x0, sp
	str	x0, [x1, #FRAME_SP]
	save_frame x1, x0, x2, 1
	ldr	x0, .Lslot_hcr
	cbz	x0, .Learly_reenter
	tlbi	alle2
	dsb	nsh				/* the EL2&0 regime's entries gone before it */
	msr	hcr_el2, x0
	isb					/* E2H as Loft's registers want it */
.Learly_reenter:
	reenter_loft

	.balign	8
	.global	handoff_page_slots
handoff_page_slots:
	reentry_slots
	.global	handoff_page_end
handoff_page_end:
