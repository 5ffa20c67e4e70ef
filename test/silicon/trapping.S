/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trapping - firmware at EL3 that grants what the Linux boot requirements oblige it to, and no more
 *
 * It enters Loft, at LOFT, at EL2 or EL1 (-DLEVEL=2 or 1), on a CPU whose ID registers show what
 * the emulator's has not: trapping.py put an SMC in the place of each MRS and MSR of Loft's that
 * is about one of these, and its table says here which register that was. An ID register reads as
 * the CPU's with fields set; a register of a feature that firmware owes is a word; one of what it
 * does not owe is a trap: `TRAP name`, and the machine stands still. What the emulator has itself
 * it traps itself: SCR_EL3.TLOR and TERR, MDCR_EL3.TDOSA, TTRF and TDCC, CPTR_EL3.TTA; and it
 * grants neither SCXTNUM nor fault injection. Not trapped is what Linux's own first instructions
 * touch where the ID registers show it, whatever the document says: MDCR_EL2, PMU, MDSCR_EL1; with
 * -DLESS_THAN_LINUX=0 LORC_EL1 and the OS locks neither, which Linux writes and Loft does not.
 *
 * trapping.py makes trapping.inc: `reg` and `site` lines.
 */
	.macro	imm reg, value
	movz	\reg, #((\value) & 0xffff)
	movk	\reg, #((\value) >> 16 & 0xffff), lsl #16
	movk	\reg, #((\value) >> 32 & 0xffff), lsl #32
	.endm

	/* or \bit into x0 where the field of an ID register, 4 bits from lsb, is at least min */
	.macro	owed bit, id, lsb, min=1
	mrs	x1, \id
	ubfx	x1, x1, #\lsb, #4
	cmp	x1, #\min
	b.lo	9f
	orr	x0, x0, #(1 << \bit)
9:
	.endm

	.text
	.global	_start
_start:
	adr	x0, vectors
	msr	vbar_el3, x0
	adr	x0, stack_top
	mov	sp, x0
	imm	x0, 0x531 | 1 << 15 | LESS_THAN_LINUX << 14	/* NS, RES1, HCE, RW; TERR, TLOR */
	owed	16, id_aa64isar1_el1, 4		/* APK, API */
	owed	17, id_aa64isar1_el1, 4
	owed	16, id_aa64isar1_el1, 8
	owed	17, id_aa64isar1_el1, 8
	owed	26, id_aa64pfr1_el1, 8, 2	/* ATA */
	owed	27, id_aa64mmfr0_el1, 56	/* FGTEn */
	owed	28, id_aa64mmfr0_el1, 60, 2	/* ECVEn */
	owed	38, id_aa64mmfr1_el1, 40	/* HXEn */
	owed	41, id_aa64pfr1_el1, 24		/* EnTP2 */
	owed	43, S3_0_C0_C7_3, 0		/* TCR2En */
	owed	45, S3_0_C0_C7_3, 8		/* PIEn */
	owed	39, id_aa64pfr1_el1, 44		/* GCSEn */
	msr	scr_el3, x0
	imm	x0, 0x1100 | 1 << 20		/* EZ, ESM; TTA */
	msr	cptr_el3, x0
	imm	x0, 1 << 19 | 1 << 27 | LESS_THAN_LINUX << 10 /* TTRF, TDCC, TDOSA */
	msr	mdcr_el3, x0
	isb
	mov	x0, #0x1ff
	mrs	x1, id_aa64pfr0_el1
	tst	x1, #(0xf << 32)
	b.eq	1f
	msr	S3_6_C1_C2_0, x0		/* ZCR_EL3 */
1:	mrs	x1, id_aa64pfr1_el1
	tst	x1, #(0xf << 24)
	b.eq	1f
	mov	x0, #0x1ff
	orr	x0, x0, #(3 << 30)
	msr	S3_6_C1_C2_6, x0		/* SMCR_EL3 */
1:
	/* All interrupts of a GICv2 are the normal world's. */
	imm	x0, 0x08000000
	mov	w1, #-1
	mov	x2, #0x80
1:	str	w1, [x0, x2]
	add	x2, x2, #4
	cmp	x2, #0xa0
	b.lo	1b
	imm	x0, 0x08010000
	mov	w1, #0xff
	str	w1, [x0, #4]

	.if	LEVEL == 2
	imm	x0, 1 << 31
	msr	hcr_el2, x0
	imm	x0, 0x30c50830
	msr	sctlr_el2, x0
	mov	x0, #0x3c9
	.else
	mrs	x1, id_aa64pfr0_el1
	tst	x1, #(0xf << 8)
	b.eq	1f
	imm	x0, 1 << 31
	msr	hcr_el2, x0
	isb
	imm	x0, 0x22ff
	msr	cptr_el2, x0
	mov	x0, #3
	msr	cnthctl_el2, x0
	msr	cntvoff_el2, xzr
	mrs	x0, midr_el1
	msr	vpidr_el2, x0
	mrs	x0, mpidr_el1
	msr	vmpidr_el2, x0
1:	imm	x0, 0x30d00800
	msr	sctlr_el1, x0
	mov	x0, #0x3c5
	.endif
	msr	spsr_el3, x0
	imm	x0, LOFT
	msr	elr_el3, x0
	adr	x0, text_ready
	bl	say
	mov	x0, xzr
	eret

	.balign	2048
vectors:
	.rept	8
	b	unexpected
	.balign	128
	.endr
	b	lower
	.balign	128
	.rept	7
	b	unexpected
	.balign	128
	.endr

lower:
	sub	sp, sp, #272
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	str	x\n, [sp, #(\n * 8)]
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
	str	x\n, [sp, #(\n * 8)]
	.endr
	str	x30, [sp, #240]
	str	xzr, [sp, #248]			/* register 31 */
	mrs	x0, esr_el3
	lsr	x1, x0, #26
	cmp	x1, #0x17
	b.ne	trapped
	and	x1, x0, #0xffff
	cbz	x1, no_call
	adr	x2, sites
	ldr	w2, [x2, x1, lsl #2]
	and	x19, x2, #0xffff		/* register */
	ubfx	x20, x2, #16, #8		/* Rt */
	lsr	w21, w2, #24			/* written? */
	adr	x22, regs
	add	x22, x22, x19, lsl #6
	ldr	x3, [x22]
	cmp	x3, #1
	b.hi	trap_by_name
	b.eq	word
	adr	x3, stubs
	add	x3, x3, x19, lsl #3
	blr	x3
	ldp	x4, x5, [x22, #8]		/* set, clear */
	bic	x0, x0, x5
	orr	x0, x0, x4
	str	x0, [sp, x20, lsl #3]
	b	back
word:	cbnz	w21, 1f
	ldr	x0, [x22, #8]
	str	x0, [sp, x20, lsl #3]
	b	back
1:	ldr	x0, [sp, x20, lsl #3]
	str	x0, [x22, #8]
	b	back
no_call:
	mov	x0, #-1				/* PSCI, SMCCC: nothing is here */
	str	x0, [sp]
back:
	str	xzr, [sp, #248]
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	ldr	x\n, [sp, #(\n * 8)]
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
	ldr	x\n, [sp, #(\n * 8)]
	.endr
	ldr	x30, [sp, #240]
	add	sp, sp, #272
	eret

trap_by_name:
	adr	x0, text_trap
	bl	say
	add	x0, x22, #24
	bl	say
	b	stop
trapped:
unexpected:
	adr	x0, text_trap
	bl	say
	mrs	x23, esr_el3
	bl	hex
	mrs	x23, elr_el3
	bl	hex
stop:	wfi
	b	stop

	/* x0 = text */
say:	imm	x1, 0x09000000
1:	ldrb	w2, [x0], #1
	cbz	w2, 2f
	str	w2, [x1]
	b	1b
2:	ret
hex:	imm	x1, 0x09000000
	mov	x3, #60
1:	lsr	x2, x23, x3
	and	x2, x2, #0xf
	cmp	x2, #10
	add	x4, x2, #'0'
	add	x5, x2, #('a' - 10)
	csel	x2, x4, x5, lo
	str	w2, [x1]
	subs	x3, x3, #4
	b.pl	1b
	mov	w2, #' '
	str	w2, [x1]
	ret

text_ready:	.asciz "firmware that traps\n"
text_trap:	.asciz "\nTRAP "

	.macro	reg name, encoding, kind, set, clear
	.quad	\kind, \set, \clear
	.asciz	"\name"
	.balign	64
	.endm
	.macro	stub name, encoding, kind, set, clear
	.if	\kind == 0
	mrs	x0, \encoding
	.else
	nop
	.endif
	ret
	.endm
	.macro	site reg, rt, write
	.word	\reg | \rt << 16 | \write << 24
	.endm

	.balign	64
#include "trapping.inc"
	.balign	16
stack:	.skip	4096
stack_top:
