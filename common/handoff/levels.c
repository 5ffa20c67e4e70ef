// SPDX-License-Identifier: BSD-2-Clause
/* EL2 and EL1 of a CPU, each by its own ID registers, as its kernel shall find them. */
#include "arch/arm64/cpu/aarch32.h"
#include "arch/arm64/el2/el2.h"
#include "arch/barrier.h"
#include "arch/cpu.h"
#include "arch/el2.h"
#include "common/fdt/fdt.h"
#include "common/handoff/aarch32.h"
#include "common/handoff/smp.h"

/*
 * What AArch64 has no name for at EL1 is as after a reset; FP and SIMD, too, are the kernel's to
 * enable.
 */
static void aarch32_levels(uint64_t hcr)
{
	dsb(nsh); /* AmpereOne AC03_CPU_36: no access in flight across it */
	sysreg_write(hcr_el2, aarch32_hcr(hcr, machine.psci != PSCI_NONE));
	isb(); /* in force before the registers that are another level's by it */
	sysreg_write(dacr32_el2, 0);
	sysreg_write(ifsr32_el2, 0);
	sysreg_write(fpexc32_el2, FPEXC32_EL2_OFF);
	sysreg_write(cpacr_el1, 0);
}

void boot_levels(struct handoff *h, unsigned entry_el, bool gicv3, struct el2_write *writes)
{
	struct id_regs ids;
	uint64_t hcr = 0;
	unsigned count;

	id_regs_read(&ids);
	if (!gicv3)
		id_regs_hide_gic(&ids);
	h->sctlr_el2 = SCTLR_EL2_MMU_OFF;
	if (cpu_el() == 2 && (entry_el == 1 || h->hcr) && el2_is_usable()) {
		count = el2_plan(&ids, writes);
		h->sctlr_el2 = el2_planned(writes, count, EL2_REG_SCTLR_EL2, SCTLR_EL2_MMU_OFF);
		el2_apply(writes, count);
		hcr = el2_planned(writes, count, EL2_REG_HCR_EL2, 0);
	}
	if (h->hcr)
		el2_apply(writes, el2_plan_vhe(&ids, writes));
	el2_apply(writes, el1_plan(&ids, writes));
	if (is_aarch32(h))
		aarch32_levels(hcr);
}

void aarch32_secondary(struct handoff *h, uint64_t context)
{
	uint32_t entry = (uint32_t)context;

	h->spsr = aarch32_spsr(entry);
	h->entry = entry & ~1u;
	h->x[0] = context >> 32;
	h->x[1] = 0;
	h->x[2] = 0;
}
