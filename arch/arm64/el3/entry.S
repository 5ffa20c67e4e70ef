/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From reset at EL3, on every CPU at once, to C: a stack in the monitor's window, and the boot
 * CPU apart from the others.
 */
#include "arch/arm64/cpu/asm.h"
#include "arch/arm64/cpu/sysreg_el3.h"
#include "arch/layout.h"

/* All in parentheses: the assembler's | binds tighter than its -, unlike C's. */
#define MPIDR_NUMBER	 (((1 << MPIDR_AFF0_BITS) - 1) | (((1 << MPIDR_AFF1_BITS) - 1) << 8))
#define MPIDR_UNNUMBERED (0xffffffffffffffff - (MPIDR_NUMBER))
#define MPIDR_AFFINITY	 0xff00ffffff
#define MPIDR_MT_BIT	 24

/*
 * el3_reset - what start.S does at EL3
 * In:       x19 = x0 at entry, x20 = where the image lies
 * Out:      does not return: el3_boot() on the CPU whose affinity is 0, else el3_secondary()
 * Requires: interrupts masked; nothing else, and on no CPU anything of another
 */
FUNC(el3_reset)
	mov_imm	x1, SCTLR_EL3_MMU_OFF
	msr	sctlr_el3, x1
	msr	cptr_el3, xzr			/* FP/SIMD untrapped: el3_copy() */
	isb					/* both in force before C */
	adr_l	x0, board			/* its first member is a struct start */
	ldp	x3, x4, [x0, #START_MONITOR]
	cbz	x3, .Lel3_dead
	mrs	x2, mpidr_el1
	mov_imm	x5, MPIDR_AFFINITY
	and	x1, x2, x5
	tbz	x2, #MPIDR_MT_BIT, .Lel3_number
	ror	x1, x1, #8			/* as monitor_number(): Aff0 0 alone */
.Lel3_number:
	mov_imm	x5, MPIDR_UNNUMBERED
	tst	x1, x5
	/*
	 * A CPU that has no number cannot be told from another: it has no stack. It stays here, in
	 * flash or in the armstub, whose CPUs all have numbers.
	 */
	b.ne	.Lel3_park
	and	x2, x1, #((1 << MPIDR_AFF0_BITS) - 1)
	ubfx	x5, x1, #8, #MPIDR_AFF1_BITS
	orr	x2, x2, x5, lsl #MPIDR_AFF0_BITS
	mov	x5, #MONITOR_SIZE(1)
	add	x5, x5, x2, lsl #12		/* MONITOR_SIZE(number + 1): where its stack ends */
	cmp	x5, x4
	b.hi	.Lel3_park
	msr	spsel, #1
	add	sp, x3, x5
	mov	x29, xzr
	mov	x30, xzr
	cbnz	x2, el3_secondary
	mov	x1, x20
	mov	x2, x19
	b	el3_boot

.Lel3_dead:
	ldp	x1, x3, [x0, #START_CONSOLE]	/* and START_CRUMB */
	cbz	x1, .Lel3_park
	mov	w2, #'3'
	str	w2, [x1, x3]			/* the only word that can be said here */
.Lel3_park:
	wfe
	b	.Lel3_park
ENDFUNC(el3_reset)
