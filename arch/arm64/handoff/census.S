/* SPDX-License-Identifier: BSD-2-Clause */
/* A CPU that tells what it is, and goes off again. */
#include "arch/arm64/cpu/asm.h"
#include "arch/census.h"
#include "include/loft/boot.h"

#define PSCI_HVC	1	/* enum psci_conduit */

/*
 * census_entry - started by PSCI CPU_ON
 * In:       x0 = struct census, clean to the PoC; any EL; MMU off, so stores go to memory
 * Out:      the CPU is off
 */
FUNC(census_entry)
	mrs	x1, CurrentEL
	mrs	x2, midr_el1
	mrs	x3, mpidr_el1
	str	x1, [x0, #CENSUS_EL]
	stp	x2, x3, [x0, #CENSUS_MIDR]
	dmb	sy			/* what it tells, before the flag that it is told */
	mov	x1, #1
	str	x1, [x0]
	ldr	x1, [x0, #CENSUS_CONDUIT]
	dsb	sy			/* the flag has arrived before the CPU is gone */
	mov_imm	x0, LOFT_PSCI_CPU_OFF
	cmp	x1, #PSCI_HVC
	b.eq	1f
	smc	#0
	b	2f
1:	hvc	#0
2:	wfi				/* it came back: AFFINITY_INFO goes on saying "on" */
	b	2b
ENDFUNC(census_entry)
