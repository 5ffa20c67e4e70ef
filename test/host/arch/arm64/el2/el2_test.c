/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is written at EL2, CPU by CPU.  Every expected value here was worked out from the
 * manual's bit numbers and the CPU's ID registers, by hand, and must not be taken from a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arch/arm64/el2/el2.h"
#include "arch/arm64/cpu/sysreg_el2.h"
#include "arch/arm64/cpu/sysreg_id.h"
#include "test/host/arch/arm64/el2/id_values.h"

struct expect {
	enum el2_reg reg;
	uint64_t value;
};

#define E(reg_, value_)                          \
	{                                        \
		EL2_REG_##reg_, UINT64_C(value_) \
	}

typedef unsigned (*planner)(const struct id_regs *, struct el2_write *);

static void check(const char *cpu, planner plan, const struct id_regs *ids,
		  const struct expect *want, size_t count)
{
	struct el2_write got[EL2_WRITES_MAX];
	unsigned n = plan(ids, got);

	for (unsigned i = 0; i < n && i < count; i++) {
		if (got[i].reg != want[i].reg || got[i].value != want[i].value)
			fail_msg("%s, write %u: %s = 0x%016llx, want %s = 0x%016llx", cpu, i,
				 el2_reg_name(got[i].reg), (unsigned long long)got[i].value,
				 el2_reg_name(want[i].reg), (unsigned long long)want[i].value);
	}
	if (n != count)
		fail_msg("%s: %u writes, want %zu", cpu, n, count);
}

#define CHECK(cpu, plan, ids, want) check(cpu, plan, ids, want, sizeof(want) / sizeof((want)[0]))

/* Armv8.0: GICv3 interface, PMUv3 with six counters (PMCR_EL0.N = 6), nothing else that EL2
 * governs. */
#define V8_0(midr)                                                                               \
	{                                                                                        \
		E(HCR_EL2, 0x80000002), E(CPTR_EL2, 0x33ff), E(HSTR_EL2, 0), E(VPIDR_EL2, midr), \
			E(VMPIDR_EL2, 0x80000000), E(VTTBR_EL2, 0), E(CNTHCTL_EL2, 3),           \
			E(CNTVOFF_EL2, 0), E(CNTHP_CTL_EL2, 0), E(CNTP_CTL_EL0, 0),              \
			E(MDCR_EL2, 6), E(ICC_SRE_EL2, 0xf), E(ICH_HCR_EL2, 0),                  \
			E(SCTLR_EL2, 0x30c50830), E(SCTLR_EL1, 0x30d00800)                       \
	}

/* Armv8.2: also VHE (an EL2 virtual timer) and limited-ordering regions. */
#define V8_2(midr)                                                                               \
	{                                                                                        \
		E(HCR_EL2, 0x80000002), E(CPTR_EL2, 0x33ff), E(HSTR_EL2, 0), E(VPIDR_EL2, midr), \
			E(VMPIDR_EL2, 0x80000000), E(VTTBR_EL2, 0), E(CNTHCTL_EL2, 3),           \
			E(CNTVOFF_EL2, 0), E(CNTHP_CTL_EL2, 0), E(CNTHV_CTL_EL2, 0),             \
			E(CNTP_CTL_EL0, 0), E(MDCR_EL2, 6), E(ICC_SRE_EL2, 0xf),                 \
			E(ICH_HCR_EL2, 0), E(LORC_EL1, 0), E(SCTLR_EL2, 0x30c50830),             \
			E(SCTLR_EL1, 0x30d00800)                                                 \
	}

/* Armv8.4 and later with SVE: PAuth, RASv1p1; SCXTNUM or not is in HCR_EL2. */
#define WITH_SVE(midr, hcr)                                                              \
	{                                                                                \
		E(HCR_EL2, hcr), E(CPTR_EL2, 0x32ff), E(ZCR_EL2, 0x1ff), E(HSTR_EL2, 0), \
			E(VPIDR_EL2, midr), E(VMPIDR_EL2, 0x80000000), E(VTTBR_EL2, 0),  \
			E(CNTHCTL_EL2, 3), E(CNTVOFF_EL2, 0), E(CNTHP_CTL_EL2, 0),       \
			E(CNTHV_CTL_EL2, 0), E(CNTP_CTL_EL0, 0), E(MDCR_EL2, 6),         \
			E(ICC_SRE_EL2, 0xf), E(ICH_HCR_EL2, 0), E(LORC_EL1, 0),          \
			E(SCTLR_EL2, 0x30c50830), E(SCTLR_EL1, 0x30d00800)               \
	}

static const struct expect a35[] = V8_0(0x411fd040);
static const struct expect a53[] = V8_0(0x410fd034);
static const struct expect a57[] = V8_0(0x411fd070);
static const struct expect a72[] = V8_0(0x410fd083);
static const struct expect a76[] = V8_2(0x414fd0b1);
static const struct expect n1[] = V8_2(0x414fd0c1);
static const struct expect v1[] = WITH_SVE(0x411fd402, 0x0000830080000002);
static const struct expect n2[] = WITH_SVE(0x410fd493, 0x0020830080000002);

static void real_cpus(void **state)
{
	(void)state;
	CHECK("Cortex-A35", el2_plan, &id_cortex_a35, a35);
	CHECK("Cortex-A53", el2_plan, &id_cortex_a53, a53);
	CHECK("Cortex-A57", el2_plan, &id_cortex_a57, a57);
	CHECK("Cortex-A72", el2_plan, &id_cortex_a72, a72);
	CHECK("Cortex-A76", el2_plan, &id_cortex_a76, a76);
	CHECK("Neoverse-N1", el2_plan, &id_neoverse_n1, n1);
	CHECK("Neoverse-V1", el2_plan, &id_neoverse_v1_qemu10, v1);
	CHECK("Neoverse-N2", el2_plan, &id_neoverse_n2_qemu10, n2);
}

/* CSV2_2, RASv1p1, PAuth, SVE, SME with FA64, VHE, LOR, HCX without a feature in it;
 * SMIDR_EL1.SMPS = 0, no MTE memory */
static const struct expect qemu_max[] = {
	E(HCR_EL2, 0x0020830080000002),
	E(HCRX_EL2, 0),
	E(CPTR_EL2, 0x22ff),
	E(ZCR_EL2, 0x1ff),
	E(SMCR_EL2, 0x800001ff),
	E(HSTR_EL2, 0),
	E(VPIDR_EL2, 0x000f0510),
	E(VMPIDR_EL2, 0x80000000),
	E(VTTBR_EL2, 0),
	E(CNTHCTL_EL2, 3),
	E(CNTVOFF_EL2, 0),
	E(CNTHP_CTL_EL2, 0),
	E(CNTHV_CTL_EL2, 0),
	E(CNTP_CTL_EL0, 0),
	E(MDCR_EL2, 6),
	E(ICC_SRE_EL2, 0xf),
	E(ICH_HCR_EL2, 0),
	E(LORC_EL1, 0),
	E(SCTLR_EL2, 0x1000000030c50830),
	E(SCTLR_EL1, 0x30d00800),
};

/* The same and memory copy instructions, fine-grained traps (SME's two registers), ECV, CSV2_3. */
static const struct expect qemu10_max[] = {
	E(HCR_EL2, 0x0020830080000002),
	E(HCRX_EL2, 0x800),
	E(CPTR_EL2, 0x22ff),
	E(ZCR_EL2, 0x1ff),
	E(SMCR_EL2, 0x800001ff),
	E(HSTR_EL2, 0),
	E(VPIDR_EL2, 0x000f0510),
	E(VMPIDR_EL2, 0x80000000),
	E(VTTBR_EL2, 0),
	E(CNTHCTL_EL2, 3),
	E(CNTVOFF_EL2, 0),
	E(CNTHP_CTL_EL2, 0),
	E(CNTHV_CTL_EL2, 0),
	E(CNTP_CTL_EL0, 0),
	E(MDCR_EL2, 6),
	E(ICC_SRE_EL2, 0xf),
	E(ICH_HCR_EL2, 0),
	E(HFGRTR_EL2, 0x00c0000000000000),
	E(HFGWTR_EL2, 0x00c0000000000000),
	E(HFGITR_EL2, 0),
	E(HDFGRTR_EL2, 0),
	E(HDFGWTR_EL2, 0),
	E(LORC_EL1, 0),
	E(SCTLR_EL2, 0x1000000030c50830),
	E(SCTLR_EL1, 0x30d00800),
};

static void qemu_max_cpu(void **state)
{
	(void)state;
	CHECK("QEMU max", el2_plan, &id_max, qemu_max);
	CHECK("QEMU 10 max", el2_plan, &id_max_qemu10, qemu10_max);
}

/* A CPU with all that the rules know, and no EL3. */
static const struct id_regs everything = {
	.midr = 0x410fd840,
	.mpidr = UINT64_C(0x0000000181020304),
	.pfr0 = UINT64_C(0x0200110133000111),  /* CSV2 2, AMU, MPAM, SVE, RAS 3, GIC 3 */
	.pfr1 = UINT64_C(0x1001100002010300),  /* PFAR, THE, GCS, SME 2, MPAM_frac, MTE 3 */
	.pfr2 = UINT64_C(0x0000000100001000),  /* FPMR, GCIE */
	.smfr0 = UINT64_C(0x8000000000000000), /* FA64 */
	/* HPMN0, BRBE, TraceBuffer, TraceFilt, PMSVer 5, SEBEP, PMSS, PMUVer 9, DebugVer 11 */
	.dfr0 = UINT64_C(0x101011050101090b),
	.dfr1 = UINT64_C(0x0001101100000000),  /* EBEP, ITE, PMICNTR, SPMU */
	.dfr2 = UINT64_C(0x0000000000100001),  /* SPE_nVM, STEP */
	.isar1 = UINT64_C(0x3000000010000100), /* LS64 3, GPI, API */
	.isar2 = UINT64_C(0x0000000000010000), /* MOPS */
	.isar3 = UINT64_C(0x0000000000002000), /* PACM 2 */
	.mmfr0 = UINT64_C(0x2200000000000000), /* ECV 2, FGT 2 */
	.mmfr1 = UINT64_C(0x0000010000010100), /* HCX, LO, VH */
	.mmfr3 = UINT64_C(0x0000000101110111), /* D128, AIE, S2POE, S1POE, S1PIE, SCTLRX, TCRX */
	.mmfr4 = UINT64_C(0x0000000000000001), /* PoPS */
	.pmcr_el0 = 0xf800,                    /* N = 31 */
	.pmsidr = 0x80,                        /* FDS */
	.trbidr = 0x2000,                      /* MPAM 2 */
	.mpamidr = 0x20000,                    /* HAS_HCR */
	.smidr = 0x8000,                       /* SMPS */
	.amcgcr = 0x204,                       /* CG1NC 2 */
};

static const struct expect all_writes[] = {
	E(HCR_EL2, 0x0120830080000002),
	E(HCRX_EL2, 0x01c2c807),
	E(CPTR_EL2, 0x22ff),
	E(ZCR_EL2, 0x1ff),
	E(SMCR_EL2, 0xc00001ff),
	E(SMPRIMAP_EL2, 0),
	E(SMPRI_EL1, 0),
	E(HSTR_EL2, 0),
	E(VPIDR_EL2, 0x410fd840),
	E(VMPIDR_EL2, 0x0000000181020304),
	E(VTTBR_EL2, 0),
	E(CNTHCTL_EL2, 3),
	E(CNTVOFF_EL2, 0),
	E(CNTHP_CTL_EL2, 0),
	E(CNTHV_CTL_EL2, 0),
	E(CNTP_CTL_EL0, 0),
	E(MDCR_EL2, 0x000408000300b01f),
	E(PMSCR_EL2, 0x50),
	E(TRFCR_EL2, 0),
	E(BRBCR_EL2, 0x18),
	E(ICC_SRE_EL2, 0xf),
	E(ICH_HCR_EL2, 0),
	E(ICH_VCTLR_EL2, 0),
	E(ICH_HFGRTR_EL2, 0x1f00ff),
	E(ICH_HFGWTR_EL2, 0x1e0065),
	E(ICH_HFGITR_EL2, 0x7ff),
	E(HFGRTR_EL2, 0xfff4000000000000),
	E(HFGWTR_EL2, 0xfff4000000000000),
	E(HFGITR_EL2, 0x0f80000000000000),
	E(HDFGRTR_EL2, 0x7800000000000000),
	E(HDFGWTR_EL2, 0x7000000000000000),
	E(HAFGRTR_EL2, 0),
	E(HFGRTR2_EL2, 7),
	E(HFGWTR2_EL2, 5),
	E(HFGITR2_EL2, 2),
	E(HDFGRTR2_EL2, 0x1dfffff),
	E(HDFGWTR2_EL2, 0x1f9ffbf),
	E(MPAM2_EL2, 0x0004000000000000),
	E(MPAMHCR_EL2, 0),
	E(LORC_EL1, 0),
	E(AMCNTENSET0_EL0, 0xf),
	E(AMCNTENSET1_EL0, 0xffff),
	E(GCSCR_EL2, 0),
	E(SCTLR_EL2, 0x1000000030c50830),
	E(SCTLR_EL1, 0x30d00800),
};

static void everything_at_once(void **state)
{
	(void)state;
	CHECK("everything", el2_plan, &everything, all_writes);
	/* all of EL2's registers but the four that a kernel at EL2 alone finds written */
	assert_int_equal(sizeof(all_writes) / sizeof(all_writes[0]), (int)EL2_REG_CPACR_EL1 - 4);
}

/*
 * A kernel at EL2.  HCR_EL2: E2H is bit 34, TGE 27.  CPTR_EL2: FPEN is 21:20, ZEN 17:16, SMEN
 * 25:24.  CNTHCTL_EL2: EL1PCTEN and EL1PTEN are bits 10 and 11.
 */
#define VHE_V8_2(midr)                                                                   \
	{                                                                                \
		E(HCR_EL2, 0x488000002), E(CPTR_EL2, 0x300000), E(HSTR_EL2, 0),          \
			E(VPIDR_EL2, midr), E(VMPIDR_EL2, 0x80000000), E(VTTBR_EL2, 0),  \
			E(CNTHCTL_EL2, 0xc00), E(CNTVOFF_EL2, 0), E(CNTHP_CTL_EL2, 0),   \
			E(CNTHV_CTL_EL2, 0), E(CNTP_CTL_EL0, 0), E(MDCR_EL2, 6),         \
			E(ICC_SRE_EL2, 0xf), E(ICH_HCR_EL2, 0), E(LORC_EL1, 0),          \
			E(CONTEXTIDR_EL2, 0), E(TPIDR_EL2, 0), E(SCTLR_EL2, 0x30c50830), \
			E(SCTLR_EL1, 0x30d00800)                                         \
	}

static const struct expect a76_vhe[] = VHE_V8_2(0x414fd0b1);
static const struct expect n1_vhe[] = VHE_V8_2(0x414fd0c1);
static const struct expect max_vhe[] = {
	E(HCR_EL2, 0x0020830488000002),
	E(HCRX_EL2, 0),
	E(CPTR_EL2, 0x03330000),
	E(ZCR_EL2, 0x1ff),
	E(SMCR_EL2, 0x800001ff),
	E(HSTR_EL2, 0),
	E(VPIDR_EL2, 0x000f0510),
	E(VMPIDR_EL2, 0x80000000),
	E(VTTBR_EL2, 0),
	E(CNTHCTL_EL2, 0xc00),
	E(CNTVOFF_EL2, 0),
	E(CNTHP_CTL_EL2, 0),
	E(CNTHV_CTL_EL2, 0),
	E(CNTP_CTL_EL0, 0),
	E(MDCR_EL2, 6),
	E(ICC_SRE_EL2, 0xf),
	E(ICH_HCR_EL2, 0),
	E(LORC_EL1, 0),
	E(CONTEXTIDR_EL2, 0),
	E(TPIDR_EL2, 0),
	E(SCTLR_EL2, 0x1000000030c50830),
	E(SCTLR_EL1, 0x30d00800),
};

static void kernel_at_el2(void **state)
{
	(void)state;
	CHECK("Cortex-A76", el2_plan_vhe, &id_cortex_a76, a76_vhe);
	CHECK("Neoverse-N1", el2_plan_vhe, &id_neoverse_n1, n1_vhe);
	CHECK("QEMU max", el2_plan_vhe, &id_max, max_vhe);
	assert_true(el2_has_vhe(&id_neoverse_n1));
	assert_false(el2_has_vhe(&id_cortex_a72));
}

/* What is another way than for a kernel at EL1, where there is everything; the rest is the same. */
static void kernel_at_el2_with_everything(void **state)
{
	static const struct expect differs[] = {
		E(HCR_EL2, 0x0120830488000002),  /* and E2H, TGE */
		E(CPTR_EL2, 0x03330000),         /* the other layout */
		E(CNTHCTL_EL2, 0xc00),           /* the other layout */
		E(MDCR_EL2, 0x000408000000c01f), /* E2PB, E2TB 0; TPMS 1 */
		E(PMSCR_EL2, 0),
		E(CONTEXTIDR_EL2, 0),
		E(TPIDR_EL2, 0),
		E(TCR2_EL2, 0),
		E(SCTLR2_EL2, 0),
	};
	const unsigned all = sizeof(all_writes) / sizeof(all_writes[0]);
	struct expect want[EL2_WRITES_MAX];
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < all - 2; i++)
		want[n++] = all_writes[i];
	for (unsigned i = 0; i < sizeof(differs) / sizeof(differs[0]); i++) {
		unsigned at = 0;

		while (at < n && want[at].reg != differs[i].reg)
			at++;
		n += at == n;
		want[at] = differs[i];
	}
	want[n++] = all_writes[all - 2]; /* SCTLR_EL2, SCTLR_EL1 */
	want[n++] = all_writes[all - 1];
	assert_int_equal(n, (int)EL2_REG_CPACR_EL1);
	check("everything", el2_plan_vhe, &everything, want, n);
}

/* Neither PMU nor GIC interface nor FP: what every EL2 has. */
static const struct expect base_writes[] = {
	E(HCR_EL2, 0x80000002),   E(CPTR_EL2, 0x33ff), E(HSTR_EL2, 0),    E(VPIDR_EL2, 0x7),
	E(VMPIDR_EL2, 0x9),       E(VTTBR_EL2, 0),     E(CNTHCTL_EL2, 3), E(CNTVOFF_EL2, 0),
	E(CNTHP_CTL_EL2, 0),      E(CNTP_CTL_EL0, 0),  E(MDCR_EL2, 0),    E(SCTLR_EL2, 0x30c50830),
	E(SCTLR_EL1, 0x30d00800),
};

static void nothing_at_all(void **state)
{
	struct id_regs nothing = { .midr = 0x7, .mpidr = 0x9, .pfr0 = 0x00ff0111 };

	(void)state;
	CHECK("nothing", el2_plan, &nothing, base_writes);
	/* Registers of features that are not there count for nothing, whatever they hold. */
	nothing.pmcr_el0 = nothing.pmbidr = nothing.pmsidr = nothing.trbidr = ~UINT64_C(0);
	nothing.mpamidr = nothing.smidr = nothing.amcgcr = nothing.smfr0 = ~UINT64_C(0);
	CHECK("nothing but noise", el2_plan, &nothing, base_writes);
}

static const struct expect el1_base[] = {
	E(CPACR_EL1, 0x300000), E(MDSCR_EL1, 0),      E(CNTKCTL_EL1, 0),
	E(CNTV_CTL_EL0, 0),     E(CONTEXTIDR_EL1, 0), E(PMUSERENR_EL0, 0),
	E(TPIDRRO_EL0, 0),      E(TPIDR_EL0, 0),      E(TPIDR_EL1, 0),
};

static const struct expect el1_all[] = {
	E(CPACR_EL1, 0x3330000), E(MDSCR_EL1, 0),     E(CNTKCTL_EL1, 0),   E(CNTV_CTL_EL0, 0),
	E(CONTEXTIDR_EL1, 0),   E(PMUSERENR_EL0, 0), E(AMUSERENR_EL0, 0), E(TCR2_EL1, 0),
	E(SCTLR2_EL1, 0),       E(GCSCR_EL1, 0),     E(GCSCRE0_EL1, 0),   E(TPIDR2_EL0, 0),
	E(TPIDRRO_EL0, 0),      E(TPIDR_EL0, 0),     E(TPIDR_EL1, 0),
};

static void el1_registers(void **state)
{
	(void)state;
	CHECK("Cortex-A53", el1_plan, &id_cortex_a53, el1_base);
	CHECK("Neoverse-N1", el1_plan, &id_neoverse_n1, el1_base);
	CHECK("everything", el1_plan, &everything, el1_all);
}

static const struct el2_write *find(const struct el2_write *w, unsigned n, enum el2_reg reg)
{
	for (unsigned i = 0; i < n; i++)
		if (w[i].reg == reg)
			return &w[i];
	return NULL;
}

static uint64_t planned(const struct id_regs *ids, enum el2_reg reg)
{
	struct el2_write w[EL2_WRITES_MAX];
	const struct el2_write *found = find(w, el2_plan(ids, w), reg);

	assert_non_null(found);
	return found->value;
}

static bool is_planned(const struct id_regs *ids, enum el2_reg reg)
{
	struct el2_write w[EL2_WRITES_MAX];

	return find(w, el2_plan(ids, w), reg) != NULL;
}

/* ID_AA64DFR0_EL1.PMUVer: 8 and 9 are PMUv3p8 and p9, not negative numbers; 15 is a PMU of
 * another kind. */
static void pmu_versions(void **state)
{
	static const struct {
		unsigned version, counters;
	} cases[] = { { 0, 0 }, { 1, 11 }, { 4, 11 }, { 7, 11 }, { 8, 11 }, { 9, 11 }, { 15, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct id_regs ids = { .dfr0 = (uint64_t)cases[i].version << 8,
				       .pmcr_el0 = 11 << 11 };

		assert_int_equal(planned(&ids, EL2_REG_MDCR_EL2), cases[i].counters);
	}
}

static void buffers_of_higher_levels(void **state)
{
	struct id_regs ids = everything;

	(void)state;
	ids.pmbidr = 0x10; /* P */
	ids.trbidr = 0x10;
	assert_false(is_planned(&ids, EL2_REG_PMSCR_EL2));
	/* E2PB stays 3, E2TB goes; EnSTEPOP, EBWE, EnSPM, HPMN as before */
	assert_int_equal(planned(&ids, EL2_REG_MDCR_EL2), UINT64_C(0x000408000000b01f));
}

/* With an EL3 the counters and the trace filter are its business. */
static void what_el3_owns(void **state)
{
	struct id_regs ids = everything;

	(void)state;
	ids.pfr0 |= 0x1000;
	assert_false(is_planned(&ids, EL2_REG_AMCNTENSET0_EL0));
	assert_false(is_planned(&ids, EL2_REG_AMCNTENSET1_EL0));
	assert_false(is_planned(&ids, EL2_REG_TRFCR_EL2));
	assert_true(is_planned(&ids, EL2_REG_HAFGRTR_EL2));
	ids = everything;
	ids.amcgcr = 4;
	assert_true(is_planned(&ids, EL2_REG_AMCNTENSET0_EL0));
	assert_false(is_planned(&ids, EL2_REG_AMCNTENSET1_EL0));
}

/* Features that earlier architectures announce in a fraction field. */
static void fractions(void **state)
{
	struct id_regs ids = { .pfr1 = UINT64_C(0x10000) }; /* MPAM v0.1 */

	(void)state;
	assert_int_equal(planned(&ids, EL2_REG_MPAM2_EL2), 0);
	assert_false(is_planned(&ids, EL2_REG_MPAMHCR_EL2));
	ids.mpamidr = 0x20000;
	assert_int_equal(planned(&ids, EL2_REG_MPAMHCR_EL2), 0);

	ids = (struct id_regs){ .pfr0 = UINT64_C(1) << 56,
				.pfr1 = UINT64_C(2) << 32 }; /* CSV2_1p2 */
	assert_int_equal(planned(&ids, EL2_REG_HCR_EL2), UINT64_C(0x0020000080000002));
	ids.pfr1 = UINT64_C(1) << 32; /* CSV2_1p1 has no SCXTNUM */
	assert_int_equal(planned(&ids, EL2_REG_HCR_EL2), 0x80000002);

	ids = (struct id_regs){ .pfr0 = UINT64_C(1) << 28,
				.pfr1 = UINT64_C(1) << 12 }; /* RASv1p1 */
	assert_int_equal(planned(&ids, EL2_REG_HCR_EL2), UINT64_C(0x0000800080000002));
}

static void pointer_authentication(void **state)
{
	static const struct id_regs with[] = {
		{ .isar1 = UINT64_C(1) << 4 },  { .isar1 = UINT64_C(5) << 8 },
		{ .isar1 = UINT64_C(1) << 24 }, { .isar1 = UINT64_C(1) << 28 },
		{ .isar2 = UINT64_C(3) << 12 }, { .isar2 = UINT64_C(1) << 8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		assert_int_equal(planned(&with[i], EL2_REG_HCR_EL2), UINT64_C(0x0000030080000002));
}

/* Under a device tree with a GICv2 nobody touches the system registers of a GICv3. */
static void gicv2_machines(void **state)
{
	struct id_regs ids = id_cortex_a57;

	(void)state;
	assert_true(is_planned(&ids, EL2_REG_ICC_SRE_EL2));
	id_regs_hide_gic(&ids);
	assert_false(is_planned(&ids, EL2_REG_ICC_SRE_EL2));
	assert_false(is_planned(&ids, EL2_REG_ICH_HCR_EL2));
	assert_int_equal(ids.pfr0, 0x222);
}

/* Only where HCR_EL2.E2H can be 0 do the layouts hold; E2H0 counts from 0 (it can) down (it
 * can't). */
static void e2h_fixed_at_one(void **state)
{
	struct id_regs ids = { .mmfr4 = 0 };

	(void)state;
	assert_true(el2_has_nvhe(&ids));
	ids.mmfr4 = 0x0f000000;
	assert_false(el2_has_nvhe(&ids));
	ids.mmfr4 = 0x0e000000;
	assert_false(el2_has_nvhe(&ids));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_cpus),
		cmocka_unit_test(qemu_max_cpu),
		cmocka_unit_test(everything_at_once),
		cmocka_unit_test(kernel_at_el2),
		cmocka_unit_test(kernel_at_el2_with_everything),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(el1_registers),
		cmocka_unit_test(pmu_versions),
		cmocka_unit_test(buffers_of_higher_levels),
		cmocka_unit_test(what_el3_owns),
		cmocka_unit_test(fractions),
		cmocka_unit_test(pointer_authentication),
		cmocka_unit_test(gicv2_machines),
		cmocka_unit_test(e2h_fixed_at_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
