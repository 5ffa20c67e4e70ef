/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/cpu.h"

#include "arch/arm64/cpu/sysreg.h"
#include "arch/barrier.h"

#define RNDR_TRIES 10
#define FASTEST_COUNTER_HZ UINT64_C(1000000000) /* from Armv8.6 on all count at this rate */

unsigned cpu_el(void)
{
	return (unsigned)ID_GET(CURRENTEL_EL, sysreg_read(currentel));
}

bool cpu_has_el(unsigned el)
{
	uint64_t pfr0 = sysreg_read(id_aa64pfr0_el1);

	return (el == 3 ? ID_GET(ID_AA64PFR0_EL1_EL3, pfr0) : ID_GET(ID_AA64PFR0_EL1_EL2, pfr0)) !=
	       0;
}

void cpu_halt(void)
{
	__asm__ volatile("msr daifset, #0xf" : : : "memory");
	for (;;)
		__asm__ volatile("wfi" : : : "memory");
}

uint64_t cpu_midr(void)
{
	return sysreg_read(midr_el1);
}

uint64_t cpu_mpidr(void)
{
	return sysreg_read(mpidr_el1) & MPIDR_EL1_AFFINITY;
}

bool cpu_has_rndr(void)
{
	return ID_GET(ID_AA64ISAR0_EL1_RNDR, sysreg_read(id_aa64isar0_el1)) != 0;
}

bool cpu_rndr(uint64_t *out)
{
	uint64_t value, failed;

	if (!cpu_has_rndr())
		return false;
	for (unsigned i = 0; i < RNDR_TRIES; i++) {
		__asm__ volatile("mrs %0, " SYSREG_STRING(SYSREG_RNDR) "\n\tcset %1, eq"
				 : "=&r"(value), "=r"(failed)
				 :
				 : "cc");
		if (!failed) {
			*out = value;
			return true;
		}
	}
	return false;
}

/* EL2 may read the physical count always; for EL1 a hypervisor may trap it, never the virtual
 * one. */
uint64_t cpu_ticks(void)
{
	isb(); /* the count is read after what came before it, not speculatively early */
	return cpu_el() >= 2 ? sysreg_read(cntpct_el0) : sysreg_read(cntvct_el0);
}

uint64_t cpu_ticks_hz(void)
{
	return sysreg_read(cntfrq_el0);
}

void udelay(uint64_t us)
{
	uint64_t hz = cpu_ticks_hz() ? cpu_ticks_hz() : FASTEST_COUNTER_HZ;
	uint64_t start = cpu_ticks();
	uint64_t ticks = us / 1000000 * hz + us % 1000000 * hz / 1000000 + 1;

	while (cpu_ticks() - start < ticks)
		;
}

bool cpu_at(vaddr_t va, bool write, uint64_t *par)
{
	if (cpu_el() == 2 && write)
		__asm__ volatile("at s1e2w, %0" : : "r"(va) : "memory");
	else if (cpu_el() == 2)
		__asm__ volatile("at s1e2r, %0" : : "r"(va) : "memory");
	else if (write)
		__asm__ volatile("at s1e1w, %0" : : "r"(va) : "memory");
	else
		__asm__ volatile("at s1e1r, %0" : : "r"(va) : "memory");
	isb(); /* the translation is done before its result is read */
	*par = sysreg_read(par_el1);
	return !(*par & PAR_F);
}
