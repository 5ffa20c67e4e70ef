/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What EL2 configures for EL1, in the layouts of HCR_EL2.E2H = 0.  CPTR_EL2, CNTHCTL_EL2 and
 * TCR_EL2 have another layout with E2H = 1: constants of that one are named _E2H.
 *
 * Fine-grained trap bits come in two polarities: plain names trap when 1, names with a small n
 * trap when 0, and exist only where their feature does (RES0 elsewhere).
 *
 * Arm ARM DDI 0487 K.a, D24.2 unless a block says otherwise; the ICC and ICH registers: IHI 0069
 * H, chapter 12.
 */
#pragma once

#include "lib/base/types.h"

/* ---- HCR_EL2 - Hypervisor Configuration.  EL2 */
#define HCR_EL2_ATA    BIT(56) /* allocation tags usable at EL1 and EL0 */
#define HCR_EL2_EnSCXT BIT(53) /* SCXTNUM_EL1, SCXTNUM_EL0 usable */
#define HCR_EL2_FIEN   BIT(47) /* RAS fault injection registers usable */
#define HCR_EL2_NV     BIT(42)
#define HCR_EL2_API    BIT(41) /* pointer authentication instructions not trapped */
#define HCR_EL2_APK    BIT(40) /* pointer authentication keys not trapped */
#define HCR_EL2_E2H    BIT(34)
#define HCR_EL2_RW     BIT(31) /* EL1 is AArch64 */
#define HCR_EL2_HCD    BIT(29) /* HVC is UNDEFINED (only where EL3 is absent) */
#define HCR_EL2_TGE    BIT(27)
#define HCR_EL2_TSC    BIT(19)
#define HCR_EL2_DC     BIT(12)
#define HCR_EL2_AMO    BIT(5)
#define HCR_EL2_IMO    BIT(4)
#define HCR_EL2_FMO    BIT(3)
#define HCR_EL2_SWIO   BIT(1) /* DC ISW at EL1 cleans as well; may be RES1 */
#define HCR_EL2_VM     BIT(0) /* stage 2 translation */

/* ---- HCRX_EL2 - Extended Hypervisor Configuration.  EL2, FEAT_HCX */
#define HCRX_EL2_PACMEn	  BIT(24)
#define HCRX_EL2_EnFPM	  BIT(23)
#define HCRX_EL2_GCSEn	  BIT(22)
#define HCRX_EL2_D128En	  BIT(17)
#define HCRX_EL2_SCTLR2En BIT(15)
#define HCRX_EL2_TCR2En	  BIT(14)
#define HCRX_EL2_MSCEn	  BIT(11)
#define HCRX_EL2_MCE2	  BIT(10) /* memory copy exceptions go to EL2 */
#define HCRX_EL2_SMPME	  BIT(5)
#define HCRX_EL2_EnASR	  BIT(2) /* ST64BV */
#define HCRX_EL2_EnALS	  BIT(1) /* LD64B, ST64B */
#define HCRX_EL2_EnAS0	  BIT(0) /* ST64BV0 */

/*
 * CPTR_EL2 when HCR_EL2.E2H == 0 - Architectural Feature Trap.  EL2
 * TZ and TSM are RES1 without SVE and SME.
 */
#define CPTR_EL2_TCPAC BIT(31)
#define CPTR_EL2_TAM   BIT(30)
#define CPTR_EL2_TTA   BIT(20)
#define CPTR_EL2_TSM   BIT(12)
#define CPTR_EL2_TFP   BIT(10)
#define CPTR_EL2_TZ    BIT(8)
#define CPTR_EL2_RES1  (BIT(13) | BIT(12) | BIT(9) | BIT(8) | MASK(7, 0))

/* The same when HCR_EL2.E2H == 1: CPACR_EL1's layout; nothing RES1 */
#define CPTR_EL2_E2H_SMEN FIELD(25, 24, 3) /* SME trapped at neither EL0 nor EL2 */
#define CPTR_EL2_E2H_FPEN FIELD(21, 20, 3) /* FP and SIMD likewise */
#define CPTR_EL2_E2H_ZEN  FIELD(17, 16, 3) /* SVE likewise */

/* ---- CNTHCTL_EL2 when HCR_EL2.E2H == 0 - Counter-timer Hypervisor Control.  EL2.  D24.10 */
#define CNTHCTL_EL2_ECV	     BIT(12) /* CNTPOFF_EL2 applies */
#define CNTHCTL_EL2_EVNTEN   BIT(2)
#define CNTHCTL_EL2_EL1PCEN  BIT(1) /* physical timer not trapped */
#define CNTHCTL_EL2_EL1PCTEN BIT(0) /* physical counter not trapped */
/* The same when HCR_EL2.E2H == 1: CNTKCTL_EL1's layout in bits 9:0, for EL0 */
#define CNTHCTL_EL2_E2H_EL1PTEN	 BIT(11) /* EL1's physical timer not trapped */
#define CNTHCTL_EL2_E2H_EL1PCTEN BIT(10) /* EL1's physical counter not trapped */

/* ---- MDCR_EL2 - Monitor Debug Configuration.  EL2.  Arm ARM D24.3 */
#define MDCR_EL2_EnSTEPOP BIT(50)
#define MDCR_EL2_EBWE	  BIT(43) /* breakpoints and watchpoints beyond 16 */
#define MDCR_EL2_E2TB_EL1 FIELD(25, 24, 3) /* trace buffer: EL1's, its translations */
#define MDCR_EL2_TTRF	  BIT(19)
#define MDCR_EL2_HPMD	  BIT(17)
#define MDCR_EL2_EnSPM	  BIT(15) /* system PMU registers not trapped */
#define MDCR_EL2_TPMS	  BIT(14)
#define MDCR_EL2_E2PB_EL1 FIELD(13, 12, 3) /* profiling buffer: EL1's, its translations */
#define MDCR_EL2_TDA	  BIT(9)
#define MDCR_EL2_TDE	  BIT(8)
#define MDCR_EL2_HPME	  BIT(7)
#define MDCR_EL2_TPM	  BIT(6)
#define MDCR_EL2_HPMN_LSB 0 /* 4:0, how many counters EL1 has */

/* ---- PMSCR_EL2 - Statistical Profiling Control.  EL2, FEAT_SPE.  Arm ARM D24.7 */
#define PMSCR_EL2_PCT_PHYS FIELD(7, 6, 1) /* physical counter in records */
#define PMSCR_EL2_PA	   BIT(4) /* physical addresses in records */

/* ---- BRBCR_EL2 - Branch Record Buffer Control.  EL2, FEAT_BRBE.  Arm ARM D24.8 */
#define BRBCR_EL2_MPRED BIT(4)
#define BRBCR_EL2_CC	BIT(3)

/* ---- TRFCR_EL2 - Trace Filter Control.  EL2, FEAT_TRF */
#define TRFCR_EL2_E2TRE	 BIT(1)
#define TRFCR_EL2_E0HTRE BIT(0)

/*
 * ZCR_ELx, SMCR_ELx - SVE and SME Control.  FEAT_SVE, FEAT_SME
 * Bits 8:4 are RAZ/WI: room for LEN to grow.
 */
#define ZCR_ELx_LEN_MAX	 MASK(8, 0) /* the longest vectors there are */
#define SMCR_ELx_FA64	 BIT(31) /* all of A64 in streaming mode */
#define SMCR_ELx_EZT0	 BIT(30) /* ZT0 usable (SME2) */
#define SMCR_ELx_LEN_MAX MASK(8, 0)

/* ---- SCTLR_EL2 - System Control: the field that sysreg_vmsa.h lacks; acts where E2H = 1 only */
#define SCTLR_EL2_EnTP2 BIT(60)

/*
 * HSTR_EL2 - Hypervisor System Trap (AArch32).  EL2: zero
 * VTTBR_EL2 - Virtualization Translation Table Base.  EL2: zero
 * VPIDR_EL2, VMPIDR_EL2 - what EL1 reads as MIDR_EL1 and MPIDR_EL1.  EL2: the real ones
 * CNTVOFF_EL2 - Counter-timer Virtual Offset.  EL2: zero
 * LORC_EL1 - LORegion Control.  EL1, FEAT_LOR: zero
 */

/* ---- ICC_SRE_EL2 - Interrupt Controller System Register Enable.  EL2, GICv3 */
#define SYSREG_ICC_SRE_EL2 S3_4_C12_C9_5
#define ICC_SRE_EL2_ENABLE BIT(3) /* EL1 may set its own SRE */
#define ICC_SRE_EL2_DIB	   BIT(2) /* IRQ bypass off */
#define ICC_SRE_EL2_DFB	   BIT(1) /* FIQ bypass off */
#define ICC_SRE_EL2_SRE	   BIT(0)

/*
 * ICH_HCR_EL2 - Interrupt Controller Hyp Control.  EL2, GICv3
 * UNDEFINED unless ICC_SRE_EL2.SRE reads 1.
 */
#define ICH_HCR_EL2_EN BIT(0)

/*
 * ICH_HFGRTR_EL2, ICH_HFGWTR_EL2, ICH_HFGITR_EL2 - GICv5 Fine-Grained Traps.  EL2, FEAT_GCIE
 * 1 = not trapped.
 */
#define ICH_HFGRTR_EL2_ALL (MASK(20, 16) | MASK(7, 0)) /* bit 3 is RES1 */
#define ICH_HFGWTR_EL2_ALL (MASK(20, 17) | BIT(6) | BIT(5) | BIT(2) | BIT(0))
#define ICH_HFGITR_EL2_ALL MASK(10, 0)

/* ---- HFGRTR_EL2, HFGWTR_EL2 - Fine-Grained Read and Write Trap.  EL2, FEAT_FGT */
#define HFGxTR_EL2_nAMAIR2_EL1	BIT(63)
#define HFGxTR_EL2_nMAIR2_EL1	BIT(62)
#define HFGxTR_EL2_nS2POR_EL1	BIT(61)
#define HFGxTR_EL2_nPOR_EL1	BIT(60)
#define HFGxTR_EL2_nPOR_EL0	BIT(59)
#define HFGxTR_EL2_nPIR_EL1	BIT(58)
#define HFGxTR_EL2_nPIRE0_EL1	BIT(57)
#define HFGxTR_EL2_nRCWMASK_EL1 BIT(56)
#define HFGxTR_EL2_nTPIDR2_EL0	BIT(55)
#define HFGxTR_EL2_nSMPRI_EL1	BIT(54)
#define HFGxTR_EL2_nGCS_EL1	BIT(53)
#define HFGxTR_EL2_nGCS_EL0	BIT(52)
#define HFGxTR_EL2_nACCDATA_EL1 BIT(50)

/* ---- HFGITR_EL2 - Fine-Grained Instruction Trap.  EL2, FEAT_FGT */
#define HFGITR_EL2_nGCSEPP	 BIT(59)
#define HFGITR_EL2_nGCSSTR_EL1	 BIT(58)
#define HFGITR_EL2_nGCSPUSHM_EL1 BIT(57)
#define HFGITR_EL2_nBRBIALL	 BIT(56)
#define HFGITR_EL2_nBRBINJ	 BIT(55)

/*
 * HDFGRTR_EL2, HDFGWTR_EL2 - Debug Fine-Grained Read and Write Trap.  EL2, FEAT_FGT
 * nBRBIDR is in the first only.
 */
#define HDFGxTR_EL2_nPMSNEVFR_EL1 BIT(62)
#define HDFGxTR_EL2_nBRBDATA	  BIT(61)
#define HDFGxTR_EL2_nBRBCTL	  BIT(60)
#define HDFGRTR_EL2_nBRBIDR	  BIT(59)

/* ---- HAFGRTR_EL2 - Activity Monitors Fine-Grained Read Trap.  EL2, FEAT_FGT, FEAT_AMUv1: zero */

/*
 * HFGRTR2_EL2, HFGWTR2_EL2 - Fine-Grained Read and Write Trap 2.  EL2, FEAT_FGT2
 * nERXGSR is in the first only.
 */
#define HFGxTR2_EL2_nRCWSMASK_EL1 BIT(2)
#define HFGRTR2_EL2_nERXGSR_EL1	  BIT(1)
#define HFGxTR2_EL2_nPFAR_EL1	  BIT(0)

/* ---- HFGITR2_EL2 - Fine-Grained Instruction Trap 2.  EL2, FEAT_FGT2 */
#define HFGITR2_EL2_nDCCIVAPS BIT(1)

/* ---- HDFGRTR2_EL2, HDFGWTR2_EL2 - Debug Fine-Grained Read and Write Trap 2.  EL2, FEAT_FGT2 */
#define HDFGxTR2_EL2_nPMBMAR_EL1     BIT(24)
#define HDFGxTR2_EL2_nMDSTEPOP_EL1   BIT(23)
#define HDFGxTR2_EL2_nTRBMPAM_EL1    BIT(22)
#define HDFGWTR2_EL2_nPMZR_EL0	     BIT(21)
#define HDFGxTR2_EL2_nTRCITECR_EL1   BIT(20)
#define HDFGxTR2_EL2_nPMSDSFR_EL1    BIT(19)
#define HDFGRTR2_EL2_SPM_ALL	    MASK(18, 8) /* the system PMU's registers */
#define HDFGWTR2_EL2_SPM_ALL	     MASK(16, 8) /* less the read-only two */
#define HDFGxTR2_EL2_nPMSSCR_EL1     BIT(7)
#define HDFGRTR2_EL2_nPMSSDATA	     BIT(6)
#define HDFGxTR2_EL2_nMDSELR_EL1     BIT(5)
#define HDFGxTR2_EL2_nPMUACR_EL1     BIT(4)
#define HDFGxTR2_EL2_nPMICFILTR_EL0  BIT(3)
#define HDFGxTR2_EL2_nPMICNTR_EL0    BIT(2)
#define HDFGxTR2_EL2_nPMIAR_EL1	     BIT(1)
#define HDFGxTR2_EL2_nPMECR_EL1	     BIT(0)

/*
 * MPAM2_EL2 - MPAM Control; MPAMHCR_EL2 - MPAM Hypervisor Control.  EL2, FEAT_MPAM
 * Zero: partition 0, no traps.
 */
#define MPAM2_EL2_EnMPAMSM     BIT(50) /* MPAMSM_EL1 not trapped (SME) */
#define MPAM2_EL2_TRAPMPAM0EL1 BIT(49)
#define MPAM2_EL2_TRAPMPAM1EL1 BIT(48)

/*
 * AMCNTENSET0_EL0, AMCNTENSET1_EL0 - Activity Monitors Count Enable Set.  FEAT_AMUv1.  D24.6
 * Writable at the highest implemented level only.
 */
#define AMCNTENSET0_EL0_ALL MASK(3, 0)
#define AMCNTENSET1_EL0_ALL MASK(15, 0) /* bits of counters that are not there are RAZ/WI */
