/* SPDX-License-Identifier: BSD-2-Clause */
/* In the island: see monitor.h.  What the vectors lead to, first in it. */
#include "arch/arm64/cpu/asm.h"
#include "arch/layout.h"

#define ESR_EC_SHIFT	26
#define ESR_EC_SMC32	0x13
#define ESR_EC_SMC64	0x17
#define SMC_FRAME	(10 * 16)		/* x0-x18, x30; C keeps x19-x29 */

	.section .text.monitor_entry, "ax", %progbits
	.balign	16				/* el3_copy() */
	.global	monitor_code
monitor_code:
/* x1 = address in the vector; x0, x1 are stored. */
.Lmonitor_call:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x30, [sp, #144]
	mrs	x2, esr_el3
	lsr	x3, x2, #ESR_EC_SHIFT
	cmp	x3, #ESR_EC_SMC64
	ccmp	x3, #ESR_EC_SMC32, #4, ne	/* 4: Z, equal already */
	b.ne	.Lmonitor_unexpected
	mrs	x0, tpidr_el3			/* struct monitor */
	mov	x1, sp
	bl	monitor_smc
	ldp	x0, x1, [sp]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x30, [sp, #144]
	add	sp, sp, #SMC_FRAME
	eret
	dsb	nsh				/* nothing is speculated past an eret */
	isb

/*
 * x1 = address in the vector.  Nothing goes on on this CPU, so nothing is kept.  TPIDR_EL3 is taken
 * away: should the report itself fault, the CPU stops here without one.
 */
.Lmonitor_unexpected:
	mrs	x0, tpidr_el3
	cbz	x0, .Lmonitor_stop
	msr	tpidr_el3, xzr
	ubfx	x1, x1, #VECTOR_SHIFT, #4	/* its number */
	bl	monitor_unexpected
.Lmonitor_stop:
	wfi
	b	.Lmonitor_stop

/*
 * How a vector begins: el3.c makes the table of sixteen out of these two.  A vector tells by its
 * own address which it is, and the code begins where the table ends.
 */
.macro monitor_goto label
	adr	x1, .
	and	x0, x1, #~(VECTORS_SIZE - 1)
	add	x0, x0, #VECTORS_SIZE + (\label - monitor_code)
	br	x0
.endm

	.balign	16
	.global	monitor_vector
monitor_vector:
	monitor_goto .Lmonitor_unexpected

/* SP_EL3 is this CPU's stack, empty, whenever a lower level runs. */
	.balign	16
	.global	monitor_call_vector
monitor_call_vector:
	sub	sp, sp, #SMC_FRAME
	stp	x0, x1, [sp]
	monitor_goto .Lmonitor_call
