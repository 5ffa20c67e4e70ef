/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stays at EL2 under a kernel in AArch32: the page that hypstub.S is under others, with PSCI
 * instead of the hyp-stub ABI.
 *
 * EL2 is AArch64, so PSCI starts a CPU there in AArch64, not where the kernel wants it. HCR_EL2.TSC
 * brings the kernel's SMCs here; those that name an entry point are passed on with Loft's
 * secondary_page as that, and with the kernel's own, and its context_id, packed into the 64-bit
 * context_id. Nothing is stored, so CPUs need not take turns.
 *
 * x15 (SP_hyp), SP_EL2 and TPIDR_EL2 are scratch: AArch32 at EL1 and EL0 has no name for them.
 * x4 to x17 are up to the firmware: SMCCC 1.1 keeps them.
 */
#include "arch/arm64/cpu/aarch32.h"
#include "arch/arm64/cpu/asm.h"
#include "arch/arm64/cpu/frame.h"
#include "arch/arm64/handoff/secondary.h"
#include "arch/layout.h"
#include "include/loft/boot.h"

#define ESR_EC_SHIFT	26
#define ESR_EC_HVC32	0x12
#define ESR_EC_SMC32	0x13
#define ESR_CCKNOWNPASS	19			/* conditional, and may have failed its condition */
#define SMC_SIZE	4			/* in A32 and in T32 */

	.section .text.hypstub32, "ax", %progbits
	.balign	16
	.global	hypstub32_code
hypstub32_code:
	.set	hypstub32, hypstub32_code - VECTORS_SIZE
	cmp	x0, #12				/* lower EL, AArch32, synchronous */
	b.ne	.Lstub_fault
	mrs	x15, esr_el2
	lsr	x15, x15, #ESR_EC_SHIFT
	cmp	x15, #ESR_EC_HVC32
	b.eq	.Lstub_hvc
	cmp	x15, #ESR_EC_SMC32
	b.ne	.Lstub_fault
	mrs	x15, esr_el2
	tbnz	x15, #ESR_CCKNOWNPASS, .Lstub_fault

	/* A trapped SMC has not been executed: go on behind it. */
	mrs	x15, elr_el2
	add	x15, x15, #SMC_SIZE
	msr	elr_el2, x15
	mrs	x0, tpidr_el2
	mov	w0, w0				/* the upper halves are nobody's */
	mov	w1, w1
	mov	w2, w2
	mov	w3, w3
	mov_imm	x15, PSCI32_CPU_ON
	cmp	x0, x15
	b.eq	.Lstub_entry_in_x2
	mov_imm	x15, PSCI32_CPU_SUSPEND
	cmp	x0, x15
	b.eq	.Lstub_entry_in_x2
	mov_imm	x15, PSCI32_SYSTEM_SUSPEND
	cmp	x0, x15
	b.ne	.Lstub_pass_on
	orr	x2, x1, x2, lsl #32
	adr	x1, hypstub32 + SECONDARY_PAGE_OFFSET
	orr	x0, x0, #PSCI_SMC64
	b	.Lstub_pass_on
.Lstub_entry_in_x2:
	orr	x3, x2, x3, lsl #32
	adr	x2, hypstub32 + SECONDARY_PAGE_OFFSET
	orr	x0, x0, #PSCI_SMC64
.Lstub_pass_on:
	smc	#0
	eret

.Lstub_hvc:
	mov_imm	x0, LOFT_HVC_ERROR
	eret

.Lstub_fault:
	save_el2_fault

	.balign	8
	.global	hypstub32_slots
hypstub32_slots:
	reentry_slots
	.global	hypstub32_end
hypstub32_end:

/*
 * aarch32_smc - at EL1, entered as a kernel is: the monitor's exception return leads to AArch32
 * In:       x0 = MONITOR_ENTER_AARCH32, x1 = r1, x2 = r2, x3 = entry; MMU off
 * Out:      does not return
 *
 * EL1's registers are Loft's own until here, and become those of AArch32.
 */
FUNC(aarch32_smc)
	msr	tcr_el1, xzr			/* TTBCR: EAE = 0 */
	msr	ttbr0_el1, xzr
	msr	ttbr1_el1, xzr
	msr	mair_el1, xzr
	msr	vbar_el1, xzr
	msr	cpacr_el1, xzr			/* FP and SIMD are the kernel's to enable */
	smc	#0
	wfi					/* it cannot fail: boot_aarch32_check() */
	b	aarch32_smc
ENDFUNC(aarch32_smc)
