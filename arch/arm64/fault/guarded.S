/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions that may fault and say so. A synchronous exception of one of them goes on at
 * guarded_failed, with every register as it was (arch/arm64/fault/exception.c): so they keep no
 * stack and return by x30.
 */
#include "arch/arm64/cpu/asm.h"
#include "arch/arm64/cpu/sysreg_list.h"

	.section .text.guarded, "ax", %progbits
	.balign	4
	.global	guarded_start
guarded_start:

/*
 * guarded_copy - one access of a width, from one address to another
 * In:       x0 = to, x1 = from, x2 = 1, 2, 4 or 8 bytes; both aligned to that, or Normal memory
 * Out:      x0 = 0, or -1 where either faulted
 */
	.global	guarded_copy
	.type	guarded_copy, %function
guarded_copy:
	tbnz	x2, #3, .Lcopy_8
	tbnz	x2, #2, .Lcopy_4
	tbnz	x2, #1, .Lcopy_2
	ldrb	w3, [x1]
	strb	w3, [x0]
	b	.Lcopy_done
.Lcopy_2:
	ldrh	w3, [x1]
	strh	w3, [x0]
	b	.Lcopy_done
.Lcopy_4:
	ldr	w3, [x1]
	str	w3, [x0]
	b	.Lcopy_done
.Lcopy_8:
	ldr	x3, [x1]
	str	x3, [x0]
.Lcopy_done:
	dsb	sy				/* an abort of the access comes here, not later */
	mov	x0, xzr
	ret
	.size	guarded_copy, . - guarded_copy

/*
 * guarded_semihost - a semihosting call
 * In:       w0 = operation, x1 = its parameter, x2 = where the result goes
 * Out:      x0 = 0, or -1 where HLT is undefined: nobody is there
 * Spec:     Arm "Semihosting for AArch32 and AArch64", 2.0: HLT #0xf000
 */
	.global	guarded_semihost
	.type	guarded_semihost, %function
guarded_semihost:
	hlt	#0xf000
	str	x0, [x2]
	mov	x0, xzr
	ret
	.size	guarded_semihost, . - guarded_semihost

#ifdef CONFIG_CMD_SYSREG
/*
 * guarded_sysreg - read a register of SYSREG_LIST
 * In:       x0 = its number, x1 = where the value goes
 * Out:      x0 = 0, or -1 where reading it is UNDEFINED or trapped
 */
	.global	guarded_sysreg
	.type	guarded_sysreg, %function
guarded_sysreg:
	adr	x2, .Lsysreg_reads
	add	x2, x2, x0, lsl #3
	br	x2
#define READ(name, el, op0, op1, crn, crm, op2, fields)	\
	mrs	x2, S##op0##_##op1##_C##crn##_C##crm##_##op2;	\
	b	.Lsysreg_done;
.Lsysreg_reads:
	SYSREG_LIST(READ)
.Lsysreg_done:
	str	x2, [x1]
	mov	x0, xzr
	ret
	.size	guarded_sysreg, . - guarded_sysreg
#endif

	.global	guarded_end
guarded_end:
	.global	guarded_failed
guarded_failed:
	mov	x0, #-1
	ret
