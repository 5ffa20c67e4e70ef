/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers that the command sysreg knows: X(name, EL that it needs, op0, op1, CRn, CRm, op2,
 * fields), a line for guarded.S to read it by, and one for the table of names.
 *
 * Fields are "NAME high:low" or "NAME bit", from the top; what is not named is not shown by itself.
 * Spec: Arm ARM DDI 0487 K.a, D24.2 to D24.10; C5.2 for what PSTATE is read by; IHI 0069 H, 12
 */
#pragma once

/* clang-format off */
#define SYSREG_LIST(X) \
	X(ACTLR_EL1, 1, 3, 0, 1, 0, 1, "") \
	X(ACTLR_EL2, 2, 3, 4, 1, 0, 1, "") \
	X(AFSR0_EL1, 1, 3, 0, 5, 1, 0, "") \
	X(AFSR0_EL2, 2, 3, 4, 5, 1, 0, "") \
	X(AFSR1_EL1, 1, 3, 0, 5, 1, 1, "") \
	X(AFSR1_EL2, 2, 3, 4, 5, 1, 1, "") \
	X(AIDR_EL1, 1, 3, 1, 0, 0, 7, "") \
	X(AMAIR_EL1, 1, 3, 0, 10, 3, 0, "") \
	X(AMAIR_EL2, 2, 3, 4, 10, 3, 0, "") \
	X(CCSIDR_EL1, 1, 3, 1, 0, 0, 0, "NumSets 27:13 Associativity 12:3 LineSize 2:0") \
	X(CLIDR_EL1, 1, 3, 1, 0, 0, 1, "LoUU 29:27 LoC 26:24 LoUIS 23:21 Ctype3 8:6 Ctype2 5:3 Ctype1 2:0") \
	X(CNTFRQ_EL0, 1, 3, 3, 14, 0, 0, "") \
	X(CNTHCTL_EL2, 2, 3, 4, 14, 1, 0, "ECV 12 EVNTI 7:4 EVNTDIR 3 EVNTEN 2 EL1PCEN 1 EL1PCTEN 0") \
	X(CNTHP_CTL_EL2, 2, 3, 4, 14, 2, 1, "ISTATUS 2 IMASK 1 ENABLE 0") \
	X(CNTHP_CVAL_EL2, 2, 3, 4, 14, 2, 2, "") \
	X(CNTHP_TVAL_EL2, 2, 3, 4, 14, 2, 0, "") \
	X(CNTHV_CTL_EL2, 2, 3, 4, 14, 3, 1, "ISTATUS 2 IMASK 1 ENABLE 0") \
	X(CNTHV_CVAL_EL2, 2, 3, 4, 14, 3, 2, "") \
	X(CNTKCTL_EL1, 1, 3, 0, 14, 1, 0, "EL0PTEN 9 EL0VTEN 8 EVNTI 7:4 EVNTDIR 3 EVNTEN 2 EL0VCTEN 1 EL0PCTEN 0") \
	X(CNTPCT_EL0, 1, 3, 3, 14, 0, 1, "") \
	X(CNTP_CTL_EL0, 1, 3, 3, 14, 2, 1, "ISTATUS 2 IMASK 1 ENABLE 0") \
	X(CNTP_CVAL_EL0, 1, 3, 3, 14, 2, 2, "") \
	X(CNTP_TVAL_EL0, 1, 3, 3, 14, 2, 0, "") \
	X(CNTVCT_EL0, 1, 3, 3, 14, 0, 2, "") \
	X(CNTVOFF_EL2, 2, 3, 4, 14, 0, 3, "") \
	X(CNTV_CTL_EL0, 1, 3, 3, 14, 3, 1, "ISTATUS 2 IMASK 1 ENABLE 0") \
	X(CNTV_CVAL_EL0, 1, 3, 3, 14, 3, 2, "") \
	X(CNTV_TVAL_EL0, 1, 3, 3, 14, 3, 0, "") \
	X(CONTEXTIDR_EL1, 1, 3, 0, 13, 0, 1, "") \
	X(CONTEXTIDR_EL2, 2, 3, 4, 13, 0, 1, "") \
	X(CPACR_EL1, 1, 3, 0, 1, 0, 2, "TTA 28 SMEN 25:24 FPEN 21:20 ZEN 17:16") \
	X(CPTR_EL2, 2, 3, 4, 1, 1, 2, "TCPAC 31 TAM 30 TTA 20 TSM 12 TFP 10 TZ 8") \
	X(CSSELR_EL1, 1, 3, 2, 0, 0, 0, "Level 3:1 InD 0") \
	X(CTR_EL0, 1, 3, 3, 0, 0, 1, "DIC 29 IDC 28 CWG 27:24 ERG 23:20 DminLine 19:16 L1Ip 15:14 IminLine 3:0") \
	X(CurrentEL, 1, 3, 0, 4, 2, 2, "EL 3:2") \
	X(DACR32_EL2, 2, 3, 4, 3, 0, 0, "") \
	X(DAIF, 1, 3, 3, 4, 2, 1, "D 9 A 8 I 7 F 6") \
	X(DBGAUTHSTATUS_EL1, 1, 2, 0, 7, 14, 6, "SNID 7:6 SID 5:4 NSNID 3:2 NSID 1:0") \
	X(DBGBCR0_EL1, 1, 2, 0, 0, 0, 5, "BT 23:20 LBN 19:16 SSC 15:14 HMC 13 BAS 8:5 PMC 2:1 E 0") \
	X(DBGBCR1_EL1, 1, 2, 0, 0, 1, 5, "BT 23:20 LBN 19:16 SSC 15:14 HMC 13 BAS 8:5 PMC 2:1 E 0") \
	X(DBGBCR2_EL1, 1, 2, 0, 0, 2, 5, "BT 23:20 LBN 19:16 SSC 15:14 HMC 13 BAS 8:5 PMC 2:1 E 0") \
	X(DBGBCR3_EL1, 1, 2, 0, 0, 3, 5, "BT 23:20 LBN 19:16 SSC 15:14 HMC 13 BAS 8:5 PMC 2:1 E 0") \
	X(DBGBCR4_EL1, 1, 2, 0, 0, 4, 5, "BT 23:20 LBN 19:16 SSC 15:14 HMC 13 BAS 8:5 PMC 2:1 E 0") \
	X(DBGBCR5_EL1, 1, 2, 0, 0, 5, 5, "BT 23:20 LBN 19:16 SSC 15:14 HMC 13 BAS 8:5 PMC 2:1 E 0") \
	X(DBGBVR0_EL1, 1, 2, 0, 0, 0, 4, "") \
	X(DBGBVR1_EL1, 1, 2, 0, 0, 1, 4, "") \
	X(DBGBVR2_EL1, 1, 2, 0, 0, 2, 4, "") \
	X(DBGBVR3_EL1, 1, 2, 0, 0, 3, 4, "") \
	X(DBGBVR4_EL1, 1, 2, 0, 0, 4, 4, "") \
	X(DBGBVR5_EL1, 1, 2, 0, 0, 5, 4, "") \
	X(DBGWCR0_EL1, 1, 2, 0, 0, 0, 7, "MASK 28:24 WT 20 LBN 19:16 SSC 15:14 HMC 13 BAS 12:5 LSC 4:3 PAC 2:1 E 0") \
	X(DBGWCR1_EL1, 1, 2, 0, 0, 1, 7, "MASK 28:24 WT 20 LBN 19:16 SSC 15:14 HMC 13 BAS 12:5 LSC 4:3 PAC 2:1 E 0") \
	X(DBGWCR2_EL1, 1, 2, 0, 0, 2, 7, "MASK 28:24 WT 20 LBN 19:16 SSC 15:14 HMC 13 BAS 12:5 LSC 4:3 PAC 2:1 E 0") \
	X(DBGWCR3_EL1, 1, 2, 0, 0, 3, 7, "MASK 28:24 WT 20 LBN 19:16 SSC 15:14 HMC 13 BAS 12:5 LSC 4:3 PAC 2:1 E 0") \
	X(DBGWVR0_EL1, 1, 2, 0, 0, 0, 6, "") \
	X(DBGWVR1_EL1, 1, 2, 0, 0, 1, 6, "") \
	X(DBGWVR2_EL1, 1, 2, 0, 0, 2, 6, "") \
	X(DBGWVR3_EL1, 1, 2, 0, 0, 3, 6, "") \
	X(DCZID_EL0, 1, 3, 3, 0, 0, 7, "DZP 4 BS 3:0") \
	X(DISR_EL1, 1, 3, 0, 12, 1, 1, "A 31 EA 9") \
	X(DIT, 1, 3, 3, 4, 2, 5, "DIT 24") \
	X(ELR_EL1, 1, 3, 0, 4, 0, 1, "") \
	X(ELR_EL2, 2, 3, 4, 4, 0, 1, "") \
	X(ERRIDR_EL1, 1, 3, 0, 5, 3, 0, "") \
	X(ESR_EL1, 1, 3, 0, 5, 2, 0, "EC 31:26 IL 25 ISS 24:0") \
	X(ESR_EL2, 2, 3, 4, 5, 2, 0, "EC 31:26 IL 25 ISS 24:0") \
	X(FAR_EL1, 1, 3, 0, 6, 0, 0, "") \
	X(FAR_EL2, 2, 3, 4, 6, 0, 0, "") \
	X(FPCR, 1, 3, 3, 4, 4, 0, "AHP 26 DN 25 FZ 24 RMode 23:22") \
	X(FPEXC32_EL2, 2, 3, 4, 5, 3, 0, "") \
	X(FPSR, 1, 3, 3, 4, 4, 1, "QC 27 IDC 7 IXC 4 UFC 3 OFC 2 DZC 1 IOC 0") \
	X(GCR_EL1, 1, 3, 0, 1, 0, 6, "RRND 16 Exclude 15:0") \
	X(GMID_EL1, 1, 3, 1, 0, 0, 4, "") \
	X(HACR_EL2, 2, 3, 4, 1, 1, 7, "") \
	X(HCRX_EL2, 2, 3, 4, 1, 2, 2, "TCR2En 14 MCE2 10 SMPME 5 FGTnXS 4 FnXS 3 EnASR 2 EnALS 1 EnAS0 0") \
	X(HCR_EL2, 2, 3, 4, 1, 1, 0, "API 41 APK 40 E2H 34 CD 32 RW 31 TRVM 30 HCD 29 TDZ 28 TGE 27 TVM 26 TTLB 25 TSC 19 TID3 18 TWE 14 TWI 13 DC 12 VSE 8 AMO 5 IMO 4 FMO 3 PTW 2 SWIO 1 VM 0") \
	X(HDFGRTR_EL2, 2, 3, 4, 3, 1, 4, "") \
	X(HDFGWTR_EL2, 2, 3, 4, 3, 1, 5, "") \
	X(HFGITR_EL2, 2, 3, 4, 1, 1, 6, "") \
	X(HFGRTR_EL2, 2, 3, 4, 1, 1, 4, "") \
	X(HFGWTR_EL2, 2, 3, 4, 1, 1, 5, "") \
	X(HPFAR_EL2, 2, 3, 4, 6, 0, 4, "FIPA 43:4") \
	X(HSTR_EL2, 2, 3, 4, 1, 1, 3, "") \
	X(ICC_BPR0_EL1, 1, 3, 0, 12, 8, 3, "") \
	X(ICC_BPR1_EL1, 1, 3, 0, 12, 12, 3, "") \
	X(ICC_CTLR_EL1, 1, 3, 0, 12, 12, 4, "PRIbits 10:8 EOImode 1 CBPR 0") \
	X(ICC_HPPIR0_EL1, 1, 3, 0, 12, 8, 2, "") \
	X(ICC_HPPIR1_EL1, 1, 3, 0, 12, 12, 2, "") \
	X(ICC_IGRPEN0_EL1, 1, 3, 0, 12, 12, 6, "Enable 0") \
	X(ICC_IGRPEN1_EL1, 1, 3, 0, 12, 12, 7, "Enable 0") \
	X(ICC_PMR_EL1, 1, 3, 0, 4, 6, 0, "Priority 7:0") \
	X(ICC_RPR_EL1, 1, 3, 0, 12, 11, 3, "") \
	X(ICC_SRE_EL1, 1, 3, 0, 12, 12, 5, "DIB 2 DFB 1 SRE 0") \
	X(ICC_SRE_EL2, 2, 3, 4, 12, 9, 5, "Enable 3 DIB 2 DFB 1 SRE 0") \
	X(ICH_EISR_EL2, 2, 3, 4, 12, 11, 3, "") \
	X(ICH_HCR_EL2, 2, 3, 4, 12, 11, 0, "En 0") \
	X(ICH_MISR_EL2, 2, 3, 4, 12, 11, 2, "") \
	X(ICH_VMCR_EL2, 2, 3, 4, 12, 11, 7, "") \
	X(ICH_VTR_EL2, 2, 3, 4, 12, 11, 1, "PRIbits 31:29 ListRegs 4:0") \
	X(ID_AA64AFR0_EL1, 1, 3, 0, 0, 5, 4, "") \
	X(ID_AA64AFR1_EL1, 1, 3, 0, 0, 5, 5, "") \
	X(ID_AA64DFR0_EL1, 1, 3, 0, 0, 5, 0, "BRBE 55:52 TraceBuffer 47:44 TraceFilt 43:40 DoubleLock 39:36 PMSVer 35:32 CTX_CMPs 31:28 WRPs 23:20 BRPs 15:12 PMUVer 11:8 TraceVer 7:4 DebugVer 3:0") \
	X(ID_AA64DFR1_EL1, 1, 3, 0, 0, 5, 1, "EBEP 51:48 ITE 47:44 PMICNTR 39:36 SPMU 35:32") \
	X(ID_AA64ISAR0_EL1, 1, 3, 0, 0, 6, 0, "RNDR 63:60 TLB 59:56 TS 55:52 FHM 51:48 DP 47:44 SM4 43:40 SM3 39:36 SHA3 35:32 RDM 31:28 Atomic 23:20 CRC32 19:16 SHA2 15:12 SHA1 11:8 AES 7:4") \
	X(ID_AA64ISAR1_EL1, 1, 3, 0, 0, 6, 1, "LS64 63:60 I8MM 55:52 DGH 51:48 BF16 47:44 SPECRES 43:40 SB 39:36 FRINTTS 35:32 GPI 31:28 GPA 27:24 LRCPC 23:20 FCMA 19:16 JSCVT 15:12 API 11:8 APA 7:4 DPB 3:0") \
	X(ID_AA64ISAR2_EL1, 1, 3, 0, 0, 6, 2, "CSSC 55:52 RPRFM 51:48 CLRBHB 31:28 PAC_frac 27:24 BC 23:20 MOPS 19:16 APA3 15:12 GPA3 11:8 RPRES 7:4 WFxT 3:0") \
	X(ID_AA64MMFR0_EL1, 1, 3, 0, 0, 7, 0, "ECV 63:60 FGT 59:56 ExS 47:44 TGran4_2 43:40 TGran64_2 39:36 TGran16_2 35:32 TGran4 31:28 TGran64 27:24 TGran16 23:20 BigEndEL0 19:16 SNSMem 15:12 BigEnd 11:8 ASIDBits 7:4 PARange 3:0") \
	X(ID_AA64MMFR1_EL1, 1, 3, 0, 0, 7, 1, "TIDCP1 55:52 nTLBPA 51:48 AFP 47:44 HCX 43:40 ETS 39:36 TWED 35:32 XNX 31:28 SpecSEI 27:24 PAN 23:20 LO 19:16 HPDS 15:12 VH 11:8 VMIDBits 7:4 HAFDBS 3:0") \
	X(ID_AA64MMFR2_EL1, 1, 3, 0, 0, 7, 2, "E0PD 63:60 EVT 59:56 BBM 55:52 TTL 51:48 FWB 43:40 IDS 39:36 AT 35:32 ST 31:28 NV 27:24 CCIDX 23:20 VARange 19:16 IESB 15:12 LSM 11:8 UAO 7:4 CnP 3:0") \
	X(ID_AA64MMFR3_EL1, 1, 3, 0, 0, 7, 3, "S1POE 19:16 S2PIE 15:12 S1PIE 11:8 SCTLRX 7:4 TCRX 3:0") \
	X(ID_AA64MMFR4_EL1, 1, 3, 0, 0, 7, 4, "E2H0 27:24") \
	X(ID_AA64PFR0_EL1, 1, 3, 0, 0, 4, 0, "CSV3 63:60 CSV2 59:56 RME 55:52 DIT 51:48 AMU 47:44 MPAM 43:40 SEL2 39:36 SVE 35:32 RAS 31:28 GIC 27:24 AdvSIMD 23:20 FP 19:16 EL3 15:12 EL2 11:8 EL1 7:4 EL0 3:0") \
	X(ID_AA64PFR1_EL1, 1, 3, 0, 0, 4, 1, "GCS 47:44 NMI 39:36 CSV2_frac 35:32 RNDR_trap 31:28 SME 27:24 MPAM_frac 19:16 RAS_frac 15:12 MTE 11:8 SSBS 7:4 BT 3:0") \
	X(ID_AA64SMFR0_EL1, 1, 3, 0, 0, 4, 5, "FA64 63 SMEver 59:56") \
	X(ID_AA64ZFR0_EL1, 1, 3, 0, 0, 4, 4, "SVEver 3:0") \
	X(ID_AFR0_EL1, 1, 3, 0, 0, 1, 3, "") \
	X(ID_DFR0_EL1, 1, 3, 0, 0, 1, 2, "") \
	X(ID_ISAR0_EL1, 1, 3, 0, 0, 2, 0, "") \
	X(ID_ISAR1_EL1, 1, 3, 0, 0, 2, 1, "") \
	X(ID_ISAR2_EL1, 1, 3, 0, 0, 2, 2, "") \
	X(ID_ISAR3_EL1, 1, 3, 0, 0, 2, 3, "") \
	X(ID_ISAR4_EL1, 1, 3, 0, 0, 2, 4, "") \
	X(ID_ISAR5_EL1, 1, 3, 0, 0, 2, 5, "") \
	X(ID_ISAR6_EL1, 1, 3, 0, 0, 2, 7, "") \
	X(ID_MMFR0_EL1, 1, 3, 0, 0, 1, 4, "") \
	X(ID_MMFR1_EL1, 1, 3, 0, 0, 1, 5, "") \
	X(ID_MMFR2_EL1, 1, 3, 0, 0, 1, 6, "") \
	X(ID_MMFR3_EL1, 1, 3, 0, 0, 1, 7, "") \
	X(ID_MMFR4_EL1, 1, 3, 0, 0, 2, 6, "") \
	X(ID_PFR0_EL1, 1, 3, 0, 0, 1, 0, "RAS 31:28 DIT 27:24 AMU 23:20 CSV2 19:16 State3 15:12 State2 11:8 State1 7:4 State0 3:0") \
	X(ID_PFR1_EL1, 1, 3, 0, 0, 1, 1, "") \
	X(ID_PFR2_EL1, 1, 3, 0, 0, 3, 4, "") \
	X(IFSR32_EL2, 2, 3, 4, 5, 0, 1, "") \
	X(ISR_EL1, 1, 3, 0, 12, 1, 0, "A 8 I 7 F 6") \
	X(LORID_EL1, 1, 3, 0, 10, 4, 7, "") \
	X(MAIR_EL1, 1, 3, 0, 10, 2, 0, "Attr7 63:56 Attr6 55:48 Attr5 47:40 Attr4 39:32 Attr3 31:24 Attr2 23:16 Attr1 15:8 Attr0 7:0") \
	X(MAIR_EL2, 2, 3, 4, 10, 2, 0, "Attr7 63:56 Attr6 55:48 Attr5 47:40 Attr4 39:32 Attr3 31:24 Attr2 23:16 Attr1 15:8 Attr0 7:0") \
	X(MDCCSR_EL0, 1, 2, 3, 0, 1, 0, "") \
	X(MDCR_EL2, 2, 3, 4, 1, 1, 1, "TDRA 11 TDOSA 10 TDA 9 TDE 8 HPME 7 TPM 6 TPMCR 5 HPMN 4:0") \
	X(MDRAR_EL1, 1, 2, 0, 1, 0, 0, "") \
	X(MDSCR_EL1, 1, 2, 0, 0, 2, 2, "MDE 15 KDE 13 TDCC 12 SS 0") \
	X(MIDR_EL1, 1, 3, 0, 0, 0, 0, "Implementer 31:24 Variant 23:20 Architecture 19:16 PartNum 15:4 Revision 3:0") \
	X(MPAM0_EL1, 1, 3, 0, 10, 5, 1, "") \
	X(MPAM1_EL1, 1, 3, 0, 10, 5, 0, "") \
	X(MPAMIDR_EL1, 1, 3, 0, 10, 4, 4, "") \
	X(MPIDR_EL1, 1, 3, 0, 0, 0, 5, "Aff3 39:32 U 30 MT 24 Aff2 23:16 Aff1 15:8 Aff0 7:0") \
	X(MVFR0_EL1, 1, 3, 0, 0, 3, 0, "FPRound 31:28 FPShVec 27:24 FPSqrt 23:20 FPDivide 19:16 FPTrap 15:12 FPDP 11:8 FPSP 7:4 SIMDReg 3:0") \
	X(MVFR1_EL1, 1, 3, 0, 0, 3, 1, "") \
	X(MVFR2_EL1, 1, 3, 0, 0, 3, 2, "") \
	X(NZCV, 1, 3, 3, 4, 2, 0, "N 31 Z 30 C 29 V 28") \
	X(OSDLR_EL1, 1, 2, 0, 1, 3, 4, "") \
	X(OSLSR_EL1, 1, 2, 0, 1, 1, 4, "OSLK 1") \
	X(PAN, 1, 3, 0, 4, 2, 3, "PAN 22") \
	X(PAR_EL1, 1, 3, 0, 7, 4, 0, "ATTR 63:56 PA 51:12 SH 8:7 F 0") \
	X(PMBIDR_EL1, 1, 3, 0, 9, 10, 7, "") \
	X(PMCCFILTR_EL0, 1, 3, 3, 14, 15, 7, "") \
	X(PMCCNTR_EL0, 1, 3, 3, 9, 13, 0, "") \
	X(PMCEID0_EL0, 1, 3, 3, 9, 12, 6, "") \
	X(PMCEID1_EL0, 1, 3, 3, 9, 12, 7, "") \
	X(PMCNTENSET_EL0, 1, 3, 3, 9, 12, 1, "") \
	X(PMCR_EL0, 1, 3, 3, 9, 12, 0, "N 15:11 LC 6 D 3 C 2 P 1 E 0") \
	X(PMINTENSET_EL1, 1, 3, 0, 9, 14, 1, "") \
	X(PMOVSSET_EL0, 1, 3, 3, 9, 14, 3, "") \
	X(PMSELR_EL0, 1, 3, 3, 9, 12, 5, "") \
	X(PMSIDR_EL1, 1, 3, 0, 9, 9, 7, "") \
	X(PMUSERENR_EL0, 1, 3, 3, 9, 14, 0, "ER 3 CR 2 SW 1 EN 0") \
	X(REVIDR_EL1, 1, 3, 0, 0, 0, 6, "") \
	X(RGSR_EL1, 1, 3, 0, 1, 0, 5, "") \
	X(RNDR, 1, 3, 3, 2, 4, 0, "") \
	X(RVBAR_EL1, 1, 3, 0, 12, 0, 1, "") \
	X(RVBAR_EL2, 2, 3, 4, 12, 0, 1, "") \
	X(SCTLR_EL1, 1, 3, 0, 1, 0, 0, "EnIA 31 EnIB 30 EnDA 27 UCI 26 EE 25 E0E 24 SPAN 23 IESB 21 WXN 19 nTWE 18 nTWI 16 UCT 15 DZE 14 EnDB 13 I 12 SA0 4 SA 3 C 2 A 1 M 0") \
	X(SCTLR_EL2, 2, 3, 4, 1, 0, 0, "EnIA 31 EnIB 30 EnDA 27 EE 25 IESB 21 WXN 19 EnDB 13 I 12 SA 3 C 2 A 1 M 0") \
	X(SCXTNUM_EL0, 1, 3, 3, 13, 0, 7, "") \
	X(SCXTNUM_EL1, 1, 3, 0, 13, 0, 7, "") \
	X(SCXTNUM_EL2, 2, 3, 4, 13, 0, 7, "") \
	X(SMCR_EL1, 1, 3, 0, 1, 2, 6, "FA64 31 LEN 3:0") \
	X(SMCR_EL2, 2, 3, 4, 1, 2, 6, "FA64 31 EZT0 30 LEN 3:0") \
	X(SMIDR_EL1, 1, 3, 1, 0, 0, 6, "") \
	X(SMPRIMAP_EL2, 2, 3, 4, 1, 2, 5, "") \
	X(SMPRI_EL1, 1, 3, 0, 1, 2, 4, "") \
	X(SPSR_EL1, 1, 3, 0, 4, 0, 0, "N 31 Z 30 C 29 V 28 SS 21 IL 20 D 9 A 8 I 7 F 6 M 4:0") \
	X(SPSR_EL2, 2, 3, 4, 4, 0, 0, "N 31 Z 30 C 29 V 28 SS 21 IL 20 D 9 A 8 I 7 F 6 M 4:0") \
	X(SPSel, 1, 3, 0, 4, 2, 0, "SP 0") \
	X(SP_EL1, 2, 3, 4, 4, 1, 0, "") \
	X(SSBS, 1, 3, 3, 4, 2, 6, "SSBS 12") \
	X(SVCR, 1, 3, 3, 4, 2, 2, "ZA 1 SM 0") \
	X(TCO, 1, 3, 3, 4, 2, 7, "TCO 25") \
	X(TCR2_EL1, 1, 3, 0, 2, 0, 3, "PIE 1") \
	X(TCR_EL1, 1, 3, 0, 2, 0, 2, "DS 59 HPD1 42 HPD0 41 HD 40 HA 39 TBI1 38 TBI0 37 AS 36 IPS 34:32 TG1 31:30 SH1 29:28 ORGN1 27:26 IRGN1 25:24 EPD1 23 A1 22 T1SZ 21:16 TG0 15:14 SH0 13:12 ORGN0 11:10 IRGN0 9:8 EPD0 7 T0SZ 5:0") \
	X(TCR_EL2, 2, 3, 4, 2, 0, 2, "DS 32 HPD 24 HD 22 HA 21 TBI 20 PS 18:16 TG0 15:14 SH0 13:12 ORGN0 11:10 IRGN0 9:8 T0SZ 5:0") \
	X(TFSRE0_EL1, 1, 3, 0, 5, 6, 1, "") \
	X(TFSR_EL1, 1, 3, 0, 5, 6, 0, "") \
	X(TPIDR2_EL0, 1, 3, 3, 13, 0, 5, "") \
	X(TPIDRRO_EL0, 1, 3, 3, 13, 0, 3, "") \
	X(TPIDR_EL0, 1, 3, 3, 13, 0, 2, "") \
	X(TPIDR_EL1, 1, 3, 0, 13, 0, 4, "") \
	X(TPIDR_EL2, 2, 3, 4, 13, 0, 2, "") \
	X(TRBIDR_EL1, 1, 3, 0, 9, 11, 7, "") \
	X(TRFCR_EL1, 1, 3, 0, 1, 2, 1, "TS 6:5 E1TRE 1 E0TRE 0") \
	X(TRFCR_EL2, 2, 3, 4, 1, 2, 1, "") \
	X(TTBR0_EL1, 1, 3, 0, 2, 0, 0, "ASID 63:48 BADDR 47:1 CnP 0") \
	X(TTBR0_EL2, 2, 3, 4, 2, 0, 0, "ASID 63:48 BADDR 47:1 CnP 0") \
	X(TTBR1_EL1, 1, 3, 0, 2, 0, 1, "ASID 63:48 BADDR 47:1 CnP 0") \
	X(TTBR1_EL2, 2, 3, 4, 2, 0, 1, "ASID 63:48 BADDR 47:1 CnP 0") \
	X(UAO, 1, 3, 0, 4, 2, 4, "UAO 23") \
	X(VBAR_EL1, 1, 3, 0, 12, 0, 0, "") \
	X(VBAR_EL2, 2, 3, 4, 12, 0, 0, "") \
	X(VDISR_EL2, 2, 3, 4, 12, 1, 1, "") \
	X(VMPIDR_EL2, 2, 3, 4, 0, 0, 5, "Aff3 39:32 U 30 MT 24 Aff2 23:16 Aff1 15:8 Aff0 7:0") \
	X(VNCR_EL2, 2, 3, 4, 2, 2, 0, "") \
	X(VPIDR_EL2, 2, 3, 4, 0, 0, 0, "Implementer 31:24 Variant 23:20 Architecture 19:16 PartNum 15:4 Revision 3:0") \
	X(VSESR_EL2, 2, 3, 4, 5, 2, 3, "") \
	X(VTCR_EL2, 2, 3, 4, 2, 1, 2, "PS 18:16 TG0 15:14 SH0 13:12 SL0 7:6 T0SZ 5:0") \
	X(VTTBR_EL2, 2, 3, 4, 2, 1, 0, "VMID 63:48 BADDR 47:1") \
	X(ZCR_EL1, 1, 3, 0, 1, 2, 0, "LEN 3:0") \
	X(ZCR_EL2, 2, 3, 4, 1, 2, 0, "LEN 3:0")
/* clang-format on */
