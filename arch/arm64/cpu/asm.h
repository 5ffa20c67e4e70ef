/* SPDX-License-Identifier: BSD-2-Clause */
/* What every assembly file uses: function brackets and position-independent addresses. */
#pragma once

/*
 * FUNC(name) ... ENDFUNC(name): a global function with type and size, in a section of its own so
 * that --gc-sections sees it.
 */
#define FUNC(name)	\
	.section .text.name, "ax", %progbits;	\
	.balign 4;	\
	.global name;	\
	.type name, %function;	\
	name:
#define ENDFUNC(name)	\
	.size name, . - name

#ifdef __ASSEMBLER__

/*
 * adr_l reg, sym: the address of sym, PC-relative, within 4 GiB.  Requires an image that lies on a
 * 4 KiB boundary.
 */
.macro adr_l, reg, sym
	adrp	\reg, \sym
	add	\reg, \reg, :lo12:\sym
.endm

/* mov_imm reg, value: any 64-bit constant in up to four instructions. */
.macro mov_imm, reg, value
	movz	\reg, #((\value) & 0xffff)
	.if ((\value) >> 16) & 0xffff
	movk	\reg, #(((\value) >> 16) & 0xffff), lsl #16
	.endif
	.if ((\value) >> 32) & 0xffff
	movk	\reg, #(((\value) >> 32) & 0xffff), lsl #32
	.endif
	.if ((\value) >> 48) & 0xffff
	movk	\reg, #(((\value) >> 48) & 0xffff), lsl #48
	.endif
.endm

#endif
