/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Identification registers.  A field is its two bit numbers, `hi, lo`:
 * ID_GET(ID_AA64PFR0_EL1_SVE, value) takes it out. Every field is four bits and unsigned, 0 =
 * absent, unless its line says otherwise.
 *
 * The registers of the ID space (op0 = 3, op1 = 0, CRn = 0, CRm = 0..7) that an older CPU does
 * not know read as zero and are never UNDEFINED.  Arm ARM DDI 0487 K.a, D24.2; D24.1.3 for what
 * the values promise.
 */
#pragma once

#include "lib/base/types.h"

#define ID_GET(field, value)	   ID_GET_(field, value)
#define ID_GET_(hi, lo, value)	   FIELD_GET(hi, lo, value)
#define ID_PUT(field, value)	   ID_PUT_(field, value)
#define ID_PUT_(hi, lo, value)	   FIELD(hi, lo, value)
/* A four-bit field as the signed number it is: 0xf is -1, "not implemented". */
#define ID_GET_SIGNED(field, value) ID_GET_SIGNED_(field, value)
#define ID_GET_SIGNED_(hi, lo, value) ((int)(FIELD_GET(hi, lo, value) ^ 8) - 8)

/* ---- MIDR_EL1 - Main ID */
#define MIDR_EL1_ALL     63, 0
#define MIDR_IMPLEMENTER 31, 24
#define MIDR_VARIANT	 23, 20
#define MIDR_PARTNUM	 15, 4
#define MIDR_REVISION	 3, 0

/* ---- MPIDR_EL1 - Multiprocessor Affinity */
#define MPIDR_EL1_ALL      63, 0
#define MPIDR_EL1_RES1	   BIT(31)
#define MPIDR_EL1_MT BIT(24) /* Aff0 is a thread */
#define MPIDR_EL1_AFFINITY (MASK(39, 32) | MASK(23, 0))

/* ---- ID_AA64PFR0_EL1 - Processor Feature 0 */
#define ID_AA64PFR0_EL1_CSV2	59, 56
#define ID_AA64PFR0_EL1_AMU	47, 44
#define ID_AA64PFR0_EL1_MPAM	43, 40
#define ID_AA64PFR0_EL1_SVE	35, 32
#define ID_AA64PFR0_EL1_RAS	31, 28
#define ID_AA64PFR0_EL1_GIC	27, 24
#define ID_AA64PFR0_EL1_AdvSIMD 23, 20 /* signed */
#define ID_AA64PFR0_EL1_FP	19, 16 /* signed */
#define ID_AA64PFR0_EL1_EL3	15, 12
#define ID_AA64PFR0_EL1_EL2	11, 8
#define ID_AA64PFR0_EL1_EL1	7, 4 /* 2: AArch32 as well */
#define ID_AA64PFR0_EL1_EL0	3, 0 /* 2: AArch32 as well */

/* ---- ID_AA64PFR1_EL1 - Processor Feature 1 */
#define ID_AA64PFR1_EL1_PFAR	  63, 60
#define ID_AA64PFR1_EL1_THE	  51, 48
#define ID_AA64PFR1_EL1_GCS	  47, 44
#define ID_AA64PFR1_EL1_NMI	  39, 36
#define ID_AA64PFR1_EL1_CSV2_frac 35, 32
#define ID_AA64PFR1_EL1_SME	  27, 24 /* 2: SME2 */
#define ID_AA64PFR1_EL1_MPAM_frac 19, 16 /* MPAM v0.1 has MPAM = 0 and this 1 */
#define ID_AA64PFR1_EL1_RAS_frac  15, 12
#define ID_AA64PFR1_EL1_MTE	  11, 8 /* 2: tags in memory */
#define ID_AA64PFR1_EL1_BT	  3, 0

/* ---- ID_AA64PFR2_EL1 - Processor Feature 2 */
#define ID_AA64PFR2_EL1_FPMR 35, 32
#define ID_AA64PFR2_EL1_GCIE 15, 12 /* GICv5 CPU interface */

/* ---- ID_AA64ZFR0_EL1 - SVE Feature 0 */
#define ID_AA64ZFR0_EL1_SVEver 3, 0

/* ---- ID_AA64SMFR0_EL1 - SME Feature 0 */
#define ID_AA64SMFR0_EL1_FA64	63, 63 /* one bit */
#define ID_AA64SMFR0_EL1_SMEver 59, 56

/* ---- ID_AA64DFR0_EL1 - Debug Feature 0 */
#define ID_AA64DFR0_EL1_HPMN0	    63, 60
#define ID_AA64DFR0_EL1_BRBE	    55, 52
#define ID_AA64DFR0_EL1_MTPMU	    51, 48 /* signed */
#define ID_AA64DFR0_EL1_TraceBuffer 47, 44
#define ID_AA64DFR0_EL1_TraceFilt   43, 40
#define ID_AA64DFR0_EL1_DoubleLock  39, 36 /* signed: 0 = present */
#define ID_AA64DFR0_EL1_PMSVer	    35, 32
#define ID_AA64DFR0_EL1_CTX_CMPs    31, 28
#define ID_AA64DFR0_EL1_SEBEP	    27, 24
#define ID_AA64DFR0_EL1_WRPs	    23, 20
#define ID_AA64DFR0_EL1_PMSS	    19, 16
#define ID_AA64DFR0_EL1_BRPs	    15, 12
#define ID_AA64DFR0_EL1_PMUVer \
	11, 8 /* 0xf: a PMU, but not the architecture's; 8 and 9 are PMUv3p8 and p9 */
#define ID_AA64DFR0_EL1_TraceVer    7, 4
#define ID_AA64DFR0_EL1_DebugVer    3, 0

/* ---- ID_AA64DFR1_EL1 - Debug Feature 1 */
#define ID_AA64DFR1_EL1_EBEP	51, 48
#define ID_AA64DFR1_EL1_ITE	47, 44
#define ID_AA64DFR1_EL1_PMICNTR 39, 36
#define ID_AA64DFR1_EL1_SPMU	35, 32

/* ---- ID_AA64DFR2_EL1 - Debug Feature 2 */
#define ID_AA64DFR2_EL1_SPE_nVM 23, 20
#define ID_AA64DFR2_EL1_STEP	3, 0

/* ---- ID_AA64ISAR0_EL1 - Instruction Set Attribute 0 */
#define ID_AA64ISAR0_EL1_RNDR	63, 60
#define ID_AA64ISAR0_EL1_ATOMIC 23, 20
#define ID_AA64ISAR0_EL1_CRC32	19, 16
#define ID_AA64ISAR0_EL1_SHA2	15, 12
#define ID_AA64ISAR0_EL1_SHA1	11, 8
#define ID_AA64ISAR0_EL1_AES	7, 4 /* 2: PMULL as well */

/* ---- ID_AA64ISAR1_EL1 - Instruction Set Attribute 1 */
#define ID_AA64ISAR1_EL1_LS64 63, 60 /* 2: ST64BV, 3: ST64BV0 and ACCDATA_EL1 */
#define ID_AA64ISAR1_EL1_GPI  31, 28
#define ID_AA64ISAR1_EL1_GPA  27, 24
#define ID_AA64ISAR1_EL1_API  11, 8
#define ID_AA64ISAR1_EL1_APA  7, 4
#define ID_AA64ISAR1_EL1_DPB  3, 0

/* ---- ID_AA64ISAR2_EL1 - Instruction Set Attribute 2 */
#define ID_AA64ISAR2_EL1_MOPS 19, 16
#define ID_AA64ISAR2_EL1_APA3 15, 12
#define ID_AA64ISAR2_EL1_GPA3 11, 8

/* ---- ID_AA64ISAR3_EL1 - Instruction Set Attribute 3 */
#define ID_AA64ISAR3_EL1_PACM 15, 12 /* 2: switched by SCTLR2 and HCRX */

/* ---- ID_AA64MMFR0_EL1 - Memory Model Feature 0 */
#define ID_AA64MMFR0_EL1_ECV	   63, 60
#define ID_AA64MMFR0_EL1_FGT	   59, 56 /* 2: FEAT_FGT2 */
#define ID_AA64MMFR0_EL1_TGran4_2  43, 40
#define ID_AA64MMFR0_EL1_TGran64_2 39, 36
#define ID_AA64MMFR0_EL1_TGran16_2 35, 32
#define ID_AA64MMFR0_EL1_TGran4	   31, 28 /* signed: 0 = present, 1 = 52 bits */
#define ID_AA64MMFR0_EL1_TGran64   27, 24 /* signed: 0 = present */
#define ID_AA64MMFR0_EL1_TGran16   23, 20 /* 2 = 52 bits */
#define ID_AA64MMFR0_EL1_BigEnd	   11, 8
#define ID_AA64MMFR0_EL1_ASIDBits  7, 4
#define ID_AA64MMFR0_EL1_PARange   3, 0 /* 0..7: 32 36 40 42 44 48 52 56 bits */

/* ---- ID_AA64MMFR1_EL1 - Memory Model Feature 1 */
#define ID_AA64MMFR1_EL1_HCX	43, 40
#define ID_AA64MMFR1_EL1_PAN	23, 20
#define ID_AA64MMFR1_EL1_LO	19, 16
#define ID_AA64MMFR1_EL1_VH	11, 8
#define ID_AA64MMFR1_EL1_HAFDBS 3, 0

/* ---- ID_AA64MMFR2_EL1 - Memory Model Feature 2 */
#define ID_AA64MMFR2_EL1_NV	 27, 24
#define ID_AA64MMFR2_EL1_CCIDX	 23, 20
#define ID_AA64MMFR2_EL1_VARange 19, 16
#define ID_AA64MMFR2_EL1_CnP	 3, 0

/* ---- ID_AA64MMFR3_EL1 - Memory Model Feature 3 */
#define ID_AA64MMFR3_EL1_D128	35, 32
#define ID_AA64MMFR3_EL1_AIE	27, 24
#define ID_AA64MMFR3_EL1_S2POE	23, 20
#define ID_AA64MMFR3_EL1_S1POE	19, 16
#define ID_AA64MMFR3_EL1_S1PIE	11, 8
#define ID_AA64MMFR3_EL1_SCTLRX 7, 4
#define ID_AA64MMFR3_EL1_TCRX	3, 0

/* ---- ID_AA64MMFR4_EL1 - Memory Model Feature 4 */
#define ID_AA64MMFR4_EL1_E2H0 27, 24 /* signed: below 0, HCR_EL2.E2H is RES1 */
#define ID_AA64MMFR4_EL1_PoPS 3, 0

/* ---- CTR_EL0 - Cache Type.  EL0 */
#define CTR_EL0_DIC	 BIT(29) /* no IC IVAU needed for data to be fetched */
#define CTR_EL0_IDC	 BIT(28) /* no DC CVAU needed for data to be fetched */
#define CTR_EL0_CWG	 27, 24
#define CTR_EL0_DminLine 19, 16 /* log2 of words in the smallest data cache line */
#define CTR_EL0_L1Ip	 15, 14
#define CTR_EL0_IminLine 3, 0

/* ---- PMCR_EL0 - Performance Monitors Control.  EL0, FEAT_PMUv3.  Arm ARM D24.5 */
#define PMCR_EL0_N 15, 11 /* counters; at EL1 those that MDCR_EL2.HPMN leaves */

/* ---- PMBIDR_EL1 - Profiling Buffer ID.  EL1, FEAT_SPE.  Arm ARM D24.7 */
#define PMBIDR_EL1_P 4, 4 /* the buffer belongs to a higher level: no access */

/* ---- PMSIDR_EL1 - Sampling Profiling ID.  EL1, FEAT_SPE.  Arm ARM D24.7 */
#define PMSIDR_EL1_FDS 7, 7

/* ---- TRBIDR_EL1 - Trace Buffer ID.  EL1, FEAT_TRBE.  Arm ARM D24.4 */
#define TRBIDR_EL1_MPAM 15, 12
#define TRBIDR_EL1_P	4, 4 /* the buffer belongs to a higher level: no access */

/* ---- MPAMIDR_EL1 - MPAM ID.  EL1, FEAT_MPAM.  Arm ARM D24.2 */
#define MPAMIDR_EL1_HAS_HCR 17, 17

/* ---- SMIDR_EL1 - Streaming Mode ID.  EL1, FEAT_SME.  Arm ARM D24.2 */
#define SMIDR_EL1_SMPS 15, 15 /* streaming mode priorities */

/* ---- AMCGCR_EL0 - Activity Monitors Counter Group Configuration.  EL0, FEAT_AMUv1.  Arm ARM
 * D24.6 */
#define AMCGCR_EL0_CG1NC 15, 8 /* auxiliary counters */
