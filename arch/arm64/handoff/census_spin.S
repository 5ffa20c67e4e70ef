/* SPDX-License-Identifier: BSD-2-Clause */
/* A CPU of a spin table tells what it is, and then waits for its word again, here. */
#include "arch/arm64/cpu/asm.h"
#include "arch/census.h"

/*
 * census_poke - write a word of memory that other CPUs read past their caches
 * In:       x0 = where, x1 = what; MMU off, so no map need have it (mmu_off_call())
 */
FUNC(census_poke)
	dc	civac, x0
	dsb	sy			/* no line of it can be written back over the word */
	str	x1, [x0]
	dsb	sy			/* the word is there before a CPU is told to look */
	sev
	ret
ENDFUNC(census_poke)

/*
 * census_spin - copied for each CPU, with a struct census behind it
 * In:       MMU off, any EL; census.release is the CPU's word, which led here
 * Out:      where the word leads next, x0-x3 = 0: as from the loop that the CPU has left
 */
	.section .text.census_spin, "ax", %progbits
	.balign	8
	.global	census_spin, census_spin_told, census_spin_end
census_spin:
	adr	x0, census_spin_told
	mrs	x1, CurrentEL
	mrs	x2, midr_el1
	mrs	x3, mpidr_el1
	str	x1, [x0, #CENSUS_EL]
	stp	x2, x3, [x0, #CENSUS_MIDR]
	ldr	x4, [x0, #CENSUS_RELEASE]
	str	xzr, [x4]
	dmb	sy			/* what it tells, before the flag that it is told */
	mov	x1, #1
	str	x1, [x0]
	dsb	sy			/* and told before it sleeps */
1:	ldr	x5, [x4]
	cbnz	x5, 2f
	wfe
	b	1b
2:	mov	x0, xzr
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	ic	iallu
	dsb	nsh			/* nothing older is fetched where a kernel now lies */
	isb
	br	x5
	.balign	64
census_spin_told:
	.skip	CENSUS_SIZE
census_spin_end:
