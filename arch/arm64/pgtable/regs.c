/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers that go with a pair of trees. Runs with the MMU off too. */
#include <errno.h>

#include "arch/arm64/pgtable/pgtable.h"
#include "arch/arm64/pgtable/tree.h"

/*
 * ID_AA64MMFR0_EL1.PARange and TCR_ELx.IPS count alike: 0 to 5 are 32, 36, 40, 42, 44, 48 bits, 6
 * is 52.
 */
#define PARANGE_48 5u
#define PARANGE_52 6u

static unsigned ips_for(const struct pt *pt, unsigned parange)
{
	unsigned held = pt->format.pa_bits > 48 ? PARANGE_52 : PARANGE_48;

	return parange < held ? parange : held;
}

static uint64_t tcr_el2(const struct pt *low, unsigned parange)
{
	return TCR_EL2_RES1 | TCR_EL2_PS(ips_for(low, parange)) | TCR_EL2_TG0(low->format.tg0) |
	       TCR_EL2_SH0(VMSA_SH_INNER) | TCR_EL2_ORGN0(VMSA_RGN_WB_WA) |
	       TCR_EL2_IRGN0(VMSA_RGN_WB_WA) | TCR_EL2_T0SZ(low->va_bits) |
	       (low->format.ds ? TCR_EL2_DS : 0);
}

/*
 * A half without a tree has its walks disabled, and otherwise the same fields as the other: they
 * must be valid.
 */
static uint64_t tcr_el1(const struct pt *low, const struct pt *high, unsigned parange)
{
	const struct pt *low_fields = low ? low : high;
	const struct pt *high_fields = high ? high : low;
	unsigned low_ips = ips_for(low_fields, parange), high_ips = ips_for(high_fields, parange);

	return TCR_EL1_IPS(low_ips < high_ips ? low_ips : high_ips) |
	       TCR_EL1_TG0(low_fields->format.tg0) | TCR_EL1_SH0(VMSA_SH_INNER) |
	       TCR_EL1_ORGN0(VMSA_RGN_WB_WA) | TCR_EL1_IRGN0(VMSA_RGN_WB_WA) |
	       TCR_EL1_T0SZ(low_fields->va_bits) | (low ? 0 : TCR_EL1_EPD0) |
	       TCR_EL1_TG1(high_fields->format.tg1) | TCR_EL1_SH1(VMSA_SH_INNER) |
	       TCR_EL1_ORGN1(VMSA_RGN_WB_WA) | TCR_EL1_IRGN1(VMSA_RGN_WB_WA) |
	       TCR_EL1_T1SZ(high_fields->va_bits) | (high ? 0 : TCR_EL1_EPD1) |
	       (low_fields->format.ds ? TCR_EL1_DS : 0);
}

/* Address bits 51:48 stand in 5:2, where TCR says that there are any. ASID 0, CnP 0. */
static uint64_t ttbr(const struct pt *pt)
{
	return pt ? (pt->root_pa & TTBR_BADDR) | TTBR_BADDR_HIGH(pt->root_pa) : 0;
}

int pt_mmu_regs(const struct pt *low, const struct pt *high, unsigned parange,
		struct mmu_regs *regs)
{
	const struct pt *any = low ? low : high;

	if (!any || (low && low->base) || (high && !high->base))
		return -EINVAL;
	if (low && high && (low->regime != high->regime || low->format.ds != high->format.ds))
		return -EINVAL;

	regs->mair = MAIR_INIT;
	regs->ttbr0 = ttbr(low);
	regs->ttbr1 = ttbr(high);
	regs->vbar = 0;
	if (any->regime == PT_EL2) {
		regs->tcr = tcr_el2(any, parange);
		regs->sctlr = SCTLR_EL2_INIT;
	} else {
		regs->tcr = tcr_el1(low, high, parange);
		regs->sctlr = SCTLR_EL1_INIT;
	}
	return 0;
}
