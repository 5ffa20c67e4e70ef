/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/arm64/cpu/asm.h"

/*
 * In the island: see monitor.h.
 *
 * el3_copy - copy with the MMU off
 * In:       x0 = to, x1 = from, both on 16 bytes; x2 = bytes, rounded up to 256
 * Clobbers: x0-x2, v0-v7, v16-v23, flags
 *
 * Without the MMU all memory is Device: accesses must be aligned, and are as wide as they can be
 * to be few.
 */
FUNC(el3_copy)
	ldp	q0, q1, [x1], #256
	ldp	q2, q3, [x1, #-224]
	ldp	q4, q5, [x1, #-192]
	ldp	q6, q7, [x1, #-160]
	ldp	q16, q17, [x1, #-128]
	ldp	q18, q19, [x1, #-96]
	ldp	q20, q21, [x1, #-64]
	ldp	q22, q23, [x1, #-32]
	stp	q0, q1, [x0], #256
	stp	q2, q3, [x0, #-224]
	stp	q4, q5, [x0, #-192]
	stp	q6, q7, [x0, #-160]
	stp	q16, q17, [x0, #-128]
	stp	q18, q19, [x0, #-96]
	stp	q20, q21, [x0, #-64]
	stp	q22, q23, [x0, #-32]
	subs	x2, x2, #256
	b.hi	el3_copy
	ret
ENDFUNC(el3_copy)
