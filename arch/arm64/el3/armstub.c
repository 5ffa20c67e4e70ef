// SPDX-License-Identifier: BSD-2-Clause
/* See el3.h. */
#include "arch/arm64/el3/el3.h"
#include "arch/arm64/cpu/sysreg.h"
#include "arch/barrier.h"
#include "arch/io.h"

#define MIDR_IMPLEMENTER 31, 24
#define MIDR_PART	 15, 4
#define ARM		 0x41
#define CORTEX_A53	 0xd03
#define CORTEX_A57	 0xd07
#define CORTEX_A72	 0xd08

#define CPUECTLR_EL1	   s3_1_c15_c2_1
#define CPUECTLR_EL1_SMPEN BIT(6)
#define L2CTLR_EL1	   s3_1_c11_c0_2

/*
 * ACTLR_EL3: EL2 may write CPUACTLR, CPUECTLR, L2CTLR, L2ECTLR and L2ACTLR, as under the firmware's
 * own stub.  ACTLR_EL2, which says the same for EL1, is EL2's.  Cortex-A53 TRM (DDI 0500)
 */
#define ACTLR_EL3_EL2_MAY (BIT(0) | BIT(1) | BIT(4) | BIT(5) | BIT(6))

/* Cortex-A53 from r0p3 on: a clean by address also invalidates, against erratum 855873. */
#define CPUACTLR_EL1	       s3_1_c15_c2_0
#define CPUACTLR_EL1_ENDCCASCI BIT(44)
#define MIDR_VARIANT	       23, 20
#define MIDR_REVISION	       3, 0
#define R0P3		       3

#define TRIES 10000000 /* of a read past the caches: a second, at the least */

/* In .data: a word of what was loaded, not one that this image had to clear. */
static volatile uint32_t gate __attribute__((section(".data.gate")));

void el3_armstub_cpu(const struct start_el3 *el3)
{
	uint64_t midr = sysreg_read(midr_el1);
	uint64_t part = ID_GET(MIDR_PART, midr), l2ctlr, cpuectlr;

	if (ID_GET(MIDR_IMPLEMENTER, midr) != ARM ||
	    (part != CORTEX_A53 && part != CORTEX_A57 && part != CORTEX_A72))
		return;
	l2ctlr = sysreg_read(L2CTLR_EL1);
	sysreg_write(L2CTLR_EL1, l2ctlr | el3->l2ctlr);
	cpuectlr = sysreg_read(CPUECTLR_EL1);
	sysreg_write(CPUECTLR_EL1, cpuectlr | CPUECTLR_EL1_SMPEN);
	sysreg_write(actlr_el3, ACTLR_EL3_EL2_MAY);
	if (part == CORTEX_A53 &&
	    (ID_GET(MIDR_VARIANT, midr) || ID_GET(MIDR_REVISION, midr) >= R0P3)) {
		uint64_t cpuactlr = sysreg_read(CPUACTLR_EL1);

		sysreg_write(CPUACTLR_EL1, cpuactlr | CPUACTLR_EL1_ENDCCASCI);
	}
	isb(); /* part of the coherent cluster before any cache or TLB maintenance */
}

void el3_armstub_open(const struct start_el3 *el3, struct monitor *m)
{
	for (unsigned i = 0; el3->spin_table && i < el3->cpus; i++)
		mmio_write64(el3->spin_table + i * 8, 0);
	dsb(sy); /* the table is empty before a CPU looks into it */
	gate = 1;
	dsb(sy); /* the gate is open before the event that makes the others look */
	sev();
	for (unsigned i = 1; i < el3->cpus; i++)
		for (unsigned tries = TRIES; m->cpu[i].state == MONITOR_ABSENT && tries; tries--)
			;
}

bool el3_armstub_is_open(void)
{
	return gate;
}

uint64_t el3_armstub_fdt(paddr_t image, uint64_t x0)
{
	/* Nobody sets x0 for an armstub. */
	return image ? x0 : mmio_read32(ARMSTUB_FDT);
}
