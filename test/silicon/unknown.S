/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unknown - the state that the Arm ARM leaves UNKNOWN at reset, before Loft is entered
 *
 * QEMU resets to 0 what silicon resets to anything. This runs first, at the EL of the entry, on
 * every CPU, and fills general registers, FP/SIMD, the system registers of this EL and of those
 * below it, as far as the ID registers say that they exist, and DRAM, with PATTERN. Then it goes on
 * to Loft, at LOFT_AT or behind it (-DLOFT="file"), with MMU off and interrupts masked.
 *
 * What reset defines is left alone: SCTLR_ELx.{M,C,I} of the highest EL, OSLSR, DAIF, SVCR. At EL1
 * and EL2 the entry has a loader before it, who owes a frequency in CNTFRQ_EL0 and 0 in what reads
 * as an extension of this EL's own regime (SCTLR2, TCR2, GCSCR); so these are filled below the
 * entry's EL alone.
 *
 * -DPATTERN=, a 64-bit value whose upper half is like its lower; -DKEEP_X0 where x0 is the tree;
 * -DCNTFRQ where the board names the counter's frequency (QEMU's virt has another with each
 * CPU, and sets it);
 * -DUART= for a mark that it ran; -DFILL_FROM=, -DFILL_TO= for DRAM, and -DSECURE_RAM=,
 * -DSECURE_END=.
 */

	.macro	imm reg, value
	movz	\reg, #((\value) & 0xffff)
	movk	\reg, #((\value) >> 16 & 0xffff), lsl #16
	movk	\reg, #((\value) >> 32 & 0xffff), lsl #32
	movk	\reg, #((\value) >> 48 & 0xffff), lsl #48
	.endm

	/* x28 = PATTERN throughout */
	.macro	fill reg, clear=0
	.if	\clear
	imm	x27, ~(\clear)
	and	x27, x27, x28
	msr	\reg, x27
	.else
	msr	\reg, x28
	.endif
	.endm

	/* the lines up to fi where the field of an ID register, 4 bits from lsb, is at least min */
	.macro	with id, lsb, min=1
	mrs	x27, \id
	ubfx	x27, x27, #\lsb, #4
	cmp	x27, #\min
	b.lo	9f
	.endm
	.macro	fi
9:
	.endm

	.text
	.global	_start
_start:
	mov	x26, x0
	imm	x28, PATTERN
	mrs	x25, CurrentEL
	lsr	x25, x25, #2
	msr	daifset, #0xf

	cmp	x25, #3
	b.eq	open_el3
	cmp	x25, #2
	b.eq	open_el2
	mov	x0, #(3 << 20)
	msr	cpacr_el1, x0
	isb
	b	filling

	/* Everything accessible, so that it can be filled. */
open_el3:
	imm	x0, 0x531			/* NS, RES1, HCE, RW */
	with	id_aa64isar1_el1, 4
	orr	x0, x0, #(3 << 16)
	fi
	with	id_aa64isar1_el1, 8
	orr	x0, x0, #(3 << 16)
	fi
	with	id_aa64pfr1_el1, 8, 2
	orr	x0, x0, #(1 << 26)
	fi
	with	id_aa64pfr0_el1, 56, 2
	orr	x0, x0, #(1 << 25)
	fi
	with	id_aa64mmfr0_el1, 56
	orr	x0, x0, #(1 << 27)
	fi
	with	id_aa64mmfr0_el1, 60, 2
	orr	x0, x0, #(1 << 28)
	fi
	with	id_aa64mmfr1_el1, 40
	orr	x0, x0, #(1 << 38)
	fi
	with	id_aa64pfr1_el1, 24
	orr	x0, x0, #(1 << 41)
	fi
	with	S3_0_C0_C7_3, 0
	orr	x0, x0, #(1 << 43)
	fi
	with	S3_0_C0_C7_3, 4
	orr	x0, x0, #(1 << 44)
	fi
	with	S3_0_C0_C7_3, 8
	orr	x0, x0, #(1 << 45)
	fi
	with	id_aa64pfr1_el1, 44
	orr	x0, x0, #(1 << 39)
	fi
	msr	scr_el3, x0
	imm	x0, 0x1100			/* EZ, ESM */
	msr	cptr_el3, x0
	msr	mdcr_el3, xzr
	isb
	with	id_aa64pfr0_el1, 24
	mov	x0, #0xf
	msr	S3_6_C12_C12_5, x0		/* ICC_SRE_EL3 */
	isb
	fi
	with	id_aa64pfr0_el1, 8
	bl	open_for_el2
	fi
	mov	x0, #(3 << 20)
	orr	x0, x0, #(3 << 16)
	orr	x0, x0, #(3 << 24)
	msr	cpacr_el1, x0
	isb
	b	filling

open_el2:
	adr	x30, filling
open_for_el2:
	imm	x0, 1 << 31
	msr	hcr_el2, x0
	isb
	imm	x0, 0x22ff			/* RES1; nothing traps */
	msr	cptr_el2, x0
	msr	mdcr_el2, xzr
	msr	hstr_el2, xzr
	mov	x0, #3
	msr	cnthctl_el2, x0
	isb
	with	id_aa64pfr0_el1, 24
	mov	x0, #0xf
	msr	S3_4_C12_C9_5, x0		/* ICC_SRE_EL2 */
	isb
	fi
	ret

filling:
	/* ---- FP and SIMD */
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	dup	v\n\().2d, x28
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	dup	v\n\().2d, x28
	.endr

	/* ---- DRAM, by the CPU whose number is 0; the others wait for it */
	mrs	x0, mpidr_el1
	tst	x0, #0xff
	ldr	x1, =DONE
	b.eq	first
	/* a word of the memory that reset leaves alone, or of the firmware's */
1:	ldr	w2, [x1]
	cmp	w2, w28
	b.ne	1b
	b	memory_is_full
first:
#ifdef SECURE_RAM
	cmp	x25, #3
	b.ne	1f
	ldr	x2, =SECURE_RAM
	ldr	x3, =SECURE_END
	bl	fill_memory
1:
#endif
	ldr	x2, =FILL_FROM
	ldr	x3, =FILL_TO
#ifdef KEEP_X0
	/* up to the tree, and from behind it on */
	cmp	x26, x2
	csel	x4, x26, x3, hi
	cmp	x4, x3
	csel	x3, x4, x3, lo
	bl	fill_memory
	ldr	w4, [x26, #4]			/* totalsize */
	rev	w4, w4
	add	x2, x26, x4
	add	x2, x2, #63
	and	x2, x2, #~63
	ldr	x3, =FILL_TO
#endif
	bl	fill_memory
	ldr	x1, =DONE
	dsb	sy
	str	w28, [x1]
memory_is_full:

	/* ---- EL1's and EL0's */
	fill	ttbr0_el1
	fill	ttbr1_el1
	fill	tcr_el1
	fill	mair_el1
	fill	amair_el1
	fill	afsr0_el1
	fill	afsr1_el1
	fill	esr_el1
	fill	far_el1
	fill	par_el1
	fill	vbar_el1
	fill	contextidr_el1
	fill	tpidr_el0
	fill	tpidr_el1
	fill	tpidrro_el0
	fill	elr_el1
	fill	spsr_el1
	fill	cntkctl_el1
	fill	cntv_ctl_el0
	fill	cntv_cval_el0
	fill	cntp_ctl_el0
	fill	cntp_cval_el0
	fill	csselr_el1
	fill	mdscr_el1
	.irp	n, 0, 1, 2, 3, 4, 5
	fill	dbgbvr\n\()_el1
	.endr
	.irp	n, 0, 1, 2, 3
	fill	dbgwvr\n\()_el1
	.endr
	/* enabled, at EL1 and EL2 */
	imm	x27, 0x0000000000003fff
	.irp	n, 0, 1, 2, 3, 4, 5
	msr	dbgbcr\n\()_el1, x27
	.endr
	.irp	n, 0, 1, 2, 3
	msr	dbgwcr\n\()_el1, x27
	.endr
	with	id_aa64dfr0_el1, 8
	cmp	x27, #15
	b.eq	9f
	fill	pmuserenr_el0
	fill	pmcr_el0, 0x46			/* no counter is reset; LC */
	fill	pmcntenset_el0
	fill	pmintenset_el1
	fill	pmselr_el0, ~0x1f
	fill	pmccfiltr_el0
	fill	pmovsset_el0
	fi
	with	id_aa64isar1_el1, 4
	b	pauth
	fi
	with	id_aa64isar1_el1, 8
pauth:
	.irp	k, S3_0_C2_C1_0, S3_0_C2_C1_1, S3_0_C2_C1_2, \
			S3_0_C2_C1_3, S3_0_C2_C2_0, S3_0_C2_C2_1
	fill	\k
	.endr
	.irp	k, S3_0_C2_C2_2, S3_0_C2_C2_3, S3_0_C2_C3_0, S3_0_C2_C3_1
	fill	\k
	.endr
	fi
	with	id_aa64pfr0_el1, 56, 2
	fill	S3_0_C13_C0_7			/* SCXTNUM_EL1, _EL0 */
	fill	S3_3_C13_C0_7
	fi
	with	id_aa64pfr0_el1, 28
	fill	S3_0_C12_C1_1			/* DISR_EL1 */
	fi
	with	id_aa64pfr1_el1, 8, 2
	fill	S3_0_C1_C0_5			/* RGSR_EL1, GCR_EL1, TFSR_EL1, TFSRE0_EL1 */
	fill	S3_0_C1_C0_6
	fill	S3_0_C5_C6_0
	fill	S3_0_C5_C6_1
	fi
	with	id_aa64pfr1_el1, 24
	fill	S3_3_C13_C0_5			/* TPIDR2_EL0 */
	fi
	with	id_aa64pfr0_el1, 24
	fill	S3_0_C12_C12_5			/* ICC_SRE_EL1 */
	fill	S3_0_C4_C6_0			/* ICC_PMR_EL1 */
	fill	S3_0_C12_C8_3			/* ICC_BPR0_EL1, ICC_BPR1_EL1 */
	fill	S3_0_C12_C12_3
	fill	S3_0_C12_C12_4			/* ICC_CTLR_EL1 */
	fi

	cmp	x25, #1
	b.ne	1f
	/*
	 * At the highest EL reset defines M, C and I; the others are a loader's for an own
	 * regime.
	 */
	fill	fpcr, 0
	fill	fpsr
	fill	sctlr_el1, 0x2001005
	fill	cpacr_el1
	isb
	b	enter
1:
	with	id_aa64pfr0_el1, 32
	fill	S3_0_C1_C2_0			/* ZCR_EL1 */
	fi
	with	id_aa64pfr1_el1, 24
	fill	S3_0_C1_C2_6			/* SMCR_EL1 */
	fi
	with	S3_0_C0_C7_3, 0
	fill	S3_0_C2_C0_3			/* TCR2_EL1 */
	fi
	with	S3_0_C0_C7_3, 4
	fill	S3_0_C1_C0_3			/* SCTLR2_EL1 */
	fi
	with	S3_0_C0_C7_3, 8
	fill	S3_0_C10_C2_2			/* PIRE0_EL1, PIR_EL1 */
	fill	S3_0_C10_C2_3
	fi
	with	id_aa64pfr1_el1, 44
	fill	S3_0_C2_C5_0			/* GCSCR_EL1, GCSCRE0_EL1 */
	fill	S3_0_C2_C5_2
	fi
	fill	sctlr_el1
	fill	actlr_el1
	fill	cpacr_el1
	fill	sp_el0
	fill	sp_el1
	with	id_aa64pfr0_el1, 8
	b	fill_el2
	fi
	b	el2_is_full

	/* ---- EL2's */
fill_el2:
	.irp	r, spsr_abt, spsr_und, spsr_irq, spsr_fiq, actlr_el2, hacr_el2, vttbr_el2, vtcr_el2
	fill	\r
	.endr
	.irp	r, vpidr_el2, vmpidr_el2, cntvoff_el2, cnthp_ctl_el2, cnthp_cval_el2, ttbr0_el2
	fill	\r
	.endr
	.irp	r, tcr_el2, mair_el2, amair_el2, vbar_el2, \
			elr_el2, spsr_el2, esr_el2, far_el2, hpfar_el2
	fill	\r
	.endr
	.irp	r, afsr0_el2, afsr1_el2, tpidr_el2
	fill	\r
	.endr
	with	id_aa64pfr0_el1, 4, 2
	fill	dacr32_el2
	fill	ifsr32_el2
	fill	fpexc32_el2
	fi
	with	id_aa64mmfr1_el1, 8
	fill	S3_4_C14_C3_1			/* CNTHV_CTL_EL2, CNTHV_CVAL_EL2 */
	fill	S3_4_C14_C3_2
	fill	S3_4_C2_C0_1			/* TTBR1_EL2 */
	fill	S3_4_C13_C0_1			/* CONTEXTIDR_EL2 */
	fi
	with	id_aa64mmfr0_el1, 56
	/* HFGRTR, HFGWTR, HFGITR, HDFGRTR, HDFGWTR, HAFGRTR */
	fill	S3_4_C1_C1_4
	fill	S3_4_C1_C1_5
	fill	S3_4_C1_C1_6
	fill	S3_4_C3_C1_4
	fill	S3_4_C3_C1_5
	fi
	with	id_aa64mmfr0_el1, 60, 2
	fill	S3_4_C14_C0_6			/* CNTPOFF_EL2 */
	fi
	with	id_aa64mmfr1_el1, 40
	fill	S3_4_C1_C2_2			/* HCRX_EL2 */
	fi
	with	id_aa64mmfr2_el1, 24, 2
	fill	S3_4_C2_C2_0			/* VNCR_EL2 */
	fi
	with	id_aa64pfr0_el1, 56, 2
	fill	S3_4_C13_C0_7			/* SCXTNUM_EL2 */
	fi
	with	id_aa64pfr0_el1, 28
	fill	S3_4_C5_C2_3			/* VSESR_EL2, VDISR_EL2 */
	fill	S3_4_C12_C1_1
	fi
	with	id_aa64pfr1_el1, 8, 2
	fill	S3_4_C5_C6_0			/* TFSR_EL2 */
	fi
	with	id_aa64pfr0_el1, 32
	fill	S3_4_C1_C2_0			/* ZCR_EL2 */
	fi
	with	id_aa64pfr1_el1, 24
	fill	S3_4_C1_C2_6			/* SMCR_EL2 */
	fi
	with	id_aa64pfr0_el1, 24
	fill	S3_4_C12_C11_0			/* ICH_HCR_EL2, ICH_VMCR_EL2, list registers */
	fill	S3_4_C12_C11_7
	.irp	r, S3_4_C12_C12_0, S3_4_C12_C12_1, S3_4_C12_C12_2, S3_4_C12_C12_3
	fill	\r
	.endr
	fill	S3_4_C12_C9_5			/* ICC_SRE_EL2 */
	fi
	fill	cnthctl_el2
	fill	mdcr_el2
	fill	hstr_el2
	fill	fpcr, 0
	fill	fpsr
	cmp	x25, #2
	b.ne	1f
	fill	sctlr_el2, 0x2001005
	fill	cptr_el2
	fill	hcr_el2
	isb
	b	enter
1:
	with	S3_0_C0_C7_3, 0
	fill	S3_4_C2_C0_3			/* TCR2_EL2 */
	fi
	with	S3_0_C0_C7_3, 4
	fill	S3_4_C1_C0_3			/* SCTLR2_EL2 */
	fi
	with	id_aa64pfr1_el1, 44
	fill	S3_4_C2_C5_0			/* GCSCR_EL2 */
	fi
	fill	sctlr_el2
	fill	cptr_el2
	fill	sp_el2
	fill	hcr_el2

el2_is_full:
	/* ---- EL3's */
	fill	fpcr, 0
	fill	fpsr
	.irp	r, actlr_el3, ttbr0_el3, tcr_el3, mair_el3, amair_el3, vbar_el3, tpidr_el3, spsr_el3
	fill	\r
	.endr
	.irp	r, elr_el3, esr_el3, far_el3, afsr0_el3, afsr1_el3
	fill	\r
	.endr
#ifdef CNTFRQ
	fill	cntfrq_el0
#endif
	with	id_aa64pfr0_el1, 32
	fill	S3_6_C1_C2_0			/* ZCR_EL3 */
	fi
	with	id_aa64pfr1_el1, 24
	fill	S3_6_C1_C2_6			/* SMCR_EL3 */
	fi
	with	id_aa64pfr0_el1, 24
	fill	S3_6_C12_C12_4			/* ICC_CTLR_EL3, ICC_IGRPEN1_EL3, ICC_SRE_EL3 */
	fill	S3_6_C12_C12_7
	fill	S3_6_C12_C12_5
	fi
	fill	mdcr_el3
	fill	sctlr_el3, 0x2001005
	fill	cptr_el3
	fill	scr_el3
	isb

enter:
	/* Said once, by its first CPU: a test asks for it. */
	mrs	x0, mpidr_el1
	tst	x0, #0xff
	b.ne	1f
#ifdef UART
	ldr	x0, =UART
	mov	w1, #'?'
	str	w1, [x0]
#endif
1:
#ifdef KEEP_X0
	mov	x0, x26
#else
	mov	x0, x28
#endif
#ifdef LOFT_AT
	ldr	x27, =LOFT_AT
#else
	adr	x27, loft
#endif
	mov	sp, x28
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	mov	x\n, x28
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 29, 30
	mov	x\n, x28
	.endr
	br	x27

	/* x2 to x3, a multiple of 64 bytes; clobbers x2, x3 */
fill_memory:
	cmp	x2, x3
	b.hs	2f
1:	stp	x28, x28, [x2]
	stp	x28, x28, [x2, #16]
	stp	x28, x28, [x2, #32]
	stp	x28, x28, [x2, #48]
	add	x2, x2, #64
	cmp	x2, x3
	b.lo	1b
2:	ret

	.ltorg
	.balign	4096
#ifndef LOFT_AT
loft:
	.incbin	LOFT
	.balign	4096
#endif
end:
