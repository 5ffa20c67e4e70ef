/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules: see el2.h.  Rules of one register apply from top to bottom; the order of registers
 * is EL2_REGS'.
 *
 * What is left alone on purpose:
 *  - HCRX_EL2.MCE2 stays 0: memory copy exceptions go to EL1, since the stub at EL2 does not
 *    handle them.
 *  - HCRX_EL2.SRMASKEn, PTTWI and their like stay 0: they change what EL1 means, instead of
 *    giving EL1 a choice.
 *  - CNTPOFF_EL2 is not written: CNTHCTL_EL2.ECV = 0 takes it out of force, and EL3 may trap it.
 *  - TRFCR_EL2 and the activity counters are written only where there is no EL3, which owns them
 *    otherwise.
 */
#include "arch/arm64/el2.h"
#include "arch/arm64/el2_rows.h"
#include "arch/arm64/sysreg.h"

/* clang-format off */

const struct el2_rule el2_rules[] = {
	BASE("EL1 is AArch64; no stage 2 or traps", HCR_EL2, SYS, HCR_EL2_RW)
	BASE("DC ISW at EL1 cleans as well", HCR_EL2, SYS, HCR_EL2_SWIO)
	RULE("PAuth: QARMA5 addresses", HCR_EL2, BOOT_PAUTH, HCR_EL2_API | HCR_EL2_APK, MIN_(ID_AA64ISAR1_EL1, APA, 1))
	RULE("PAuth: other addresses", HCR_EL2, BOOT_PAUTH, HCR_EL2_API | HCR_EL2_APK, MIN_(ID_AA64ISAR1_EL1, API, 1))
	RULE("PAuth: QARMA3 addresses", HCR_EL2, BOOT_PAUTH, HCR_EL2_API | HCR_EL2_APK, MIN_(ID_AA64ISAR2_EL1, APA3, 1))
	RULE("PAuth: QARMA5 generic", HCR_EL2, BOOT_PAUTH, HCR_EL2_API | HCR_EL2_APK, MIN_(ID_AA64ISAR1_EL1, GPA, 1))
	RULE("PAuth: other generic", HCR_EL2, BOOT_PAUTH, HCR_EL2_API | HCR_EL2_APK, MIN_(ID_AA64ISAR1_EL1, GPI, 1))
	RULE("PAuth: QARMA3 generic", HCR_EL2, BOOT_PAUTH, HCR_EL2_API | HCR_EL2_APK, MIN_(ID_AA64ISAR2_EL1, GPA3, 1))
	RULE("MTE tags", HCR_EL2, BOOT_MTE, HCR_EL2_ATA, MIN_(ID_AA64PFR1_EL1, MTE, 2))
	RULE("SCXTNUM registers", HCR_EL2, SYS, HCR_EL2_EnSCXT, MIN_(ID_AA64PFR0_EL1, CSV2, 2))
	RULE("SCXTNUM registers (CSV2_1p2)", HCR_EL2, SYS, HCR_EL2_EnSCXT,
	     MIN_(ID_AA64PFR0_EL1, CSV2, 1), MIN_(ID_AA64PFR1_EL1, CSV2_frac, 2))
	RULE("RAS fault injection", HCR_EL2, SYS, HCR_EL2_FIEN, MIN_(ID_AA64PFR0_EL1, RAS, 2))
	RULE("RAS fault injection (RASv1p1)", HCR_EL2, SYS, HCR_EL2_FIEN,
	     MIN_(ID_AA64PFR0_EL1, RAS, 1), MIN_(ID_AA64PFR1_EL1, RAS_frac, 1))

	RULE("nothing but what follows", HCRX_EL2, SYS, 0, HAS_HCX)
	RULE("memory copy instructions", HCRX_EL2, BOOT_MOPS, HCRX_EL2_MSCEn, HAS_HCX, MIN_(ID_AA64ISAR2_EL1, MOPS, 1))
	RULE("TCR2_EL1", HCRX_EL2, BOOT_TCR2, HCRX_EL2_TCR2En, HAS_HCX, HAS_TCRX)
	RULE("SCTLR2_EL1", HCRX_EL2, SYS, HCRX_EL2_SCTLR2En, HAS_HCX, HAS_SCTLRX)
	RULE("128-bit descriptors", HCRX_EL2, SYS, HCRX_EL2_D128En, HAS_HCX, MIN_(ID_AA64MMFR3_EL1, D128, 1))
	RULE("FPMR", HCRX_EL2, SYS, HCRX_EL2_EnFPM, HAS_HCX, MIN_(ID_AA64PFR2_EL1, FPMR, 1))
	RULE("guarded control stacks", HCRX_EL2, BOOT_GCS, HCRX_EL2_GCSEn, HAS_HCX, HAS_GCS)
	RULE("LD64B, ST64B", HCRX_EL2, SYS, HCRX_EL2_EnALS, HAS_HCX, HAS_LS64(1))
	RULE("ST64BV", HCRX_EL2, SYS, HCRX_EL2_EnASR, HAS_HCX, HAS_LS64(2))
	RULE("ST64BV0", HCRX_EL2, SYS, HCRX_EL2_EnAS0, HAS_HCX, HAS_LS64(3))
	RULE("PACM", HCRX_EL2, SYS, HCRX_EL2_PACMEn, HAS_HCX, MIN_(ID_AA64ISAR3_EL1, PACM, 2))

	BASE("FP, SIMD, trace, AMU not trapped", CPTR_EL2, BOOT_FP, CPTR_EL2_RES1)
	CLEAR("SVE not trapped", CPTR_EL2, BOOT_SVE, CPTR_EL2_TZ, HAS_SVE)
	CLEAR("SME not trapped", CPTR_EL2, BOOT_SME, CPTR_EL2_TSM, HAS_SME)
	RULE("longest SVE vectors", ZCR_EL2, BOOT_SVE, ZCR_ELx_LEN_MAX, HAS_SVE)
	RULE("longest streaming vectors", SMCR_EL2, BOOT_SME, SMCR_ELx_LEN_MAX, HAS_SME)
	RULE("all of A64 in streaming mode", SMCR_EL2, BOOT_FA64, SMCR_ELx_FA64, HAS_SME, MIN_(ID_AA64SMFR0_EL1, FA64, 1))
	RULE("ZT0 not trapped", SMCR_EL2, BOOT_SME2, SMCR_ELx_EZT0, MIN_(ID_AA64PFR1_EL1, SME, 2))
	RULE("streaming priorities map to 0", SMPRIMAP_EL2, SYS, 0, HAS_SME, HAS_SMPS)
	RULE("streaming priority 0", SMPRI_EL1, SYS, 0, HAS_SME, HAS_SMPS)

	BASE("no AArch32 CP15 traps", HSTR_EL2, SYS, 0)
	COPY("EL1 sees the real MIDR_EL1", VPIDR_EL2, SYS, MIDR_EL1_ALL, 0)
	COPY("EL1 sees the real MPIDR_EL1", VMPIDR_EL2, SYS, MPIDR_EL1_ALL, 0)
	BASE("VMID 0", VTTBR_EL2, SYS, 0)

	BASE("physical counter and timer for EL1", CNTHCTL_EL2, BOOT_TIMERS, CNTHCTL_EL2_EL1PCTEN | CNTHCTL_EL2_EL1PCEN)
	BASE("virtual count = physical count", CNTVOFF_EL2, BOOT_TIMERS, 0)
	BASE("EL2 physical timer off", CNTHP_CTL_EL2, TIMER, 0)
	RULE("EL2 virtual timer off", CNTHV_CTL_EL2, TIMER, 0, HAS_VHE)
	BASE("EL1 physical timer off", CNTP_CTL_EL0, TIMER, 0)

	BASE("debug, trace and PMU not trapped", MDCR_EL2, DEBUG, 0)
	COPY("all PMU counters are EL1's", MDCR_EL2, DEBUG, PMCR_EL0_N, MDCR_EL2_HPMN_LSB, HAS_PMU(1))
	RULE("the profiling buffer is EL1's", MDCR_EL2, DEBUG, MDCR_EL2_E2PB_EL1, HAS_SPE(1))
	RULE("the trace buffer is EL1's", MDCR_EL2, DEBUG, MDCR_EL2_E2TB_EL1, HAS_TRBE, IS(TRBIDR_EL1, P, 0))
	RULE("system PMU", MDCR_EL2, DEBUG, MDCR_EL2_EnSPM, HAS_SPMU)
	RULE("breakpoints beyond 16", MDCR_EL2, DEBUG, MDCR_EL2_EBWE, HAS_DEBUG89)
	RULE("stepping by MDSTEPOP_EL1", MDCR_EL2, DEBUG, MDCR_EL2_EnSTEPOP, HAS_STEP2)
	RULE("profiles: physical time and address", PMSCR_EL2, SPE, PMSCR_EL2_PCT_PHYS | PMSCR_EL2_PA,
	     HAS_SPE(1), IS(PMBIDR_EL1, P, 0))
	RULE("no trace of EL2; EL1 picks the time", TRFCR_EL2, SYS, 0,
	     MIN_(ID_AA64DFR0_EL1, TraceFilt, 1), NO_EL3)
	RULE("branch records: cycles, mispredicts", BRBCR_EL2, BOOT_BRBE, BRBCR_EL2_CC | BRBCR_EL2_MPRED, HAS_BRBE)

	RULE("GICv3 by system registers", ICC_SRE_EL2, BOOT_GIC,
	     ICC_SRE_EL2_SRE | ICC_SRE_EL2_DFB | ICC_SRE_EL2_DIB | ICC_SRE_EL2_ENABLE, HAS_GIC)
	RULE("no virtual interrupts", ICH_HCR_EL2, GIC, 0, HAS_GIC)
	RULE("no virtual interrupts (GICv5)", ICH_VCTLR_EL2, GIC5, 0, HAS_GCIE)
	RULE("GICv5 registers read", ICH_HFGRTR_EL2, BOOT_GIC5, ICH_HFGRTR_EL2_ALL, HAS_GCIE)
	RULE("GICv5 registers written", ICH_HFGWTR_EL2, BOOT_GIC5, ICH_HFGWTR_EL2_ALL, HAS_GCIE)
	RULE("GICv5 instructions", ICH_HFGITR_EL2, BOOT_GIC5, ICH_HFGITR_EL2_ALL, HAS_GCIE)

	PAIR("no register access trapped", HFGRTR_EL2, HFGWTR_EL2, SYS, 0, HAS_FGT1)
	FGT("SME: TPIDR2_EL0, SMPRI_EL1", BOOT_SME, HFGxTR_EL2_nTPIDR2_EL0 | HFGxTR_EL2_nSMPRI_EL1, HAS_SME)
	FGT("permission indirection", BOOT_PIE, HFGxTR_EL2_nPIR_EL1 | HFGxTR_EL2_nPIRE0_EL1, MIN_(ID_AA64MMFR3_EL1, S1PIE, 1))
	FGT("permission overlays", SYS, HFGxTR_EL2_nPOR_EL1 | HFGxTR_EL2_nPOR_EL0, MIN_(ID_AA64MMFR3_EL1, S1POE, 1))
	FGT("stage 2 permission overlays", SYS, HFGxTR_EL2_nS2POR_EL1, MIN_(ID_AA64MMFR3_EL1, S2POE, 1))
	FGT("more memory attributes", SYS, HFGxTR_EL2_nMAIR2_EL1 | HFGxTR_EL2_nAMAIR2_EL1, MIN_(ID_AA64MMFR3_EL1, AIE, 1))
	FGT("guarded control stacks", BOOT_GCS, HFGxTR_EL2_nGCS_EL1 | HFGxTR_EL2_nGCS_EL0, HAS_GCS)
	FGT("read-check-write mask", SYS, HFGxTR_EL2_nRCWMASK_EL1, HAS_THE)
	FGT("ACCDATA_EL1", SYS, HFGxTR_EL2_nACCDATA_EL1, HAS_LS64(3))

	RULE("no instruction trapped", HFGITR_EL2, SYS, 0, HAS_FGT1)
	RULE("GCS instructions", HFGITR_EL2, BOOT_GCS,
	     HFGITR_EL2_nGCSEPP | HFGITR_EL2_nGCSSTR_EL1 | HFGITR_EL2_nGCSPUSHM_EL1, HAS_FGT1, HAS_GCS)
	RULE("BRB instructions", HFGITR_EL2, BOOT_BRBE, HFGITR_EL2_nBRBIALL | HFGITR_EL2_nBRBINJ, HAS_FGT1, HAS_BRBE)

	PAIR("no debug register trapped", HDFGRTR_EL2, HDFGWTR_EL2, SYS, 0, HAS_FGT1)
	DFGT("PMSNEVFR_EL1", SYS, HDFGxTR_EL2_nPMSNEVFR_EL1, HAS_SPE(3))
	DFGT("branch records", BOOT_BRBE, HDFGxTR_EL2_nBRBDATA | HDFGxTR_EL2_nBRBCTL, HAS_BRBE)
	RULE("branch records: BRBIDR0_EL1", HDFGRTR_EL2, BOOT_BRBE, HDFGRTR_EL2_nBRBIDR, HAS_FGT1, HAS_BRBE)
	RULE("no activity monitor trapped", HAFGRTR_EL2, SYS, 0, HAS_FGT1, HAS_AMU)

	PAIR("no register access trapped (2)", HFGRTR2_EL2, HFGWTR2_EL2, SYS, 0, HAS_FGT2)
	FGT2("PFAR_EL1", SYS, HFGxTR2_EL2_nPFAR_EL1, MIN_(ID_AA64PFR1_EL1, PFAR, 1))
	FGT2("read-check-write software mask", SYS, HFGxTR2_EL2_nRCWSMASK_EL1, HAS_THE)
	RULE("ERXGSR_EL1", HFGRTR2_EL2, SYS, HFGRTR2_EL2_nERXGSR_EL1, HAS_FGT2, MIN_(ID_AA64PFR0_EL1, RAS, 3))
	RULE("no instruction trapped (2)", HFGITR2_EL2, SYS, 0, HAS_FGT2)
	RULE("DC CIVAPS", HFGITR2_EL2, SYS, HFGITR2_EL2_nDCCIVAPS, HAS_FGT2, MIN_(ID_AA64MMFR4_EL1, PoPS, 1))

	PAIR("no debug register trapped (2)", HDFGRTR2_EL2, HDFGWTR2_EL2, SYS, 0, HAS_FGT2)
	DFGT2("PMU instruction counter", BOOT_PMU, HDFGxTR2_EL2_nPMICNTR_EL0 | HDFGxTR2_EL2_nPMICFILTR_EL0,
	      MIN_(ID_AA64DFR1_EL1, PMICNTR, 1))
	DFGT2("PMUACR_EL1", BOOT_PMU, HDFGxTR2_EL2_nPMUACR_EL1, HAS_PMU(9))
	RULE("PMZR_EL0", HDFGWTR2_EL2, SYS, HDFGWTR2_EL2_nPMZR_EL0, HAS_FGT2, HAS_PMU(9))
	DFGT2("PMSDSFR_EL1", BOOT_FDS, HDFGxTR2_EL2_nPMSDSFR_EL1, HAS_SPE(1), MIN_(PMSIDR_EL1, FDS, 1))
	DFGT2("PMBMAR_EL1", SYS, HDFGxTR2_EL2_nPMBMAR_EL1, MIN_(ID_AA64DFR2_EL1, SPE_nVM, 1))
	DFGT2("MDSELR_EL1", SYS, HDFGxTR2_EL2_nMDSELR_EL1, HAS_DEBUG89)
	DFGT2("MDSTEPOP_EL1", SYS, HDFGxTR2_EL2_nMDSTEPOP_EL1, HAS_STEP2)
	DFGT2("TRCITECR_EL1", SYS, HDFGxTR2_EL2_nTRCITECR_EL1, MIN_(ID_AA64DFR1_EL1, ITE, 1))
	DFGT2("TRBMPAM_EL1", SYS, HDFGxTR2_EL2_nTRBMPAM_EL1, HAS_TRBE, MIN_(TRBIDR_EL1, MPAM, 2))
	DFGT2("PMECR_EL1", SYS, HDFGxTR2_EL2_nPMECR_EL1, MIN_(ID_AA64DFR1_EL1, EBEP, 1))
	DFGT2("PMIAR_EL1", SYS, HDFGxTR2_EL2_nPMIAR_EL1, MIN_(ID_AA64DFR0_EL1, SEBEP, 1))
	DFGT2("PMU snapshots", SYS, HDFGxTR2_EL2_nPMSSCR_EL1 | HDFGxTR2_EL2_nPMECR_EL1, MIN_(ID_AA64DFR0_EL1, PMSS, 1))
	RULE("PMU snapshot values", HDFGRTR2_EL2, SYS, HDFGRTR2_EL2_nPMSSDATA, HAS_FGT2, MIN_(ID_AA64DFR0_EL1, PMSS, 1))
	RULE("system PMU, reads", HDFGRTR2_EL2, SYS, HDFGRTR2_EL2_SPM_ALL, HAS_FGT2, HAS_SPMU)
	RULE("system PMU, writes", HDFGWTR2_EL2, SYS, HDFGWTR2_EL2_SPM_ALL, HAS_FGT2, HAS_SPMU)

	RULE("MPAM: partition 0, no traps", MPAM2_EL2, SYS, 0, HAS_MPAM)
	RULE("MPAM v0.1: the same", MPAM2_EL2, SYS, 0, HAS_MPAM_01)
	RULE("MPAM: MPAMSM_EL1", MPAM2_EL2, SYS, MPAM2_EL2_EnMPAMSM, HAS_MPAM, HAS_SME)
	RULE("MPAM v0.1: MPAMSM_EL1", MPAM2_EL2, SYS, MPAM2_EL2_EnMPAMSM, HAS_MPAM_01, HAS_SME)
	RULE("MPAM: EL1 and EL0 not virtualised", MPAMHCR_EL2, SYS, 0, HAS_MPAM, MIN_(MPAMIDR_EL1, HAS_HCR, 1))
	RULE("MPAM v0.1: the same", MPAMHCR_EL2, SYS, 0, HAS_MPAM_01, MIN_(MPAMIDR_EL1, HAS_HCR, 1))

	RULE("no limited-ordering regions", LORC_EL1, SYS, 0, MIN_(ID_AA64MMFR1_EL1, LO, 1))
	RULE("architected activity counters on", AMCNTENSET0_EL0, BOOT_AMU, AMCNTENSET0_EL0_ALL, HAS_AMU, NO_EL3)
	RULE("auxiliary activity counters on", AMCNTENSET1_EL0, BOOT_AMU, AMCNTENSET1_EL0_ALL,
	     HAS_AMU, NO_EL3, MIN_(AMCGCR_EL0, CG1NC, 1))
	RULE("no control stack at EL2", GCSCR_EL2, BOOT_GCS, 0, HAS_GCS)

	BASE("EL2 MMU off", SCTLR_EL2, SYS, SCTLR_EL2_MMU_OFF)
	RULE("TPIDR2_EL0 not trapped", SCTLR_EL2, BOOT_SME, SCTLR_EL2_EnTP2, HAS_SME)
	BASE("EL1 MMU off, if entered unmapped", SCTLR_EL1, SYS, SCTLR_EL1_MMU_OFF)
};

/*
 * What is another way for a kernel at EL2: it owns what el2_rules give to EL1, and three registers
 * have another layout.  PMSCR_EL2 is what its name PMSCR_EL1 reaches: nothing is recorded.
 */
const struct el2_rule vhe_rules[] = {
	BASE("EL2 is the kernel's, over EL0", HCR_EL2, SYS, HCR_EL2_E2H | HCR_EL2_TGE)
	CLEAR("the layout is CPACR_EL1's", CPTR_EL2, SYS, ~UINT64_C(0), HAS_VHE)
	RULE("FP and SIMD usable", CPTR_EL2, SYS, CPTR_EL2_E2H_FPEN, HAS_VHE)
	RULE("SVE not trapped", CPTR_EL2, BOOT_SVE, CPTR_EL2_E2H_ZEN, HAS_SVE)
	RULE("SME not trapped", CPTR_EL2, BOOT_SME, CPTR_EL2_E2H_SMEN, HAS_SME)
	CLEAR("timers not for EL0, no event stream", CNTHCTL_EL2, TIMER, ~UINT64_C(0), HAS_VHE)
	RULE("physical counter and timer for EL1", CNTHCTL_EL2, BOOT_TIMERS,
	     CNTHCTL_EL2_E2H_EL1PCTEN | CNTHCTL_EL2_E2H_EL1PTEN, HAS_VHE)
	CLEAR("the profiling buffer is EL2's", MDCR_EL2, DEBUG, MDCR_EL2_E2PB_EL1, HAS_SPE(1))
	RULE("EL1's profiling trapped", MDCR_EL2, DEBUG, MDCR_EL2_TPMS, HAS_SPE(1))
	CLEAR("the trace buffer is EL2's", MDCR_EL2, DEBUG, MDCR_EL2_E2TB_EL1, HAS_TRBE, IS(TRBIDR_EL1, P, 0))
	CLEAR("no profiles yet", PMSCR_EL2, SPE, ~UINT64_C(0), HAS_SPE(1), IS(PMBIDR_EL1, P, 0))
	RULE("no context number", CONTEXTIDR_EL2, SYS, 0, HAS_VHE)
	BASE("EL2 thread pointer", TPIDR_EL2, SYS, 0)
	RULE("extended translation control off", TCR2_EL2, SYS, 0, HAS_TCRX)
	RULE("extended system control off", SCTLR2_EL2, SYS, 0, HAS_SCTLRX)
};

const struct el2_rule el1_rules[] = {
	BASE("FP and SIMD usable", CPACR_EL1, SYS, CPACR_EL1_FPEN_ALL)
	BASE("no debug exceptions", MDSCR_EL1, DEBUG, 0)
	BASE("timers not for EL0, no event stream", CNTKCTL_EL1, TIMER, 0)
	BASE("virtual timer off", CNTV_CTL_EL0, TIMER, 0)
	BASE("no context number", CONTEXTIDR_EL1, SYS, 0)
	RULE("PMU not for EL0", PMUSERENR_EL0, PMU, 0, HAS_PMU(1))
	RULE("activity monitors not for EL0", AMUSERENR_EL0, AMU, 0, HAS_AMU)
	RULE("extended translation control off", TCR2_EL1, SYS, 0, HAS_TCRX)
	RULE("extended system control off", SCTLR2_EL1, SYS, 0, HAS_SCTLRX)
	RULE("no control stack at EL1", GCSCR_EL1, BOOT_GCS, 0, HAS_GCS)
	RULE("no control stack at EL0", GCSCRE0_EL1, BOOT_GCS, 0, HAS_GCS)
	RULE("thread pointer 2", TPIDR2_EL0, SYS, 0, HAS_SME)
	BASE("read-only thread pointer", TPIDRRO_EL0, SYS, 0)
	BASE("EL0 thread pointer", TPIDR_EL0, SYS, 0)
	BASE("EL1 thread pointer", TPIDR_EL1, SYS, 0)
};

/* clang-format on */

const unsigned el2_rules_count = ARRAY_SIZE(el2_rules);
const unsigned vhe_rules_count = ARRAY_SIZE(vhe_rules);
const unsigned el1_rules_count = ARRAY_SIZE(el1_rules);
