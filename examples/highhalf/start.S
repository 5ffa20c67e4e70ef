/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The only assembly of the kernel: its first instructions, its exception vectors, and three ways of
 * touching an address that may fault.
 */
#include <loft/boot.h>

/* ---- entry ------------------------------------------------------------------------------------
 * The MMU is on, PC is a high virtual address, SP is the top of Loft's boot stack, x0..x3 are the
 * arguments. A kernel that trusts its loader needs two lines: `mov x29, xzr` and `bl kernel_main`.
 * This one first saves what it was given, to check it.
 */
	.macro	save_entry			/* then x0 = struct entry_state, on the stack */
	stp	x0, x1, [sp, #-256]!
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
	add	x0, sp, #256
	stp	x30, x0, [sp, #240]
	mov	x0, sp
	mov	x29, xzr			/* the frame-pointer chain ends here */
	mov	x30, xzr
	.endm

	.section .text.start, "ax", %progbits
	.global	_start
	.type	_start, %function
_start:
	save_entry
	bl	kernel_main
	b	.				/* it does not return */
	.size	_start, . - _start

/* Another CPU: in the same state, but x0 = arg and SP = sp_va of struct loft_secondary. */
	.global	secondary_start
	.type	secondary_start, %function
secondary_start:
	save_entry
	bl	secondary_main
	b	.
	.size	secondary_start, . - secondary_start

/* ---- exception vectors: all sixteen save a struct trap and call handle_trap() ---- */
	.macro vector number
	.balign	128
	sub	sp, sp, #288			/* sizeof(struct trap) */
	stp	x0, x1, [sp]
	mov	x0, #\number
	b	.Ltrap
	.endm

	.section .text.vectors, "ax", %progbits
	.balign	2048
	.global	kernel_vectors
kernel_vectors:
	.irp	number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vector	\number
	.endr

.Ltrap:
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
	mrs	x1, elr_el1
	stp	x30, x1, [sp, #240]
	mrs	x1, esr_el1
	mrs	x2, far_el1
	stp	x1, x2, [sp, #256]
	mrs	x1, spsr_el1
	stp	x0, x1, [sp, #272]
	mov	x0, sp
	bl	handle_trap
	ldp	x30, x1, [sp, #240]
	msr	elr_el1, x1
	ldr	x1, [sp, #280]
	msr	spsr_el1, x1
	/* x19..x29 are as handle_trap() found them: it is a C function */
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldr	x18, [sp, #144]
	ldp	x0, x1, [sp]
	add	sp, sp, #288
	eret

/* ---- touching what may fault: x0 = address; returns 0, or the ESR of the fault ------------------
 * handle_trap() knows the three faulting instructions by their addresses and returns to x30.
 */
	.section .text.touch, "ax", %progbits
	.global	touch_read, touch_write, touch_write_store, touch_execute
	.type	touch_read, %function
	.type	touch_write, %function
	.type	touch_execute, %function
touch_read:
	ldrb	w1, [x0]
	mov	x0, xzr
	ret
	.size	touch_read, . - touch_read

touch_write:
	ldrb	w1, [x0]
touch_write_store:
	strb	w1, [x0]			/* what was there, should the store succeed */
	mov	x0, xzr
	ret
	.size	touch_write, . - touch_write

touch_execute:					/* a RET must lie at the address */
	mov	x1, x0
	mov	x0, xzr
	br	x1
	.size	touch_execute, . - touch_execute

/* ---- what runs at EL2: called through the stub, at physical addresses, with the EL2 MMU off.
 * No memory access (it would bypass the caches), no stack: answers go back in x0.
 */
	.section .text.el2, "ax", %progbits
	.global	el2_ask_vbar, el2_undefined
	.type	el2_ask_vbar, %function
el2_ask_vbar:					/* x0 = virtual address to return to at EL1 */
	msr	elr_el2, x0
	mov	x1, #0x3c5			/* EL1h, D A I F masked */
	msr	spsr_el2, x1
	mrs	x0, vbar_el2
	mrs	x1, CurrentEL
	isb
	eret
	.size	el2_ask_vbar, . - el2_ask_vbar

	.type	el2_undefined, %function
el2_undefined:
	udf	#0
	.size	el2_undefined, . - el2_undefined

	/*
	 * Vectors for EL2, as a hypervisor would install: HVC 0 (SET_VECTORS) restores the stub,
	 * any other answers with its own number plus 1, to show who is speaking.
	 */
	.balign	2048
	.global	el2_vectors
el2_vectors:
	.skip	8 * 128
	cbz	x0, .Lel2_set_vectors
	add	x0, x0, #1
	eret
.Lel2_set_vectors:
	msr	vbar_el2, x1
	eret
	.balign	2048

/* ---- calling: hvc_call(x0, x1) -> x0; hvc_ask_el2(pa of el2_ask_vbar, &current_el) -> x0 ---- */
	.section .text.hvc, "ax", %progbits
	.global	hvc_call, hvc_ask_el2
	.type	hvc_call, %function
hvc_call:
	hvc	#0
	ret
	.size	hvc_call, . - hvc_call

	.type	hvc_ask_el2, %function
hvc_ask_el2:
	mov	x6, x1
	mov	x1, x0
	mov	x0, #LOFT_HVC_SOFT_RESTART
	adr	x2, .Lback
	hvc	#0
.Lback:
	str	x1, [x6]
	ret
	.size	hvc_ask_el2, . - hvc_ask_el2
