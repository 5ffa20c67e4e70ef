/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entered by Loft with the MMU off, at EL2, x0 = FDT; the other CPUs wait elsewhere. Goes on at EL1
 * with the stack below 0x80000.
 */
#define HCR_EL2_RW		(1 << 31)	/* EL1 is AArch64 */
#define CNTHCTL_EL2_EL1		3		/* EL1PCTEN, EL1PCEN: EL1 may use the timer */
#define SPSR_EL1H_MASKED	0x3c5		/* EL1h; D, A, I and F masked */
#define STACK_TOP		0x80000

	.section .text.start, "ax", %progbits
	.global	_start
_start:
	mrs	x1, mpidr_el1
	tst	x1, #3
	b.ne	park				/* one CPU is enough here */
	mrs	x1, CurrentEL
	cmp	x1, #(2 << 2)
	b.ne	park				/* no other way in is foreseen */

	mrs	x1, cnthctl_el2
	orr	x1, x1, #CNTHCTL_EL2_EL1
	msr	cnthctl_el2, x1
	msr	cntvoff_el2, xzr
	mov	x1, #HCR_EL2_RW
	msr	hcr_el2, x1
	mov	x1, #SPSR_EL1H_MASKED
	msr	spsr_el2, x1
	adr	x1, kernel
	msr	elr_el2, x1
	mov	x1, #STACK_TOP
	msr	sp_el1, x1
	eret

kernel:
	mov	x29, xzr
	mov	x30, xzr
	bl	kernel_main
park:
	wfe
	b	park
