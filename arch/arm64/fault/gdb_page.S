/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a kernel that is being debugged needs beside the early vectors: copied into their page at
 * GDB_PAGE_OFFSET. The early vectors themselves lose registers, since nothing goes on after them;
 * here all of them are stored first, through the kernel's linear map, and come back.
 *
 * TPIDR_EL0 and TPIDRRO_EL0 are lost.
 */
#include "arch/arm64/cpu/asm.h"
#include "arch/arm64/cpu/frame.h"
#include "arch/arm64/cpu/sysreg_vmsa.h"
#include "arch/layout.h"

	.section .text.gdb_page, "ax", %progbits
	.balign	16
	.global	gdb_page
/* x0 = vector, its value in TPIDR_EL0; goes on as the early vectors do */
gdb_page:
	msr	tpidrro_el0, x1
	adr	x1, gdb_page - GDB_PAGE_OFFSET + EARLY_NESTED
	msr	vbar_el1, x1
	isb					/* from here on a fault is one of this code's own */
	ldr	x1, gdb_page_state
	stp	x2, x3, [x1, #FRAME_X + 16]
	str	x0, [x1, #FRAME_VECTOR]
	mrs	x2, tpidr_el0
	mrs	x3, tpidrro_el0
	stp	x2, x3, [x1, #FRAME_X]
	mov	x2, sp
	str	x2, [x1, #FRAME_SP]
	save_frame x1, x2, x3, 1
	mrs	x2, ttbr0_el1
	mrs	x3, tcr_el1
	stp	x2, x3, [x1, #FRAME_TTBR0]
	mrs	x2, ttbr1_el1
	str	x2, [x1, #FRAME_TTBR1]
	mrs	x2, sctlr_el1
	mrs	x3, mair_el1
	stp	x2, x3, [x1, #GDB_STATE_SCTLR]
	mrs	x2, cpacr_el1
	mrs	x3, tpidr_el1
	stp	x2, x3, [x1, #GDB_STATE_CPACR]
	mrs	x2, sp_el0
	str	x2, [x1, #GDB_STATE_SP_EL0]
	.global	gdb_page_on
gdb_page_on:
	b	.				/* common/handoff/gdb.c: to handoff_early */

/*
 * In the kernel's map, SP, ELR and SPSR set.
 * In:       x16, x17 = TTBR0, TCR
 */
	.global	gdb_page_resume
gdb_page_resume:
	orr	x0, x17, #TCR_EL1_EPD0
	msr	tcr_el1, x0
	/* no walk from the kernel's TTBR0 by the switch's geometry, or vice versa */
	isb
	msr	ttbr0_el1, x16
	/* the kernel's TTBR0 in force before TCR lets it be walked */
	isb
	msr	tcr_el1, x17
	isb					/* the kernel's TTBR0 half before its entries */
	tlbi	vmalle1
	dsb	nsh				/* none of the switch's entries survives */
	isb
	ldr	x30, gdb_page_state
	ldp	x0, x1, [x30, #GDB_STATE_CPACR]
	ldr	x2, [x30, #GDB_STATE_SP_EL0]
	msr	cpacr_el1, x0
	msr	tpidr_el1, x1
	msr	sp_el0, x2
	ldp	x0, x1, [x30, #FRAME_X]
	ldp	x2, x3, [x30, #FRAME_X + 16]
	ldp	x4, x5, [x30, #FRAME_X + 32]
	ldp	x6, x7, [x30, #FRAME_X + 48]
	ldp	x8, x9, [x30, #FRAME_X + 64]
	ldp	x10, x11, [x30, #FRAME_X + 80]
	ldp	x12, x13, [x30, #FRAME_X + 96]
	ldp	x14, x15, [x30, #FRAME_X + 112]
	ldp	x16, x17, [x30, #FRAME_X + 128]
	ldp	x18, x19, [x30, #FRAME_X + 144]
	ldp	x20, x21, [x30, #FRAME_X + 160]
	ldp	x22, x23, [x30, #FRAME_X + 176]
	ldp	x24, x25, [x30, #FRAME_X + 192]
	ldp	x26, x27, [x30, #FRAME_X + 208]
	ldp	x28, x29, [x30, #FRAME_X + 224]
	ldr	x30, [x30, #FRAME_X + 240]
	eret

	.balign	8
	.global	gdb_page_state
gdb_page_state:
	.quad	0				/* struct gdb_state, in the kernel's linear map */
	.global	gdb_page_end
gdb_page_end:
	.org	gdb_page + 0x1000 - GDB_PAGE_OFFSET	/* an error where it does not fit */
