/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stays at EL2 under a kernel: the vectors that VBAR_EL2 holds, in a reserved page, with the
 * EL2 MMU off. HVC #0 follows the Linux hyp-stub ABI (BOOT-PROTOCOL section 5); any other exception
 * that reaches EL2 is reported by the resident Loft. No stack: SP_EL2 and TPIDR_EL2 are scratch.
 */
#include "arch/arm64/cpu/asm.h"
#include "arch/arm64/cpu/frame.h"
#include "arch/arm64/cpu/sysreg_vmsa.h"
#include "arch/layout.h"
#include "include/loft/boot.h"

#define ESR_EC_SHIFT	26
#define ESR_EC_HVC64	0x16
#define ESR_EC_SMC64	0x17
#define SMCCC_FAST_BIT	31

	.section .text.hypstub, "ax", %progbits
	.balign	16
	.global	hypstub_vector
hypstub_vector:
	vector_pattern tpidr_el2

	.global	hypstub_code
hypstub_code:
	.set	hypstub, hypstub_code - VECTORS_SIZE
	cmp	x0, #8				/* lower EL, AArch64, synchronous */
	b.ne	.Lstub_fault
	mrs	x0, esr_el2
	lsr	x0, x0, #ESR_EC_SHIFT
#ifdef CONFIG_RETURN_TO_LOADER
	cmp	x0, #ESR_EC_SMC64
	b.eq	.Lstub_smc
#endif
	cmp	x0, #ESR_EC_HVC64
	mov	x0, #8
	b.ne	.Lstub_fault

	/* x0 is in TPIDR_EL2; every other register is the caller's. */
.Lstub_call:
	mrs	x0, tpidr_el2
	cmp	x0, #LOFT_HVC_SET_VECTORS
	b.eq	.Lstub_set_vectors
	cmp	x0, #LOFT_HVC_SOFT_RESTART
	b.eq	.Lstub_soft_restart
	cmp	x0, #LOFT_HVC_RESET_VECTORS
	b.eq	.Lstub_reset_vectors
	tbnz	w0, #SMCCC_FAST_BIT, .Lstub_smccc
.Lstub_error:
	/* FINALISE_EL2 too: this stub runs with HCR_EL2.E2H = 0 and does not change it. */
	mov_imm	x0, LOFT_HVC_ERROR
	eret

	/* Kernels that call PSCI by HVC whatever the tree says. Arm DEN 0028, 2.5 */
.Lstub_smccc:
	ldr	x0, .Lslot_smccc
	cbz	x0, .Lstub_error
	mrs	x0, tpidr_el2
	smc	#0
	eret

.Lstub_reset_vectors:
	adr	x0, hypstub
	msr	vbar_el2, x0
	mov	x0, xzr
	eret					/* synchronises VBAR_EL2 */

.Lstub_set_vectors:
	msr	vbar_el2, x1
	mov	x0, xzr
	eret					/* synchronises VBAR_EL2 */

	/* x1 = PC, x2-x4 become x0-x2; the EL2 MMU is off already. */
.Lstub_soft_restart:
	mov	x5, x1
	mov	x0, x2
	mov	x1, x3
	mov	x2, x4
	br	x5

#ifdef CONFIG_RETURN_TO_LOADER
	/* SYSTEM_OFF is Loft's; every other call is passed on, as if it had not trapped. */
.Lstub_smc:
	mov	sp, x1
	mrs	x0, tpidr_el2
	mov_imm	x1, LOFT_PSCI_SYSTEM_OFF
	cmp	w0, w1
	mov	x0, #8
	mov	x1, sp
	b.eq	.Lstub_fault
	mrs	x0, elr_el2
	add	x0, x0, #4			/* a trapped SMC has not been executed yet */
	msr	elr_el2, x0
	mrs	x0, tpidr_el2
	smc	#0
	eret
#endif

.Lstub_fault:
	tbz	x0, #3, .Lstub_own
	save_el2_fault

	/* A kernel at EL2 that has no vectors of its own yet. */
.Lstub_own:
	save_own_el2_fault

	.balign	8
	.global	hypstub_slots
hypstub_slots:
	reentry_slots
	.global	hypstub_end
hypstub_end:
