/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * early - a kernel's first steps, done right; with -DFAULT_name, one of them done wrong
 *
 * A Linux Image, entered at EL2 with the MMU off: it makes tables, turns its MMU on, changes
 * mappings, patches code, lets a device write to memory, starts a second CPU, and goes on at EL1.
 * `make silicon-run KERNEL=early.bin` finds nothing in it, and each fault by its rule and place:
 * test/qemu/test_silicon_run.py, which knows the names.
 */
#define DATA	0x50000000	/* an address that whatever ran before may have used */
#define ARGS	0x2000		/* what is known of the boot, stored with the MMU off */
#define CODE	0x3000
#define MAIL	0x4000		/* for the second CPU, and its answer in a line of its own */
#define DMA	0x5000		/* fw_cfg's descriptor, and what it is to write */
#define DEVICE	(0x401)		/* a block of 1 GiB with the access flag: attribute 0, */
#define NORMAL	(0x705)		/* and 1, inner shareable */
#define RES1	(1 << 6)	/* AP[1] at EL2 */
#define XN	(1 << 54)
#define PXN	(1 << 53)

	.macro	place name
	.global	\name
	.type	\name, %function
\name:
	.endm

	.text
	.global	_start
_start:
	b	start
	.long	0
	.quad	0, 0x10000, 0xa, 0, 0, 0
	.ascii	"ARM\x64"
	.long	0

start:
	ldr	x20, =DATA

place forget			/* what may be cached or dirty of the memory to be stored to */
	mov	x1, #0x6000
1:	sub	x1, x1, #64
#ifdef FAULT_unclean
	cbz	x1, 2f			/* all but the tables */
#endif
	add	x2, x20, x1
#if defined FAULT_walk || defined FAULT_args
	dc	cvac, x2		/* and so it stays in the cache */
#else
	dc	ivac, x2
#endif
	cbnz	x1, 1b
2:	dsb	sy

place tables			/* 39 bits: devices, memory, with the MMU off */
	ldr	x1, =DEVICE | RES1 | XN
	ldr	x2, =0x40000000 | NORMAL | RES1
	stp	x1, x2, [x20]
	dmb	sy
#ifndef FAULT_walk
	dc	ivac, x20		/* may have been fetched since */
#endif
	add	x3, x20, #ARGS
	str	x0, [x3]
	dmb	sy
#ifndef FAULT_args
	dc	ivac, x3
#endif
	dsb	sy

place registers
	ldr	x1, =0xff04
	msr	mair_el2, x1
	ldr	x1, =0x80813519
	msr	tcr_el2, x1
	msr	ttbr0_el2, x20
#ifndef FAULT_registers_isb
	isb
#endif

place empty_tlb
	tlbi	alle2
#ifndef FAULT_tlbi_dsb
	dsb	nsh
#endif
	isb

place mmu_on
	mrs	x1, sctlr_el2
	mov	x2, #0x1005
	orr	x1, x1, x2
	msr	sctlr_el2, x1
place mmu_is_on
#ifndef FAULT_mmu_isb
	isb
#endif
place args
	ldr	x1, [x3]

place map_device
#ifdef FAULT_device_x
	ldr	x1, =DEVICE | RES1
#else
	ldr	x1, =DEVICE | RES1 | XN
#endif
	str	x1, [x20, #4 * 8]
	dsb	ishst
	isb

place map_others		/* memory that the tree excepts, --nomap */
#ifdef FAULT_nomap
	ldr	x1, =0x80000000 | NORMAL | RES1 | XN
	str	x1, [x20, #5 * 8]
	dsb	ishst
	isb
#endif

place map
	ldr	x1, =0x40000000 | NORMAL | RES1
	str	x1, [x20, #6 * 8]
#ifndef FAULT_map_dsb
	dsb	ishst
#endif
	isb
place mapped
	ldr	x2, =0x180000000 + DATA - 0x40000000 + ARGS + 64
	ldr	x2, [x2]

place unmap
	str	xzr, [x20, #6 * 8]
#ifndef FAULT_unmap_dsb
	dsb	ishst
#endif
	tlbi	alle2
	dsb	ish
	isb

place change			/* break before make */
	ldr	x1, =0x40000000 | NORMAL | RES1
	str	x1, [x20, #7 * 8]
	dsb	ishst
	isb
#ifndef FAULT_break
	str	xzr, [x20, #7 * 8]
	dsb	ishst
	tlbi	alle2
	dsb	ish
#endif
place make
	ldr	x1, =DEVICE | RES1 | XN
	str	x1, [x20, #7 * 8]
	dsb	ishst
	isb

place link			/* an empty table of level 2 */
	add	x1, x20, #0x100000
	mov	x2, #4096
1:	sub	x2, x2, #8
	str	xzr, [x1, x2]
	cbnz	x2, 1b
#ifndef FAULT_link
	dsb	ishst
#endif
	orr	x1, x1, #3
place linked
	str	x1, [x20, #8 * 8]
	dsb	ishst
	isb

place ttbr			/* a copy of the tables */
	ldr	x1, =DEVICE | RES1 | XN
	ldr	x2, =0x40000000 | NORMAL | RES1
	add	x4, x20, #0x101000
	stp	x1, x2, [x4]
	dsb	ishst
	msr	ttbr0_el2, x4
#ifndef FAULT_ttbr_isb
	isb
#endif
place ttbr_used
	ldr	x1, [x3, #64]
	msr	ttbr0_el2, x20
	isb

place mmu_off			/* and on again, with the copy */
	mrs	x1, sctlr_el2
	mov	x2, #5
	bic	x2, x1, x2
	msr	sctlr_el2, x2
	isb
	msr	ttbr0_el2, x4
	isb
#ifndef FAULT_tlbi
	tlbi	alle2
	dsb	nsh
	isb
#endif
place mmu_on_again
	msr	sctlr_el2, x1
	isb

place patch
	add	x4, x20, #CODE
	ldr	w1, =0xd65f03c0		/* ret */
	str	w1, [x4]
#ifndef FAULT_patch_clean
	dc	cvau, x4
	dsb	ish
#endif
#ifndef FAULT_patch_ic
	ic	ivau, x4
	dsb	ish
#endif
#ifndef FAULT_patch_isb
	isb
#endif
	blr	x4

place device			/* fw_cfg writes to memory, past the caches */
	add	x4, x20, #DMA
	add	x5, x4, #0x100
#ifdef FAULT_dma_dirty
	str	xzr, [x5]
#endif
	ldr	w1, =0x0a001900		/* select 0x19, read; big endian */
	ldr	w2, =0x40000000		/* 64 bytes */
	stp	w1, w2, [x4]
	rev	x1, x5
	str	x1, [x4, #8]
#ifndef FAULT_dma_clean
	dc	cvac, x4
#endif
#ifndef FAULT_dma_barrier
	dsb	sy
#endif
	ldr	x1, =0x09020010
	rev	x2, x4
place tell_device
	str	x2, [x1]
place device_told
1:	dc	ivac, x4
	dsb	sy
	ldr	w1, [x4]
	cbnz	w1, 1b
#ifndef FAULT_dma_drop
	dc	ivac, x5
	dsb	sy
#endif
place dma
	ldr	x1, [x5]

place drop			/* a buffer that a device has written to */
	add	x4, x20, #DMA
#ifdef FAULT_drop
	str	x4, [x4]
#endif
	dc	ivac, x4
	dsb	sy

place second_cpu
	add	x4, x20, #MAIL
	adr	x1, secret
	str	x1, [x4]
#ifndef FAULT_mail
	dc	cvac, x4
#endif
	add	x5, x4, #64
	dc	civac, x5		/* its answer */
	add	x6, x4, #128
	str	xzr, [x6]		/* it may go */
	dc	cvac, x6
	dsb	sy
	ldr	w0, =0xc4000003		/* CPU_ON */
	mov	x1, #1
	adr	x2, second
	mov	x3, x4
	smc	#0
1:	ldr	w0, =0xc4000004		/* AFFINITY_INFO, until it is on */
	mov	x1, #1
	mov	x2, #0
	smc	#0
	cbnz	w0, 1b
	str	x6, [x6]
	dc	cvac, x6
	dsb	sy
1:	ldr	w0, =0xc4000004		/* and until it is off */
	mov	x1, #1
	mov	x2, #0
	smc	#0
	cmp	w0, #1
	b.ne	1b
#ifndef FAULT_answer
	dc	ivac, x5
	dsb	sy
#endif
place answer
	ldr	x1, [x5]

place go_down			/* EL1 has its MMU on from its first instruction */
	add	x4, x20, #0x102000
	ldr	x1, =DEVICE | PXN | XN
	ldr	x2, =0x40000000 | NORMAL
	stp	x1, x2, [x4]
	dsb	ishst
	mov	x1, #1 << 31
	dsb	nsh
	msr	hcr_el2, x1
	isb
	ldr	x1, =0xff04
	msr	mair_el1, x1
	ldr	x1, =0x100803519	/* and EPD1 */
	msr	tcr_el1, x1
	msr	ttbr0_el1, x4
	ldr	x1, =0x30d01805
	msr	sctlr_el1, x1
	adr	x1, vectors
	msr	vbar_el2, x1
	mov	x1, #0x3c5
	msr	spsr_el2, x1
	adr	x1, first
	msr	elr_el2, x1
	tlbi	alle1
#ifndef FAULT_eret_dsb
	dsb	nsh
#endif
place down
	eret

place first			/* at EL1, and back */
	hvc	#0

	.balign	2048
vectors:
	.rept	8
	b	.
	.balign	128
	.endr
place changed			/* another context of EL1 */
	add	x4, x20, #0x103000
	ldr	x1, =DEVICE | PXN | XN
	ldr	x2, =0x40000000 | NORMAL
	stp	x1, x2, [x4]
	dsb	ishst
	msr	ttbr0_el1, x4
	isb
#ifndef FAULT_eret_tlbi
	tlbi	alle1
	dsb	nsh
#endif
	adr	x1, el1
	msr	elr_el2, x1
place down_again
	eret

place el1
	mov	x1, #0x300000
	msr	cpacr_el1, x1
#ifndef FAULT_fp_isb
	isb
#endif
place fp
	fmov	d0, #1.0
	isb

place off
	ldr	w0, =0x84000008		/* PSCI SYSTEM_OFF */
	smc	#0
	b	.

/* Entered with the MMU off; x0: the mail. */
place second
	ldr	x1, [x0]
	str	x1, [x0, #64]
	dsb	sy
1:	ldr	x1, [x0, #128]
	cbz	x1, 1b
	ldr	w0, =0x84000002		/* CPU_OFF */
	smc	#0
	b	.

secret:	.quad	0
	.ltorg
