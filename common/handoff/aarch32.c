// SPDX-License-Identifier: BSD-2-Clause
#include "common/handoff/aarch32.h"

#include <errno.h>

#include "arch/cpu.h"
#include "arch/el2.h"
#include "common/fdt/fdt.h"
#include "common/mem/home.h"
#include "common/handoff/smp.h"

#define NO_MACHINE_TYPE UINT32_MAX /* r1: the device tree says what machine it is */

int boot_aarch32_check(struct why *why)
{
	uint64_t pfr0 = sysreg_read(id_aa64pfr0_el1);

	if (ID_GET(ID_AA64PFR0_EL1_EL1, pfr0) != 2)
		return refuse(why, -ENOTSUP,
			      "an AArch32 kernel: this CPU has AArch64 alone at EL1 "
			      "(ID_AA64PFR0_EL1 0x%llx, EL1 is %u, AArch32 needs 2)",
			      (unsigned long long)pfr0,
			      (unsigned)ID_GET(ID_AA64PFR0_EL1_EL1, pfr0));
	if (loft.entry_el == 1)
		return refuse(
			why, -ENOTSUP,
			"an AArch32 kernel: Loft was entered at EL1, and only EL2 or EL3 lead "
			"from AArch64 to AArch32 (QEMU: -M virt,virtualization=on)");
	if (cpu_el() == 2 && !el2_is_usable())
		return refuse(
			why, -ENOTSUP,
			"an AArch32 kernel: HCR_EL2.E2H is fixed at 1 on this CPU, kernels are "
			"entered at EL2 only");
	return 0;
}

int boot_aarch32(struct boot *b, paddr_t entry, struct why *why)
{
	int rc = 0;

	b->entry_el = 1;
	b->handoff.entry = entry;
	b->handoff.spsr = aarch32_spsr((uint32_t)entry);
	b->handoff.sctlr = SCTLR_EL1_AARCH32;
	if (cpu_el() == 2)
		rc = boot_cpus(b, why);
	if (!rc && cpu_el() == 2)
		rc = boot_stub(b, why);
	return rc;
}

void boot_aarch32_registers(struct boot *b)
{
	b->handoff.x[0] = 0;
	b->handoff.x[1] = NO_MACHINE_TYPE;
	b->handoff.x[2] = b->fdt.start;
}

void boot_aarch32_below(struct boot *b)
{
	if (cpu_el() == 2)
		return;
	b->handoff.x[0] = MONITOR_ENTER_AARCH32;
	b->handoff.x[3] = b->handoff.entry;
	b->handoff.entry = (uint64_t)aarch32_smc;
	b->handoff.spsr = SPSR_ENTER_EL1;
	b->handoff.sctlr = SCTLR_EL1_MMU_OFF;
}
