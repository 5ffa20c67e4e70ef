/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room arch/arm64/cpu: the CPU: registers by name, caches, firmware calls, fast loops.
 * In:    -
 * Out:   what <arch/...> promises to everybody
 * Uses:  nothing
 */
/*
 * System registers of AArch64: one block per register, fields by BIT() and FIELD().  The layouts
 * are plain constants, so that host tests use them; access is for the target alone and hides no
 * barrier.
 *
 * "Arm ARM" is DDI 0487 issue K.a; its chapter D24 lists the registers by kind, so a section and
 * the register's name find the page.  GIC registers are in IHI 0069 issue H.
 *
 *   sysreg.h       access; state, exceptions, timers, caches, what EL1 software finds
 *   sysreg_id.h    identification registers
 *   sysreg_el2.h   what EL2 configures for EL1
 *   sysreg_vmsa.h  translation: SCTLR, TCR, MAIR, TTBR, descriptors
 */
#pragma once

#include "arch/arm64/cpu/sysreg_el2.h"
#include "arch/arm64/cpu/sysreg_id.h"
#include "arch/arm64/cpu/sysreg_vmsa.h"
#include "lib/base/types.h"

/* ---- access (target only)
 * ---------------------------------------------------------------------------------------- name
 * is what the assembler knows (esr_el1) or one of the SYSREG_ encodings here, for registers
 * younger than the assembler.  No isb, no memory clobber: the caller states what it needs and why.
 */
#define SYSREG_STRING_(x) #x
#define SYSREG_STRING(x)  SYSREG_STRING_(x)
#define sysreg_read(name)                                                                   \
	({                                                                                  \
		uint64_t sysreg_value_;                                                     \
		__asm__ volatile("mrs %0, " SYSREG_STRING(name) : "=r"(sysreg_value_));     \
		sysreg_value_;                                                              \
	})
#define sysreg_write(name, value)                                                           \
	({                                                                                  \
		uint64_t sysreg_value_ = (value);                                           \
		__asm__ volatile("msr " SYSREG_STRING(name) ", %x0" : : "rZ"(sysreg_value_)); \
	})

/* The encoding of a register as every assembler takes it: SYSREG_ENCODING(3, 4, 1, 1, 0) is
 * "S3_4_C1_C1_0". */
#define SYSREG_ENCODING(op0, op1, crn, crm, op2) "S" #op0 "_" #op1 "_C" #crn "_C" #crm "_" #op2

/* ---- CurrentEL - Current Exception Level.  EL1 and above.  Arm ARM C5.2 */
#define CURRENTEL_EL 3, 2

/* ---- SPSR_ELx - Saved Program Status Register, from AArch64.  Arm ARM C5.2 */
#define SPSR_N	     BIT(31)
#define SPSR_Z	     BIT(30)
#define SPSR_C	     BIT(29)
#define SPSR_V	     BIT(28)
#define SPSR_TCO     BIT(25) /* MTE: tag checks off */
#define SPSR_DIT     BIT(24)
#define SPSR_UAO     BIT(23)
#define SPSR_PAN     BIT(22)
#define SPSR_SS	     BIT(21)
#define SPSR_IL	     BIT(20)
#define SPSR_ALLINT  BIT(13)
#define SPSR_SSBS    BIT(12)
#define SPSR_BTYPE   MASK(11, 10)
#define SPSR_D	     BIT(9)
#define SPSR_A	     BIT(8)
#define SPSR_I	     BIT(7)
#define SPSR_F	     BIT(6)
#define SPSR_DAIF    (SPSR_D | SPSR_A | SPSR_I | SPSR_F)
#define SPSR_AARCH32 BIT(4)
#define SPSR_M	     MASK(3, 0)
#define SPSR_M_EL0T  FIELD(3, 0, 0x0)
#define SPSR_M_EL1T  FIELD(3, 0, 0x4)
#define SPSR_M_EL1H  FIELD(3, 0, 0x5)
#define SPSR_M_EL2T  FIELD(3, 0, 0x8)
#define SPSR_M_EL2H  FIELD(3, 0, 0x9)
/* AArch32 states, bit 4 set: Supervisor mode as a 32-bit kernel is entered */
#define SPSR_A32_M_SVC FIELD(3, 0, 0x3)
#define SPSR_A32_T     BIT(5)

/* How a kernel is entered: EL1 or EL2 on its own stack pointer, D A I F masked. */
#define SPSR_ENTER_EL1 (SPSR_DAIF | SPSR_M_EL1H)
#define SPSR_ENTER_EL2 (SPSR_DAIF | SPSR_M_EL2H)
/* And in AArch32: Supervisor mode, A32, little-endian, A I F masked (D is E there). */
#define SPSR_ENTER_SVC (SPSR_A | SPSR_I | SPSR_F | SPSR_AARCH32 | SPSR_A32_M_SVC)

/* ---- ESR_ELx - Exception Syndrome Register.  EL1 to EL3.  Arm ARM D24.2; the words are in
 * esr.c */
#define ESR_ISS2 MASK(55, 32)
#define ESR_EC	 31, 26
#define ESR_IL	 BIT(25)
#define ESR_ISS	 MASK(24, 0)

#define ESR_EC_UNKNOWN	    0x00
#define ESR_EC_WFX	    0x01
#define ESR_EC_FP	    0x07
#define ESR_EC_PAUTH	    0x09
#define ESR_EC_LS64	    0x0a
#define ESR_EC_BTI	    0x0d
#define ESR_EC_ILLEGAL	    0x0e
#define ESR_EC_SVC64	    0x15
#define ESR_EC_HVC64	    0x16
#define ESR_EC_SMC64	    0x17
#define ESR_EC_SYSREG	    0x18
#define ESR_EC_SVE	    0x19
#define ESR_EC_FPAC	    0x1c
#define ESR_EC_SME	    0x1d
#define ESR_EC_IABORT_LOWER 0x20
#define ESR_EC_IABORT	    0x21
#define ESR_EC_PC_ALIGN	    0x22
#define ESR_EC_DABORT_LOWER 0x24
#define ESR_EC_DABORT	    0x25
#define ESR_FSC_TYPE	    0x3c /* of aborts; the two bits below it are the level */
#define ESR_FSC_TRANSLATION 0x04
#define ESR_EC_SP_ALIGN	    0x26
#define ESR_EC_MOPS	    0x27
#define ESR_EC_GCS	    0x2d
#define ESR_EC_SERROR	    0x2f
#define ESR_EC_WATCHPOINT_LOWER 0x34
#define ESR_EC_WATCHPOINT   0x35
#define ESR_EC_BRK64	    0x3c

/* ISS of aborts: status code, and what the access was */
#define ESR_ISS_ISV  BIT(24)
#define ESR_ISS_SAS  23, 22
#define ESR_ISS_SRT  20, 16
#define ESR_ISS_FNV  BIT(10) /* FAR holds no address */
#define ESR_ISS_EA   BIT(9)
#define ESR_ISS_CM   BIT(8) /* cache maintenance or address translation instruction */
#define ESR_ISS_S1PTW BIT(7) /* stage 2 fault on a walk of stage 1 */
#define ESR_ISS_WNR  BIT(6)
#define ESR_ISS_FSC  5, 0
/* ISS of BRK, SVC, HVC, SMC */
#define ESR_ISS_IMM16 15, 0
/* ISS of a trapped MSR, MRS or system instruction */
#define ESR_ISS_SYS_OP0	 21, 20
#define ESR_ISS_SYS_OP2	 19, 17
#define ESR_ISS_SYS_OP1	 16, 14
#define ESR_ISS_SYS_CRN	 13, 10
#define ESR_ISS_SYS_RT	 9, 5
#define ESR_ISS_SYS_CRM	 4, 1
#define ESR_ISS_SYS_READ BIT(0)

/* ---- PAR_EL1 - Physical Address Register: what an AT instruction found.  EL1 and above.  Arm
 * ARM D24.2 */
#define PAR_F	      BIT(0)
#define PAR_FST	      6, 1 /* with F: as the FSC of an abort */
#define PAR_PTW	      BIT(8) /* with F: stage 2 fault on a walk of stage 1 */
#define PAR_S	      BIT(9) /* with F: the fault is of stage 2 */
#define PAR_SH	      8, 7
#define PAR_PA	      MASK(51, 12)
#define PAR_ATTR      63, 56 /* the MAIR byte */

/* ---- CPACR_EL1 - Architectural Feature Access Control.  EL1.  Arm ARM D24.2 */
#define CPACR_EL1_FPEN_ALL FIELD(21, 20, 3) /* FP and SIMD trapped at neither EL0 nor EL1 */
#define CPACR_EL1_SMEN_ALL FIELD(25, 24, 3) /* the same for SME */
#define CPACR_EL1_ZEN_ALL  FIELD(17, 16, 3) /* and SVE */

/* ---- MDSCR_EL1 - Monitor Debug System Control.  EL1.  Arm ARM D24.3 */
#define MDSCR_EL1_SS   BIT(0)
#define MDSCR_EL1_TDCC BIT(12)
#define MDSCR_EL1_KDE  BIT(13)
#define MDSCR_EL1_MDE  BIT(15)

/* ---- CNTFRQ_EL0, CNTVCT_EL0, CNTPCT_EL0 - Generic Timer frequency and counts.  EL0.  Arm ARM
 * D24.10 */

/* ---- CNTx_CTL_EL0 - timer controls.  EL0.  Arm ARM D24.10 */
#define CNT_CTL_ENABLE	BIT(0)
#define CNT_CTL_IMASK	BIT(1)
#define CNT_CTL_ISTATUS BIT(2)

/*
 * RNDR, RNDRRS - Random Number.  EL0, FEAT_RNG.  Arm ARM C5.2
 * A failed read gives 0 and NZCV = 0b0100.
 */
#define SYSREG_RNDR   S3_3_C2_C4_0
#define SYSREG_RNDRRS S3_3_C2_C4_1
