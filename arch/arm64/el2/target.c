/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/arm64/el2/el2.h"
#include "arch/arm64/cpu/sysreg.h"
#include "arch/barrier.h"
#include "arch/cpu.h"

#define READ(name, member, op0, op1, crn, crm, op2) \
	__asm__ volatile("mrs %0, " SYSREG_ENCODING(op0, op1, crn, crm, op2) : "=r"(ids->member));

#define FEATURE_READER(name, member, op0, op1, crn, crm, op2) \
	static void read_##member(struct id_regs *ids) \
	{ \
		READ(name, member, op0, op1, crn, crm, op2) \
	}
ID_FEATURE_REGS(FEATURE_READER)

#define ZERO(name, member, op0, op1, crn, crm, op2) ids->member = 0;

/* Each of these is UNDEFINED without its feature. */
static void read_features(struct id_regs *ids)
{
	uint64_t pmu = ID_GET(ID_AA64DFR0_EL1_PMUVer, ids->dfr0);

	if (pmu != 0 && pmu != 0xf)
		read_pmcr_el0(ids);
	if (ID_GET(ID_AA64DFR0_EL1_PMSVer, ids->dfr0) != 0) {
		read_pmbidr(ids);
		if (ID_GET(PMBIDR_EL1_P, ids->pmbidr) == 0) /* otherwise EL3 traps it */
			read_pmsidr(ids);
	}
	if (ID_GET(ID_AA64DFR0_EL1_TraceBuffer, ids->dfr0) != 0)
		read_trbidr(ids);
	/* Trapped by the same bit as MPAM2_EL2, and read only to write MPAMHCR_EL2. */
	if ((ID_GET(ID_AA64PFR0_EL1_MPAM, ids->pfr0) != 0 ||
	     ID_GET(ID_AA64PFR1_EL1_MPAM_frac, ids->pfr1) != 0) &&
	    (ID_GET(ID_AA64PFR0_EL1_EL3, ids->pfr0) == 0 || el2_own_el3()))
		read_mpamidr(ids);
	if (ID_GET(ID_AA64PFR1_EL1_SME, ids->pfr1) != 0)
		read_smidr(ids);
	/* Its one use is at the highest level, which enables the counters; an EL3 may trap it. */
	if (ID_GET(ID_AA64PFR0_EL1_AMU, ids->pfr0) != 0 &&
	    (ID_GET(ID_AA64PFR0_EL1_EL3, ids->pfr0) == 0 || cpu_el() == 3))
		read_amcgcr(ids);
}

bool el2_own_el3(void)
{
	return cpu_el() == 3 || cpu_entered_el3();
}

void id_regs_read(struct id_regs *ids)
{
	ID_SPACE_REGS(READ)
	ID_FEATURE_REGS(ZERO)
	if (cpu_el() >= 2)
		read_features(ids);
}

#define WRITE(name, flags, op0, op1, crn, crm, op2) \
	case EL2_REG_##name: \
		__asm__ volatile("msr " SYSREG_ENCODING(op0, op1, crn, crm, op2) ", %x0" \
				 : \
				 : "rZ"(value) \
				 : "memory"); \
		break;

static void write_reg(enum el2_reg reg, uint64_t value)
{
	switch (reg) {
		EL2_REGS(WRITE)
		EL1_REGS(WRITE)
		EL3_REGS(WRITE)
	case EL2_REG_COUNT:
		break;
	}
}

void el2_apply(const struct el2_write *writes, unsigned count)
{
	uint64_t pfr0 = sysreg_read(id_aa64pfr0_el1);
	bool own_el3 = el2_own_el3();
	bool sre = false;
	bool switches = count && writes->reg == EL2_REG_HCR_EL2 &&
			(sysreg_read(hcr_el2) ^ writes->value) & HCR_EL2_E2H;

	for (const struct el2_write *w = writes; w < writes + count; w++) {
		if (w->flags & EL2_BY_HANDOFF || (w->flags & EL2_IF_SRE && !sre) ||
		    (w->flags & EL2_E2H && switches) || !el2_may_write(w, pfr0, own_el3))
			continue;
		if (w->reg == EL2_REG_HCR_EL2)
			dsb(nsh); /* AmpereOne AC03_CPU_36: no access in flight across it */
		write_reg(w->reg, w->value);
		if (w->flags & EL2_ISB)
			isb(); /* in force before the registers that it governs are touched */
		if (w->reg == EL2_REG_ICC_SRE_EL2)
			sre = (sysreg_read(SYSREG_ICC_SRE_EL2) & ICC_SRE_EL2_SRE) != 0;
	}
}
