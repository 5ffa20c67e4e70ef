/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What EL3 configures for the normal world.  EL3 has one layout, whatever HCR_EL2.E2H is.
 *
 * Arm ARM DDI 0487 K.a, D24.2 unless a block says otherwise; the ICC registers: IHI 0069 H,
 * chapter 12.
 */
#pragma once

/* SCTLR_EL3 - System Control Register (EL3): as SCTLR_EL2 with E2H = 0 */
#define SCTLR_EL3_MMU_OFF 0x30c50830

/* SPSR_EL3 on the way down: D A I F masked */
#define SPSR_FROM_EL3_EL1H 0x3c5
#define SPSR_FROM_EL3_EL2H 0x3c9
#define SPSR_FROM_EL3_SVC  0x1d3 /* AArch32, A I F masked, A32 */

#ifndef __ASSEMBLER__
#include "lib/base/types.h"

/* ---- SCR_EL3 - Secure Configuration.  EL3 */
#define SCR_EL3_FGTEn2	  BIT(59)
#define SCR_EL3_PFAREn	  BIT(53)
#define SCR_EL3_EnFPM	  BIT(50)
#define SCR_EL3_D128En	  BIT(47)
#define SCR_EL3_AIEn	  BIT(46)
#define SCR_EL3_PIEn	  BIT(45)
#define SCR_EL3_SCTLR2En  BIT(44)
#define SCR_EL3_TCR2En	  BIT(43)
#define SCR_EL3_RCWMASKEn BIT(42)
#define SCR_EL3_EnTP2	  BIT(41)
#define SCR_EL3_GCSEn	  BIT(39)
#define SCR_EL3_HXEn	  BIT(38)
#define SCR_EL3_ADEn	  BIT(37)
#define SCR_EL3_EnAS0	  BIT(36)
#define SCR_EL3_AMVOFFEN  BIT(35)
#define SCR_EL3_ECVEn	  BIT(28)
#define SCR_EL3_FGTEn	  BIT(27)
#define SCR_EL3_ATA	  BIT(26)
#define SCR_EL3_EnSCXT	  BIT(25)
#define SCR_EL3_FIEN	  BIT(21)
#define SCR_EL3_API	  BIT(17)
#define SCR_EL3_APK	  BIT(16)
#define SCR_EL3_RW	  BIT(10) /* the next lower level is AArch64 */
#define SCR_EL3_HCE	  BIT(8)
#define SCR_EL3_RES1	  (BIT(5) | BIT(4))
#define SCR_EL3_FIQ	  BIT(2)
#define SCR_EL3_IRQ	  BIT(1)
#define SCR_EL3_NS	  BIT(0)

/* ---- CPTR_EL3 - Architectural Feature Trap.  EL3: TCPAC, TAM, TTA, TFP trap when 1 */
#define CPTR_EL3_ESM BIT(12) /* SME not trapped */
#define CPTR_EL3_EZ  BIT(8)  /* SVE not trapped */

/* ---- MDCR_EL3 - Monitor Debug Configuration.  EL3.  Arm ARM D24.3 */
#define MDCR_EL3_EnSTEPOP BIT(50)
#define MDCR_EL3_EnITE	  BIT(47)
#define MDCR_EL3_EnPMSS	  BIT(44)
#define MDCR_EL3_EBWE	  BIT(43)
#define MDCR_EL3_EnPMS3	  BIT(42)
#define MDCR_EL3_EnPMSN	  BIT(36)
#define MDCR_EL3_SBRBE_NS FIELD(33, 32, 3) /* branch records neither trapped nor prohibited */
#define MDCR_EL3_NSTB_NS  FIELD(25, 24, 3) /* the trace buffer is the normal world's */
#define MDCR_EL3_NSPB_NS  FIELD(13, 12, 3) /* the profiling buffer is the normal world's */
#define MDCR_EL3_EnPM2	  BIT(7)

/* ---- MPAM3_EL3 - MPAM Control.  EL3, FEAT_MPAM: TRAPLOWER = 0 */
#define MPAM3_EL3_MPAMEN BIT(63)

/*
 * ICC_SRE_EL3 - as ICC_SRE_EL2
 * ICC_CTLR_EL3 - PMHE (bit 6) = 0: no priority hint; the same on all CPUs
 * ICC_IGRPEN1_EL3 - bits 0 and 1, each a world's enable: both off, the normal world has its own
 */
#define ICC_SRE_EL3_ALL MASK(3, 0) /* Enable, DIB, DFB, SRE */

#endif
