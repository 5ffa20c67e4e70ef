/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loft's own exception vectors, the same table at EL1 and EL2: entries save x0-x30 alone, and C
 * reads the syndrome registers of the EL it runs at.
 *
 * Loft runs on SP_EL0, so that its exceptions arrive in the first group, on SP_ELx: the stack that
 * failed isn't used. An exception in the second group comes from the handler itself.
 */
#include "arch/arm64/cpu/asm.h"
#include "arch/layout.h"

/* One of the 16 entries of 128 bytes: make the frame, name the vector. */
.macro vector number
	.balign	128
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp, #FRAME_X]
	mov	x1, #\number
	b	.Lvector_common
.endm

#define VECTOR_SIMD_SIZE	(16 + 32 * 16)

/* All vector registers, to or from the stack: op is stp or ldp. */
.macro simd op
	.irp	pair, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
	simd_pair \op, \pair, %\pair+1
	.endr
.endm
.altmacro
.macro simd_pair op, first, second
	\op	q\first, q\second, [sp, #(16 + \first * 16)]
.endm

	.section .text.vectors, "ax", %progbits
	.balign	2048				/* VBAR_ELx */
	.global	vectors
	.type	vectors, %function
vectors:
	/* current EL, SP_EL0: synchronous, IRQ, FIQ, SError */
	vector	0
	vector	1
	vector	2
	vector	3
	vector	4				/* current EL, SP_ELx: a fault in the handler */
	vector	5
	vector	6
	vector	7
	vector	8				/* lower EL, AArch64 */
	vector	9
	vector	10
	vector	11
	vector	12				/* lower EL, AArch32 */
	vector	13
	vector	14
	vector	15
	.balign	128
	.size	vectors, . - vectors

.Lvector_common:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	str	x30, [sp, #240]
	mrs	x2, sp_el0
	str	x2, [sp, #FRAME_SP]
	mov	x2, sp
	mov	x3, x1
	mrs	x0, CurrentEL
	cmp	x0, #CURRENT_EL2
	mrs	x0, sctlr_el1
	b.ne	.Lvector_sctlr
	mrs	x0, sctlr_el2
.Lvector_sctlr:
	tbnz	x0, #0, .Lvector_mapped		/* SCTLR_ELx.M */
	/*
	 * Code that `go` called with the MMU off: C needs it on. The frame, and what that code left
	 * in the stack, went past the caches, and a line that was fetched over it since both stacks
	 * were cleaned would hide it. No line of them is dirty: they were cleaned, and dropped.
	 */
	mov	x19, x2
	mov	x20, x3
	/* the frame is in memory before lines over it are dropped */
	dsb	sy
	adr_l	x0, __stack_bottom
	adr_l	x1, __fault_stack_top		/* one behind the other */
	sub	x1, x1, x0
	bl	cache_inval_poc			/* touches no stack */
	mov	x2, x19
	mov	x3, x20
	adr_l	x0, loft_regs
	adr_l	x1, .Lvector_mapped_again
	mrs	x5, sp_el0
	mov	x6, sp
	b	mmu_apply
.Lvector_mapped_again:
	msr	spsel, #1
	mov	x3, x1
	mov	x2, x0
#ifdef CONFIG_FAULT_RESUME
	orr	x3, x3, #VECTOR_UNMAPPED
#endif
.Lvector_mapped:
	mov	x0, x2
	mov	x1, x3
	mov	x29, xzr
	mov	x30, xzr
#ifdef CONFIG_FAULT_RESUME
	/* What goes on where it was may be in the midst of a copy: C below uses these, too. */
	sub	sp, sp, #VECTOR_SIMD_SIZE
	simd	stp
	mrs	x2, fpcr
	mrs	x3, fpsr
	stp	x2, x3, [sp]
#endif
	/* (frame, vector); returns for the session to go on, elsewhere or where it was */
	bl	exception_entry
#ifdef CONFIG_FAULT_RESUME
	simd	ldp
	ldp	x2, x3, [sp]
	msr	fpcr, x2
	msr	fpsr, x3
	add	sp, sp, #VECTOR_SIMD_SIZE
	/*
	 * x0 = SP_ELx of what goes on. The frame may lie below it from here on, which nothing
	 * overwrites: all exceptions are masked.
	 */
	mov	x1, sp
	mov	sp, x0
	ldr	x2, [x1, #FRAME_SP]
	msr	sp_el0, x2
	ldp	x2, x3, [x1, #16]
	ldp	x4, x5, [x1, #32]
	ldp	x6, x7, [x1, #48]
	ldp	x8, x9, [x1, #64]
	ldp	x10, x11, [x1, #80]
	ldp	x12, x13, [x1, #96]
	ldp	x14, x15, [x1, #112]
	ldp	x16, x17, [x1, #128]
	ldp	x18, x19, [x1, #144]
	ldp	x20, x21, [x1, #160]
	ldp	x22, x23, [x1, #176]
	ldp	x24, x25, [x1, #192]
	ldp	x26, x27, [x1, #208]
	ldp	x28, x29, [x1, #224]
	ldr	x30, [x1, #240]
	ldp	x0, x1, [x1, #FRAME_X]
	eret
#endif
	ldp	x0, x1, [sp, #FRAME_X]
	adr_l	x2, __fault_stack_top		/* whatever was nested is over */
	mov	sp, x2
	eret
