/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Translation regimes are changed in one way only: MMU off, all registers, TLB and I-cache empty,
 * MMU on. So no break-before-make question arises: no entry of the old map can meet one of the new.
 *
 * Code here runs with the MMU off: it must be clean to the PoC (reset: flash or a cleaned Image;
 * later: the move and the hand-off clean what they wrote), and touches no memory but *regs before
 * the MMU is off.
 */
#include "arch/arm64/cpu/asm.h"
#include "arch/arm64/cpu/sysreg_vmsa.h"
#include "arch/layout.h"

/*
 * if_el2 label, tmp - branch where the regime's registers are EL2's of E2H = 0. Elsewhere the _EL1
 * names reach them: at EL1, and at EL2 where E2H is fixed at 1.
 */
.macro if_el2 label, tmp
	mrs	\tmp, CurrentEL
	cmp	\tmp, #CURRENT_EL2
	b.ne	.Lel1_names\@
	mrs	\tmp, hcr_el2
	tbz	\tmp, #HCR_EL2_E2H_BIT, \label
.Lel1_names\@:
.endm

/*
 * mmu_switch - leave the present map for another, at another place
 * In:       x0 = const struct mmu_regs *, x1 = entry, x2-x4 = its arguments, x5 = its SP_EL0,
 *           x6 = its SP_ELx, x7 = physical address of mmu_apply in the image that goes on
 * Out:      entry(x2, x3, x4) with the new map
 * Requires: identity-mapped PC; *regs and the image at x7 clean to the PoC
 */
FUNC(mmu_switch)
	msr	daifset, #0xf
.Lswitch:
	if_el2	.Lswitch_off_el2, x8
	mov_imm	x8, SCTLR_EL1_MMU_OFF
	msr	sctlr_el1, x8
	isb					/* MMU off before the branch below is fetched */
	br	x7
.Lswitch_off_el2:
	mov_imm	x8, SCTLR_EL2_MMU_OFF
	msr	sctlr_el2, x8
	isb					/* MMU off before the branch below is fetched */
	br	x7
ENDFUNC(mmu_switch)

/*
 * mmu_apply - translation registers, then MMU and caches on
 * In:       x0 = const struct mmu_regs *, x1 = entry, x2-x4 = its arguments, x5 = its SP_EL0,
 *           x6 = its SP_ELx
 * Out:      entry(x2, x3, x4) on SP_EL0, interrupts masked, SError unmasked
 * Requires: MMU off; VA == PA for PC in the new map
 * Spec:     Arm ARM DDI 0487, D8 (VMSAv8-64), D8.14 "TLB maintenance requirements"
 */
FUNC(mmu_apply)
	ldp	x8, x9, [x0, #MMU_REGS_MAIR]	/* MAIR, TCR */
	ldp	x10, x11, [x0, #MMU_REGS_TTBR0]	/* TTBR0, TTBR1 */
	ldp	x12, x13, [x0, #MMU_REGS_SCTLR]	/* SCTLR, VBAR */
	if_el2	.Lapply_el2, x14

	mov	x14, #CPACR_EL1_LOFT
	/* C may use FP registers; a kernel may have trapped them */
	msr	cpacr_el1, x14
	msr	mair_el1, x8
	msr	amair_el1, xzr			/* UNKNOWN at reset, and IMPLEMENTATION DEFINED */
	msr	tcr_el1, x9
	msr	ttbr0_el1, x10
	msr	ttbr1_el1, x11
	msr	vbar_el1, x13
	/* registers above before the TLB is emptied for them */
	isb
	tlbi	vmalle1
	ic	iallu
	/* TLB and I-cache empty before the first walk and fetch under the new map */
	dsb	nsh
	isb
	msr	sctlr_el1, x12
	b	.Lapply_enter

.Lapply_el2:
	mov	x14, #CPTR_EL2_LOFT
	/* C may use FP registers; a kernel may have trapped them */
	msr	cptr_el2, x14
	msr	mair_el2, x8
	msr	amair_el2, xzr			/* UNKNOWN at reset, and IMPLEMENTATION DEFINED */
	msr	tcr_el2, x9
	msr	ttbr0_el2, x10
	msr	vbar_el2, x13
	/* registers above before the TLB is emptied for them */
	isb
	tlbi	alle2
	ic	iallu
	/* TLB and I-cache empty before the first walk and fetch under the new map */
	dsb	nsh
	isb
	msr	sctlr_el2, x12

.Lapply_enter:
	isb					/* MMU on before the next instruction */
	msr	spsel, #1
	mov	sp, x6
	msr	spsel, #0
	mov	sp, x5
	mov	x0, x2
	mov	x2, x4
	mov	x4, x1
	mov	x1, x3
	mov	x29, xzr			/* a backtrace ends here */
	mov	x30, xzr
	msr	daifclr, #4			/* SErrors are reported, not kept for the kernel */
	br	x4
ENDFUNC(mmu_apply)

/*
 * mmu_off_call - call a function with the MMU and the D-cache off, and come back with them on
 * In:       x0 = function, x1, x2 = its arguments, x3 = const struct mmu_regs * to come back with
 * Out:      x0 = what it returned
 * Requires: SP_EL0 in Loft's stack; *regs, the function and what it reads clean to the PoC
 */
FUNC(mmu_off_call)
	stp	x29, x30, [sp, #-96]!
	mov	x29, sp
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	mov	x19, x0
	mov	x20, x1
	mov	x21, x2
	mov	x22, x3
	/*
	 * The stack is used on both sides: no line of it may be in the cache while the function
	 * writes past it.
	 */
	adr_l	x0, __stack_bottom
	adr_l	x1, __stack_top
	sub	x1, x1, x0
	bl	cache_clean_inval_poc		/* touches no stack */
	adr_l	x7, .Lcall_off
	b	.Lswitch			/* to the next line, with the MMU off */
.Lcall_off:
	ic	iallu
	/* no older instruction where the function was loaded */
	dsb	nsh
	isb
	mov	x0, x20
	mov	x1, x21
	blr	x19
	mov	x19, x0
	/*
	 * What it left below its SP goes to memory, and then lines go that came from there
	 * before: a host's mapping of a guest's memory brings them in with our caches off, too.
	 */
	dsb	sy
	adr_l	x0, __stack_bottom
	sub	x1, sp, x0
	bl	cache_inval_poc
	mov	x2, x19
	mov	x0, x22
	adr_l	x1, .Lcall_back
	mov	x5, sp
	adr_l	x6, __fault_stack_top
	b	mmu_apply
.Lcall_back:
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret
ENDFUNC(mmu_off_call)
