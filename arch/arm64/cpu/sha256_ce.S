/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-256 by FEAT_SHA256: 99 instructions for a block of 64 bytes.
 *
 *   Register   Meaning
 *   v0, v1     the state: a b c d, e f g h
 *   v2         a b c d before four rounds
 *   v3         message words plus constants
 *   v4-v7      the last 16 words of the message schedule
 *   v16-v31    the 64 constants
 *
 * Spec: Arm ARM DDI 0487 K.a, C7.2 "SHA256H", "SHA256H2", "SHA256SU0", "SHA256SU1"
 */
#include "arch/arm64/cpu/asm.h"

	.arch_extension sha2

/* Four rounds, with words w and constants k. */
.macro rounds w, k
	add	v3.4s, v\w\().4s, v\k\().4s
	mov	v2.16b, v0.16b
	sha256h	q0, q1, v3.4s
	sha256h2 q1, q2, v3.4s
.endm

/* The same, and the words of sixteen rounds later take the place of w; x, y, z follow it. */
.macro rounds_next w, x, y, z, k
	add	v3.4s, v\w\().4s, v\k\().4s
	mov	v2.16b, v0.16b
	sha256su0 v\w\().4s, v\x\().4s
	sha256h	q0, q1, v3.4s
	sha256h2 q1, q2, v3.4s
	sha256su1 v\w\().4s, v\y\().4s, v\z\().4s
.endm

/*
 * sha256_blocks_ce - SHA-256's compression function over whole blocks
 * In:       x0 = uint32_t state[8]; x1 = bytes, any alignment; x2 = blocks, at least 1;
 *           x3 = the 64 constants
 * Clobbers: x1-x3, v0-v7, v16-v31, flags
 * Requires: FEAT_SHA256; FP/SIMD not trapped; Normal memory
 */
FUNC(sha256_blocks_ce)
	ld1	{v16.4s-v19.4s}, [x3], #64
	ld1	{v20.4s-v23.4s}, [x3], #64
	ld1	{v24.4s-v27.4s}, [x3], #64
	ld1	{v28.4s-v31.4s}, [x3]
	ldp	q0, q1, [x0]
.Lsha256_block:
	ld1	{v4.16b-v7.16b}, [x1], #64
	rev32	v4.16b, v4.16b
	rev32	v5.16b, v5.16b
	rev32	v6.16b, v6.16b
	rev32	v7.16b, v7.16b
	rounds_next 4, 5, 6, 7, 16
	rounds_next 5, 6, 7, 4, 17
	rounds_next 6, 7, 4, 5, 18
	rounds_next 7, 4, 5, 6, 19
	rounds_next 4, 5, 6, 7, 20
	rounds_next 5, 6, 7, 4, 21
	rounds_next 6, 7, 4, 5, 22
	rounds_next 7, 4, 5, 6, 23
	rounds_next 4, 5, 6, 7, 24
	rounds_next 5, 6, 7, 4, 25
	rounds_next 6, 7, 4, 5, 26
	rounds_next 7, 4, 5, 6, 27
	rounds	4, 28
	rounds	5, 29
	rounds	6, 30
	rounds	7, 31
	ldp	q2, q3, [x0]
	add	v0.4s, v0.4s, v2.4s
	add	v1.4s, v1.4s, v3.4s
	stp	q0, q1, [x0]
	sub	x2, x2, #1
	cbnz	x2, .Lsha256_block
	ret
ENDFUNC(sha256_blocks_ce)
