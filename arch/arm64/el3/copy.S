/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/arm64/cpu/asm.h"

/*
 * el3_copy - copy with the MMU off
 * In:       x0 = to, x1 = from, both on 16 bytes; x2 = bytes, rounded up to 128
 * Clobbers: x0-x2, v0-v7, flags
 *
 * Without the MMU all memory is Device: accesses must be aligned, and are as wide as they can be
 * to be few.
 */
FUNC(el3_copy)
	ldp	q0, q1, [x1]
	ldp	q2, q3, [x1, #32]
	ldp	q4, q5, [x1, #64]
	ldp	q6, q7, [x1, #96]
	add	x1, x1, #128
	stp	q0, q1, [x0]
	stp	q2, q3, [x0, #32]
	stp	q4, q5, [x0, #64]
	stp	q6, q7, [x0, #96]
	add	x0, x0, #128
	subs	x2, x2, #128
	b.hi	el3_copy
	ret
ENDFUNC(el3_copy)
