/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reset, or the entry of an arm64 Image.
 *
 * Assumed:  any EL; x0 = FDT, 0, or another loader's leftovers; nothing else. At EL3 moreover that
 * this is a reset, with caches empty: what is stored there is Secure or past the caches, and no
 * maintenance of ours reaches a line that an earlier stage left dirty over it (doc/porting.md). The
 * image lies on a 4 KiB boundary. At EL2 and EL1 TCR2, SCTLR2 and GCSCR of the entry's own level
 * are 0, as the boot requirements have it: an EL3 may trap them, so they are not written to make
 * sure.
 *
 * Establishes: interrupts masked, MMU and caches off with SCTLR_ELx written whole,
 * FP/SIMD usable, a stack, an early map with MMU and caches on; then early_main().
 *
 *   Register   Live                  Meaning
 *   x19        reset -> early_main   x0 at entry: the FDT's physical address, if it is one
 *   x20        reset -> early_main   where the image lies
 *   x21        reset -> early_main   the scratch (arch/layout.h)
 */
#include "arch/arm64/cpu/asm.h"
#include "arch/arm64/cpu/sysreg_vmsa.h"
#include "arch/layout.h"

#define ID_AA64MMFR4	S3_0_C0_C7_4
#define E2H0_SIGN_BIT	27		/* ID_AA64MMFR4_EL1.E2H0 < 0: HCR_EL2.E2H is RES1 */

/* What HCR_EL2 shall be; some CPUs keep E2H at 1, and others can pretend to. */
#ifdef CONFIG_DEBUG_E2H
#define HCR_EL2_WANTED	HCR_EL2_LOFT_E2H
#else
#define HCR_EL2_WANTED	HCR_EL2_LOFT
#endif

/*
 * With CONFIG_DEBUG_UART, one letter per step on the board's console: what a port shows before its
 * first line.
 */
.macro breadcrumb letter
#ifdef CONFIG_DEBUG_UART
	adr_l	x8, board
	ldp	x9, x10, [x8, #START_CRUMB_ON]
	ldp	x8, x11, [x8, #START_CONSOLE]	/* and START_CRUMB */
	cbz	x8, 2f
	cbz	x9, 1f
	str	w10, [x9]
1:	mov	w9, #\letter
	str	w9, [x8, x11]
2:
#endif
.endm

/* The arm64 Image header, 64 bytes (Linux "Booting AArch64 Linux", section 4). */
	.section .head, "ax", %progbits
	.global	_start
	.type	_start, %function
_start:
	b	reset				/* code0 */
	.long	0				/* code1 */
	.quad	CONFIG_IMAGE_TEXT_OFFSET	/* text_offset: from a 2 MiB boundary */
	.quad	__image_end - _start		/* image_size, with .bss, stacks and scratch */
	/* flags: anywhere in DRAM, 4 KiB pages, little-endian */
	.quad	(1 << 3) | (1 << 1)
	.quad	0, 0, 0
	.ascii	"ARM\x64"			/* magic */
	.long	0
	.size	_start, . - _start

#ifdef CONFIG_ARMSTUB
/*
 * At 0 this image is the armstub: its spin table lies where the firmware's own has it, one word a
 * CPU (0xd8 to 0xf7). The firmware knows the magic number in the last of them, and then leaves two
 * addresses behind it; el3/armstub.c empties the table before another CPU looks.
 */
	.org	_start + ARMSTUB_SPIN_TABLE
	.quad	0, 0, 0
	.long	0x5afe570b, 0			/* magic, version */
	.long	0				/* ARMSTUB_FDT */
	.long	0				/* the kernel */
#endif

/*
 * reset - from any EL to early_main(); at EL3 by way of the monitor (el3/entry.S)
 * In:       x0 = FDT or anything
 * Out:      does not return
 * Requires: nothing
 */
	.type	reset, %function
reset:
	msr	daifset, #0xf
	mov	x19, x0
	adr_l	x20, _start
	breadcrumb 'R'				/* reset */

	/* The scratch: in flash nothing is writable, so the board names a place. */
	adr_l	x1, board			/* its first member is a struct start */
	ldp	x2, x3, [x1, #START_FLASH_START]
	ldr	x21, [x1, #START_SCRATCH]
	sub	x2, x20, x2
	cmp	x2, x3
	b.lo	.Lscratch_known
	adr_l	x21, __scratch_start
.Lscratch_known:

	mrs	x1, CurrentEL
	cmp	x1, #CURRENT_EL2
	b.eq	.Lestablish_el2
	b.hi	el3_reset			/* it comes back here below EL3 */

.Lestablish_el1:
	mrs	x1, sctlr_el1
	bl	.Lclean_image
	mov_imm	x1, SCTLR_EL1_MMU_OFF
	msr	sctlr_el1, x1
	mov	x1, #CPACR_EL1_LOFT
	msr	cpacr_el1, x1
	b	.Lestablish_stack

.Lestablish_el2:
	mrs	x1, sctlr_el2
	bl	.Lclean_image
	mov_imm	x1, SCTLR_EL2_MMU_OFF
	msr	sctlr_el2, x1
	mov_imm	x1, HCR_EL2_WANTED
	/* AmpereOne AC03_CPU_36: no access in flight across the change */
	dsb	nsh
	msr	hcr_el2, x1
	/* MMU off and E2H as wanted before it is asked what became of it */
	isb
	mrs	x1, hcr_el2
	tbnz	x1, #HCR_EL2_E2H_BIT, .Lestablish_e2h
	/*
	 * Where E2H is fixed at 1 it may still read as the 0 that was written. The ID register says
	 * so, or else two names that reach one register: with E2H, FAR_EL1 is FAR_EL2.
	 */
	mrs	x1, ID_AA64MMFR4
	tbnz	x1, #E2H0_SIGN_BIT, .Lestablish_e2h
	mov	x1, #1
	msr	far_el2, x1
	msr	far_el1, xzr
	isb					/* one register by two names: in order only so */
	mrs	x1, far_el2
	cbz	x1, .Lestablish_e2h
	mov	x1, #CPTR_EL2_LOFT
	msr	cptr_el2, x1
	b	.Lestablish_stack

	/* E2H is fixed at 1: all that follows takes EL2 by its _EL1 names, as the EL2&0 regime. */
.Lestablish_e2h:
	mov	x1, #CPACR_EL1_LOFT
	msr	cptr_el2, x1			/* in this layout already */
	mov_imm	x1, HCR_EL2_LOFT_E2H
	msr	hcr_el2, x1

.Lestablish_stack:
	/* MMU off, FP/SIMD untrapped, HCR_EL2 in force before C */
	isb
	breadcrumb 'E'				/* EL known, MMU off */
	/*
	 * What is written with the MMU off goes straight to memory. A dirty line that an earlier
	 * stage left over the same bytes could be evicted on top of it, so such lines are dropped
	 * first.
	 */
	bl	.Ldrop_lines

	/* Exceptions on SP_ELx, everything else on SP_EL0: a broken stack can still be reported. */
	msr	spsel, #1
	mov	x1, #EARLY_FAULT_STACK_TOP
	add	sp, x21, x1
	msr	spsel, #0
	add	sp, x21, #EARLY_STACK_TOP
	mov	x29, xzr
	mov	x30, xzr

	mov	x0, x21
	mov	x1, x20
	adr_l	x2, board
	bl	early_map			/* x0 = const struct mmu_regs *, in the scratch */
	mov	x22, x0
	breadcrumb 'M'				/* early map built */

	/*
	 * The same bytes will be read with the caches on: drop the clean lines that a prefetch, or
	 * a host's own mapping of a guest's memory, may have brought in meanwhile (early_map() did
	 * so for the tables).
	 */
	bl	.Ldrop_lines

	mov	x0, x22
	adr_l	x1, early_main
	mov	x2, x21
	mov	x3, x19
	mov	x4, x20
	add	x5, x21, #EARLY_STACK_TOP
	mov	x6, #EARLY_FAULT_STACK_TOP
	add	x6, x6, x21
	b	mmu_apply

/*
 * Lines over what C writes with the MMU off, beside the tables. early_map() has returned: its stack
 * holds nothing any more, and lies in memory (its DSB).
 * Clobbers: x0-x5, x30 kept in x23
 */
.Ldrop_lines:
	mov	x23, x30
	add	x0, x21, #EARLY_STATE_OFFSET
	mov	x1, #EARLY_STATE_MMU_OFF
	bl	cache_inval_poc
	mov_imm	x0, (EARLY_STACK_TOP - EARLY_STACK_MMU_OFF)
	add	x0, x0, x21
	mov	x1, #EARLY_STACK_MMU_OFF
	mov	x30, x23
	b	cache_inval_poc

/*
 * Another loader's `go` may come here with MMU and D-cache on: the image is then dirty in the
 * cache, and a fetch with the MMU off would miss it.
 * In:       x1 = SCTLR_ELx at entry.  Clobbers: x0-x5, x30 kept in x22
 */
.Lclean_image:
	tbz	x1, #2, .Lclean_done		/* SCTLR_ELx.C */
	mov	x22, x30
	mov	x0, x20
	adr_l	x1, __data_end
	sub	x1, x1, x0
	bl	cache_clean_poc
	mov	x30, x22
.Lclean_done:
	ret
	.size	reset, . - reset
