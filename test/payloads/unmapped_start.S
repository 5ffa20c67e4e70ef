/* SPDX-License-Identifier: BSD-2-Clause */
/* Entry with the MMU off, at a physical address: PC-relative code only, and a stack of our own. */
	.section .text.start, "ax", %progbits
	.global	_start
_start:
	adrp	x4, stack_end
	add	x4, x4, :lo12:stack_end
	mov	sp, x4
	stp	x0, x1, [sp, #-32]!
	stp	x2, x3, [sp, #16]
	mov	x0, sp
	mov	x29, xzr
	mov	x30, xzr
	bl	kernel_main
	b	.

	.bss
	.balign	16
	.skip	8192
stack_end:
