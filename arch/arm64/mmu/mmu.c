// SPDX-License-Identifier: BSD-2-Clause
/*
 * Loft's own translation regime.  Runs with the MMU off as well: no library calls, no wide
 * accesses.
 */
#include "arch/arm64/mmu/mmu.h"

#include "arch/arm64/cpu/sysreg.h"
#include "arch/barrier.h"
#include "arch/cpu.h"

enum pt_regime mmu_regime(void)
{
	if (cpu_el() != 2)
		return PT_EL1;
	return sysreg_read(hcr_el2) & HCR_EL2_E2H ? PT_EL2_E2H : PT_EL2;
}

int mmu_regs_for(const struct pt *pt, paddr_t vbar, struct mmu_regs *regs)
{
	unsigned parange = FIELD_GET(3, 0, sysreg_read(id_aa64mmfr0_el1));
	int rc = pt_mmu_regs(pt, NULL, parange, regs);

	regs->vbar = vbar;
	return rc;
}

int mmu_extend(struct pt *pt, const struct pt_region *region)
{
	int rc = pt_map(pt, region);

	dsb(ishst); /* new descriptors visible to the walker ... */
	isb();	    /* ... before the next access may need them */
	return rc;
}

int mmu_withdraw(struct pt *pt, const struct pt_region *region)
{
	int rc = pt_unmap(pt, region->va, region->size);

	dsb(ishst); /* invalid descriptors visible to the walker before its copies are dropped */
	if (pt->regime == PT_EL1)
		__asm__ volatile("tlbi vmalle1" : : : "memory");
	else
		__asm__ volatile("tlbi alle2" : : : "memory");
	dsb(nsh); /* no TLB entry is left ... */
	isb();	  /* ... for what comes next */
	return rc;
}
