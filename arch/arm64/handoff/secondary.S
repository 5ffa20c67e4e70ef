/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another CPU's first instructions, and its last before the kernel's own: copied behind the early
 * vectors (handoff_page), because the page must stand at its physical address and in the kernel's
 * map. BOOT-PROTOCOL section 6.
 *
 * With the MMU off only this page, the CPU's own block (struct secondary_cpu), loft_regs and
 * Loft's text are read: all of them clean to the PoC since before the boot CPU left. What the
 * kernel wrote with its caches on is read with the MMU on.
 */
#include "arch/arm64/cpu/asm.h"
#include "arch/arm64/handoff/secondary.h"
#include "arch/arm64/cpu/sysreg_vmsa.h"
#include "arch/layout.h"
#include "include/loft/boot.h"

#define MPIDR_AFFINITY		0xff00ffffff
#define SPSR_MASKED_SPX		0x3c1		/* D A I F masked, SP_ELx; the EL is CurrentEL's */

	.section .text.secondary_page, "ax", %progbits
	.balign	16
	.global	secondary_page
/*
 * secondary_page - where PSCI CPU_ON or a spin table sends a CPU
 * In:       x0 = context_id, or 0, as spin tables have it; MMU off; the EL that the boot CPU's
 *           Loft ran at, or another
 * Out:      secondary_main(context_id, this CPU's block) on Loft's own map
 */
secondary_page:
	msr	daifset, #0xf
	mov	x2, x0
	mrs	x8, mpidr_el1
	mov_imm	x9, MPIDR_AFFINITY
	and	x8, x8, x9
	ldr	x3, .Lslot_cpus
	ldr	x9, .Lslot_count
.Lsecondary_find:
	cbz	x9, .Lsecondary_park		/* a CPU that the FDT does not know */
	ldr	x10, [x3]
	cmp	x10, x8
	b.eq	.Lsecondary_known
	add	x3, x3, #SECONDARY_STRIDE
	sub	x9, x9, #1
	b	.Lsecondary_find
.Lsecondary_known:
	mrs	x8, CurrentEL
	ldr	x9, .Lslot_el
	cmp	x8, x9
	b.ne	.Lsecondary_wrong_el
	cmp	x8, #CURRENT_EL2
	b.eq	.Lsecondary_el2
	mov_imm	x8, SCTLR_EL1_MMU_OFF
	msr	sctlr_el1, x8
	b	.Lsecondary_apply
.Lsecondary_el2:
	ldr	x9, .Lslot_hcr
	mov_imm	x8, SCTLR_EL2_MMU_OFF
	msr	sctlr_el2, x8
	dsb	nsh				/* AmpereOne AC03_CPU_36, as in start.S */
	msr	hcr_el2, x9
.Lsecondary_apply:
	isb					/* E2H as Loft has it before mmu_apply looks */
	ldr	x0, .Lslot_regs
	ldr	x1, .Lslot_main
	add	x5, x3, #SECONDARY_STRIDE	/* both stacks are in the block */
	add	x6, x3, #SECONDARY_FAULT_STACK_TOP
	ldr	x7, .Lslot_apply
	br	x7

	/* Linux, for one, gives up a machine whose CPUs disagree. Read with the caches on. */
.Lsecondary_wrong_el:
	lsr	x8, x8, #2
	add	x8, x8, #SECONDARY_WRONG_EL
	str	x8, [x3, #SECONDARY_STATE]
	dmb	sy				/* the store before the line is dropped */
	add	x8, x3, #SECONDARY_STATE
	dc	ivac, x8
	dsb	sy				/* seen by who polls before this CPU sleeps */
.Lsecondary_park:
	wfi
	b	.Lsecondary_park

/*
 * secondary_page_high - on the kernel's map, at the kernel's EL
 * In:       x0 = struct loft_secondary or struct loft_mailbox, in the linear map; x1-x3 as the
 *           boot CPU had them, x4-x30 = 0
 * Out:      its entry_va, as soon as that is not 0
 *
 * With HCR_EL2.E2H the _EL1 names are EL2's registers.
 */
	.global	secondary_page_high
secondary_page_high:
	ldar	x4, [x0]			/* entry_va before what it publishes */
	cbnz	x4, .Lsecondary_enter
	mov	x4, #LOFT_MAILBOX_PARKED
	str	x4, [x0, #LOFT_MAILBOX_STATE]
.Lsecondary_wait:
	ldar	x4, [x0]			/* as above; SEV before the WFE is not lost */
	cbnz	x4, .Lsecondary_enter
	wfe
	b	.Lsecondary_wait
.Lsecondary_enter:
	ldp	x5, x0, [x0, #LOFT_SECONDARY_SP_VA]
	mov	sp, x5
	msr	elr_el1, x4
	mrs	x4, CurrentEL
	mov	x5, #SPSR_MASKED_SPX
	orr	x5, x5, x4
	msr	spsr_el1, x5
	mov	x4, xzr
	mov	x5, xzr
	eret

	.balign	8
	.global	secondary_page_slots
secondary_page_slots:				/* struct secondary_slots */
.Lslot_cpus:	.quad 0
.Lslot_count:	.quad 0
.Lslot_el:	.quad 0
.Lslot_hcr:	.quad 0
.Lslot_regs:	.quad 0
.Lslot_main:	.quad 0
.Lslot_apply:	.quad 0
	.global	secondary_page_end
secondary_page_end:
