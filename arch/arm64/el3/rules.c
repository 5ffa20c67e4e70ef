// SPDX-License-Identifier: BSD-2-Clause
/*
 * What EL3 owes the normal world, by ID register: the paragraphs of the Linux boot requirements
 * that begin "If EL3 is present".  The machinery is el2.h's.
 *
 * The normal world gets everything; no interrupt, SError or WFx comes to EL3 (SCR_EL3.IRQ, FIQ,
 * EA, TWI, TWE = 0). SCR_EL3.FIQ = 0 also means that the normal world sees priorities as they
 * are.  SIF stays 0 for monitors that lie in DRAM, SMD for SMC to work.
 */
#include "arch/arm64/el3/rules.h"

#include "arch/arm64/el2/rows.h"
#include "arch/arm64/cpu/sysreg.h"
#include "arch/arm64/cpu/sysreg_el3.h"

/* clang-format off */

#define SCR(what_, spec_, bits_, ...)	RULE(what_, SCR_EL3, spec_, SCR_EL3_##bits_, __VA_ARGS__)
#define MDCR(what_, spec_, bits_, ...)	RULE(what_, MDCR_EL3, spec_, MDCR_EL3_##bits_, __VA_ARGS__)
#define PAUTH(what_, reg_, field_) \
	RULE(what_, SCR_EL3, BOOT_PAUTH, SCR_EL3_API | SCR_EL3_APK, MIN_(reg_, field_, 1))

const struct el2_rule el3_rules[] = {
	BASE("normal world, AArch64, HVC and SMC", SCR_EL3, BOOT_EL3,
	     SCR_EL3_RES1 | SCR_EL3_NS | SCR_EL3_RW | SCR_EL3_HCE)
	PAUTH("PAuth: QARMA5 addresses", ID_AA64ISAR1_EL1, APA)
	PAUTH("PAuth: other addresses", ID_AA64ISAR1_EL1, API)
	PAUTH("PAuth: QARMA3 addresses", ID_AA64ISAR2_EL1, APA3)
	PAUTH("PAuth: QARMA5 generic", ID_AA64ISAR1_EL1, GPA)
	PAUTH("PAuth: other generic", ID_AA64ISAR1_EL1, GPI)
	PAUTH("PAuth: QARMA3 generic", ID_AA64ISAR2_EL1, GPA3)
	SCR("MTE tags", BOOT_MTE, ATA, MIN_(ID_AA64PFR1_EL1, MTE, 2))
	SCR("SCXTNUM registers", SYS, EnSCXT, MIN_(ID_AA64PFR0_EL1, CSV2, 2))
	SCR("SCXTNUM registers (CSV2_1p2)", SYS, EnSCXT,
	    MIN_(ID_AA64PFR0_EL1, CSV2, 1), MIN_(ID_AA64PFR1_EL1, CSV2_frac, 2))
	SCR("RAS fault injection", SYS, FIEN, MIN_(ID_AA64PFR0_EL1, RAS, 2))
	SCR("RAS fault injection (RASv1p1)", SYS, FIEN,
	    MIN_(ID_AA64PFR0_EL1, RAS, 1), MIN_(ID_AA64PFR1_EL1, RAS_frac, 1))
	SCR("fine-grained traps", BOOT_FGT, FGTEn, HAS_FGT1)
	SCR("fine-grained traps (2)", BOOT_FGT, FGTEn2, HAS_FGT2)
	SCR("CNTPOFF_EL2", BOOT_ECV, ECVEn, MIN_(ID_AA64MMFR0_EL1, ECV, 2))
	SCR("AMEVCNTVOFF registers", SYS, AMVOFFEN, MIN_(ID_AA64PFR0_EL1, AMU, 2))
	SCR("ST64BV0, ACCDATA_EL1", SYS, EnAS0 | SCR_EL3_ADEn, HAS_LS64(3))
	SCR("HCRX_EL2", BOOT_HCX, HXEn, HAS_HCX)
	SCR("guarded control stacks", BOOT_GCS, GCSEn, HAS_GCS)
	SCR("TPIDR2_EL0", BOOT_SME, EnTP2, HAS_SME)
	SCR("read-check-write masks", SYS, RCWMASKEn, HAS_THE)
	SCR("TCR2 registers", BOOT_TCR2, TCR2En, HAS_TCRX)
	SCR("SCTLR2 registers", SYS, SCTLR2En, HAS_SCTLRX)
	SCR("permission indirection", BOOT_PIE, PIEn, MIN_(ID_AA64MMFR3_EL1, S1PIE, 1))
	SCR("permission overlays", BOOT_PIE, PIEn, MIN_(ID_AA64MMFR3_EL1, S1POE, 1))
	SCR("permission overlays, stage 2", SYS, PIEn, MIN_(ID_AA64MMFR3_EL1, S2POE, 1))
	SCR("MAIR2 and AMAIR2 registers", SYS, AIEn, MIN_(ID_AA64MMFR3_EL1, AIE, 1))
	SCR("128-bit descriptors", SYS, D128En, MIN_(ID_AA64MMFR3_EL1, D128, 1))
	SCR("FPMR", SYS, EnFPM, MIN_(ID_AA64PFR2_EL1, FPMR, 1))
	SCR("PFAR registers", SYS, PFAREn, MIN_(ID_AA64PFR1_EL1, PFAR, 1))

	BASE("FP, SIMD, trace, AMU not trapped", CPTR_EL3, BOOT_FP, 0)
	RULE("SVE not trapped", CPTR_EL3, BOOT_SVE, CPTR_EL3_EZ, HAS_SVE)
	RULE("SME not trapped", CPTR_EL3, BOOT_SME, CPTR_EL3_ESM, HAS_SME)
	RULE("longest SVE vectors", ZCR_EL3, BOOT_SVE, ZCR_ELx_LEN_MAX, HAS_SVE)
	RULE("longest streaming vectors", SMCR_EL3, BOOT_SME, SMCR_ELx_LEN_MAX, HAS_SME)
	RULE("all of A64 in streaming mode", SMCR_EL3, BOOT_FA64, SMCR_ELx_FA64, HAS_SME, MIN_(ID_AA64SMFR0_EL1, FA64, 1))
	RULE("ZT0 not trapped", SMCR_EL3, BOOT_SME2, SMCR_ELx_EZT0, MIN_(ID_AA64PFR1_EL1, SME, 2))

	BASE("debug, trace and PMU not trapped", MDCR_EL3, DEBUG, 0)
	MDCR("the profiling buffer is theirs", BOOT_SPE, NSPB_NS, HAS_SPE(1))
	MDCR("PMSNEVFR_EL1", BOOT_SPE, EnPMSN, HAS_SPE(3))
	MDCR("PMSDSFR_EL1", BOOT_FDS, EnPMS3, HAS_SPE(1), MIN_(PMSIDR_EL1, FDS, 1))
	MDCR("the trace buffer is theirs", BOOT_TRBE, NSTB_NS, HAS_TRBE)
	MDCR("branch records", BOOT_BRBE, SBRBE_NS, HAS_BRBE)
	MDCR("PMUv3p9 registers", BOOT_PMU, EnPM2, HAS_PMU(9))
	MDCR("PMU instruction counter", BOOT_PMU, EnPM2, MIN_(ID_AA64DFR1_EL1, PMICNTR, 1))
	MDCR("system PMU", DEBUG, EnPM2, HAS_SPMU)
	MDCR("PMU snapshots", DEBUG, EnPMSS, MIN_(ID_AA64DFR0_EL1, PMSS, 1))
	MDCR("breakpoints beyond 16", BOOT_DEBUG, EBWE, HAS_DEBUG89)
	MDCR("TRCITECR_EL1", DEBUG, EnITE, MIN_(ID_AA64DFR1_EL1, ITE, 1))
	MDCR("stepping by MDSTEPOP_EL1", DEBUG, EnSTEPOP, HAS_STEP2)

	RULE("MPAM: on, no traps", MPAM3_EL3, SYS, MPAM3_EL3_MPAMEN, HAS_MPAM)
	RULE("MPAM v0.1: the same", MPAM3_EL3, SYS, MPAM3_EL3_MPAMEN, HAS_MPAM_01)
	RULE("extended system control off", SCTLR2_EL3, SYS, 0, HAS_SCTLRX)
	RULE("no control stack at EL3", GCSCR_EL3, BOOT_GCS, 0, HAS_GCS)
	RULE("architected activity counters on", AMCNTENSET0_EL0, BOOT_AMU, AMCNTENSET0_EL0_ALL, HAS_AMU)
	RULE("auxiliary activity counters on", AMCNTENSET1_EL0, BOOT_AMU, AMCNTENSET1_EL0_ALL,
	     HAS_AMU, MIN_(AMCGCR_EL0, CG1NC, 1))

	RULE("GIC registers, for lower levels too", ICC_SRE_EL3, BOOT_GIC, ICC_SRE_EL3_ALL, HAS_GIC)
	RULE("no priority hints (PMHE)", ICC_CTLR_EL3, BOOT_GIC, 0, HAS_GIC)
	RULE("group 1 off until wanted", ICC_IGRPEN1_EL3, GIC, 0, HAS_GIC)
};

/* clang-format on */

const unsigned el3_rules_count = ARRAY_SIZE(el3_rules);

unsigned el3_plan(const struct id_regs *ids, struct el2_write out[EL2_WRITES_MAX])
{
	return el2_plan_by(el3_rules, ARRAY_SIZE(el3_rules), el3_rules, 0, ids, out);
}
