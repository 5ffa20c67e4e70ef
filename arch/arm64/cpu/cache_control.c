/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/arm64/cpu/sysreg.h"
#include "arch/barrier.h"
#include "arch/cache.h"
#include "arch/cpu.h"

/* C and I have one place in SCTLR_EL1 and SCTLR_EL2. */
static uint64_t sctlr(void)
{
	return cpu_el() == 2 ? sysreg_read(sctlr_el2) : sysreg_read(sctlr_el1);
}

bool cache_data_is_on(void)
{
	return sctlr() & SCTLR_EL1_C;
}

bool cache_code_is_on(void)
{
	return sctlr() & SCTLR_EL1_I;
}

void cache_code_enable(bool on)
{
	uint64_t value = on ? sctlr() | SCTLR_EL1_I : sctlr() & ~SCTLR_EL1_I;

	if (cpu_el() == 2)
		sysreg_write(sctlr_el2, value);
	else
		sysreg_write(sctlr_el1, value);
	isb(); /* fetches after it go by the new value */
}

void cache_code_drop(void)
{
	__asm__ volatile("ic iallu" : : : "memory");
	dsb(nsh); /* this CPU's own: IALLU is not broadcast */
	isb();	  /* what was prefetched goes, too */
}
