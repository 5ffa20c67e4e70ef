/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * planted - a kernel with one fault for each rule of adversary.c, named after it
 *
 * Run from reset on QEMU's virt, at EL1, without Loft: what the plugin says of a kernel that is not
 * Loft's.  Every fault has its right counterpart before it or behind it, of which nothing may be
 * said.  test/qemu/test_silicon.py knows the names.
 */
#define DATA	0x40100000

	.macro	place name
	.global	\name
	.type	\name, %function
\name:
	.endm

	.text
	.global	_start
_start:
	ldr	x0, =DATA

	/* Right: the line is dropped before it is stored to past the cache. */
	add	x1, x0, #0x1000
	dc	ivac, x1
	dsb	sy
	str	x1, [x1]

place planted_A			/* a store over a line that may be dirty */
	str	x0, [x0]

place planted_X			/* memory is Device without the MMU */
	ldxr	x1, [x0]

place right_mmu_on
	/* attribute 0 normal non-cacheable, 1 normal write-back */
	ldr	x1, =0xff44
	msr	mair_el1, x1
	/* 39 bits, 4 KiB, write-back inner shareable; EPD1; 36 bits */
	ldr	x1, =0x100803519
	msr	tcr_el1, x1
	/* in DRAM, so that it can be changed; stored past the cache, so dropped before and after */
	add	x7, x0, #0x10000
	dc	ivac, x7
	dsb	sy
	ldr	x2, =0x00000705			/* flash and devices */
	ldr	x3, =0x40000705			/* DRAM */
	stp	x2, x3, [x7]
	stp	x3, xzr, [x7, #16]		/* and again */
	dsb	sy
	dc	ivac, x7
	dsb	sy
	msr	ttbr0_el1, x7
	add	x8, x0, #0x11000		/* a table of level 2, see planted_F_link */
	isb
	tlbi	vmalle1
	dsb	nsh
	isb
	mrs	x1, sctlr_el1
	mov	x2, #0x1005
	orr	x1, x1, x2
	msr	sctlr_el1, x1
	isb

	/* its line may have been cached before it was stored past the cache */
place planted_B
	ldr	x1, [x0]

	/* Right: cleaned before it is looked at past the cache. */
	add	x3, x0, #0x2000
	str	x3, [x3]
	dc	cvac, x3
	dsb	sy

place planted_D			/* what was just stored is lost */
	add	x4, x0, #0x3000
	str	x4, [x4]
	dc	ivac, x4
	dsb	sy

	add	x5, x0, #0x4000			/* dirty: see planted_C */
	str	x5, [x5]

	/* Right: cleaned, older instructions dropped. */
	ldr	w1, =0xd65f03c0			/* ret */
	add	x6, x0, #0x5000
	str	w1, [x6]
	dc	cvau, x6
	dsb	ish
	ic	ivau, x6
	dsb	ish
	isb
	blr	x6

place planted_E			/* an older instruction may still be cached */
	ldr	w1, =0xd61f03c0			/* br x30 */
	str	w1, [x6]
	dc	cvau, x6
	dsb	ish
	isb
	blr	x6

	/* Right: broken, out of the TLB, made anew. */
	str	xzr, [x7, #16]
	dsb	ishst
	tlbi	vmalle1
	dsb	ish
	ldr	x1, =0x40000701
	str	x1, [x7, #16]
	dsb	ishst
	isb

place planted_T			/* from one memory type to another */
	ldr	x1, =0x40000705
	str	x1, [x7, #16]
	dsb	ishst
	isb

place planted_T_tlbi		/* broken, but never out of the TLB */
	str	xzr, [x7, #16]
	dsb	ishst
	isb
	ldr	x1, =0x00000701
	str	x1, [x7, #16]
	dsb	ishst
	isb

place planted_N			/* memory that the test says is another's */
	ldr	x1, =0x80000705
	str	x1, [x7, #24]
	dsb	ishst
	isb

place planted_G_tlbi		/* nothing waits for it */
	tlbi	vmalle1
	isb
	dsb	nsh

place planted_G_ttbr		/* memory is used before the register is in force */
	mrs	x1, ttbr0_el1
	msr	ttbr0_el1, x1
	ldr	x2, [x3]
	isb

place planted_F_zero		/* the walker may look at address 0 */
	msr	ttbr0_el1, xzr
	msr	ttbr0_el1, x7
	isb

	/* Right: what a table holds is visible before it is linked. */
	str	xzr, [x8]
	dsb	ishst
	orr	x1, x8, #3
	str	x1, [x7, #32]
	dsb	ishst
	isb

place planted_F_link		/* the walker may see the link first */
	str	xzr, [x8, #4096]
	add	x1, x8, #4096
	orr	x1, x1, #3
	str	x1, [x7, #40]
	dsb	ishst
	isb

place planted_G_walk		/* memory through a descriptor that is not visible yet */
	ldr	x1, =0x40000705
	str	x1, [x7, #48]
	mov	x2, #0x180000000
	add	x2, x2, #0x102000
	ldr	x1, [x2]
	dsb	ishst
	isb

place planted_G_sev		/* who it wakes may not see the store */
	add	x9, x0, #0x6000
	str	x9, [x9]
	sev
	dsb	sy

place planted_G_fp		/* a trap that is still in force */
	mov	x1, #0x300000
	msr	cpacr_el1, x1
	fmov	d0, #1.0
	isb

place planted_G_par		/* an older translation's result */
	at	s1e1r, x0
	mrs	x1, par_el1
	isb

place right_mmu_off
	add	x9, x0, #0x20000		/* not dirty, and may be cached: see planted_F */
	dc	civac, x9
	dsb	sy
	mrs	x1, sctlr_el1
	mov	x2, #5
	bic	x1, x1, x2
	msr	sctlr_el1, x1
	isb
	ldr	x1, [x3]

place planted_C			/* its value is in the cache still */
	ldr	x1, [x5]

	add	x10, x0, #0x7000
	dc	ivac, x10
	dsb	sy
	str	x10, [x10]
place planted_G_dc		/* it may come before the store */
	dc	ivac, x10
	dsb	sy

	/* Wrong only for the walker, see planted_F: no line is dropped behind it. */
	ldr	x2, =0x00000705
	ldr	x3, =0x40000705
	stp	x2, x3, [x9]
	dsb	sy

place right_mmu_on_again
	msr	ttbr0_el1, x9
	isb
place planted_S			/* and the TLB still has entries of the other tables */
	mrs	x1, sctlr_el1
	mov	x2, #0x1005
	orr	x1, x1, x2
	msr	sctlr_el1, x1
place planted_F			/* the walker reads what was stored past the cache */
	isb

place right_end
	ldr	x0, =0x84000008			/* PSCI SYSTEM_OFF */
	hvc	#0
	b	.

	.ltorg
