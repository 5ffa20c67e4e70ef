/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/*
 * Registers and descriptors of the virtual memory system. Usable on the host, and from assembly as
 * far as the constants there are whole numbers (the _INIT and _MMU_OFF values, MMU_REGS_*).
 *
 * Spec: Arm ARM DDI 0487 J.a, D8 "The AArch64 Virtual Memory System Architecture", D19.2
 *	 (registers, by name)
 */
#ifdef __ASSEMBLER__
#define BIT(n) (1 << (n))
#else
#include "lib/base/types.h"
#endif

/* Offsets into struct mmu_regs (pgtable.h asserts them) */
#define MMU_REGS_MAIR  0
#define MMU_REGS_TCR   8
#define MMU_REGS_TTBR0 16
#define MMU_REGS_TTBR1 24
#define MMU_REGS_SCTLR 32
#define MMU_REGS_VBAR  40

/*
 * MAIR_ELx - Memory Attribute Indirection Register: eight attributes, one byte each; the same for
 * Loft and kernels
 */
#define MAIR_ATTR(index, attr) ((attr) << ((index)*8))
#define MAIR_NORMAL_WB \
	0xff /* Normal, inner and outer write-back non-transient, read and write allocate */
#define MAIR_DEVICE_NGNRE   0x04
#define MAIR_DEVICE_NGNRNE  0x00
#define MAIR_NORMAL_NC      0x44 /* Normal, inner and outer non-cacheable */
#define MAIR_INDEX_NORMAL   0
#define MAIR_INDEX_DEVICE   1
#define MAIR_INDEX_STRICT   2
#define MAIR_INDEX_UNCACHED 3
#define MAIR_INIT                                           \
	(MAIR_ATTR(MAIR_INDEX_NORMAL, MAIR_NORMAL_WB) |     \
	 MAIR_ATTR(MAIR_INDEX_DEVICE, MAIR_DEVICE_NGNRE) |  \
	 MAIR_ATTR(MAIR_INDEX_STRICT, MAIR_DEVICE_NGNRNE) | \
	 MAIR_ATTR(MAIR_INDEX_UNCACHED, MAIR_NORMAL_NC))

/* SCTLR_EL1 - System Control Register (EL1) */
#define SCTLR_EL1_UCI  BIT(26) /* EL0 cache maintenance by VA */
#define SCTLR_EL1_EE   BIT(25) /* big-endian at EL1 and in table walks */
#define SCTLR_EL1_E0E  BIT(24)
#define SCTLR_EL1_SPAN BIT(23) /* PSTATE.PAN unchanged by exceptions; RES1 without FEAT_PAN */
#define SCTLR_EL1_IESB BIT(21) /* error synchronisation at exceptions; RES0 without FEAT_IESB */
#define SCTLR_EL1_WXN  BIT(19)
#define SCTLR_EL1_NTWE BIT(18) /* EL0 WFE not trapped */
#define SCTLR_EL1_NTWI BIT(16) /* EL0 WFI not trapped */
#define SCTLR_EL1_UCT  BIT(15) /* EL0 reads CTR_EL0 */
#define SCTLR_EL1_DZE  BIT(14) /* EL0 DC ZVA */
#define SCTLR_EL1_I    BIT(12)
#define SCTLR_EL1_SED  BIT(8) /* no SETEND in AArch32 EL0 */
#define SCTLR_EL1_SA0  BIT(4)
#define SCTLR_EL1_SA   BIT(3)
#define SCTLR_EL1_C    BIT(2)
#define SCTLR_EL1_A    BIT(1)
#define SCTLR_EL1_M    BIT(0)
/*
 * LSMAOE, nTLSMD, SPAN, EIS, TSCXT, EOS: RES1 in v8.0, and with their features the v8.0 behaviour
 */
#define SCTLR_EL1_RES1    (BIT(29) | BIT(28) | SCTLR_EL1_SPAN | BIT(22) | BIT(20) | BIT(11))
#define SCTLR_EL1_MMU_OFF SCTLR_EL1_RES1
/*
 * What Linux runs with: a kernel entered mapped finds nothing of EL0 trapped that Linux would not
 * trap
 */
#define SCTLR_EL1_INIT                                                                             \
	(SCTLR_EL1_RES1 | SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I | SCTLR_EL1_SA | SCTLR_EL1_SA0 | \
	 SCTLR_EL1_SED | SCTLR_EL1_DZE | SCTLR_EL1_UCT | SCTLR_EL1_NTWI | SCTLR_EL1_NTWE |         \
	 SCTLR_EL1_IESB | SCTLR_EL1_UCI)

/*
 * HCR_EL2 as Loft runs with it: EL1 is AArch64, nothing trapped; and where E2H cannot be 0. E2H
 * with TGE makes EL2's regime EL2&0: two halves, TCR_EL1's layout, and the _EL1 names of its
 * registers reach EL2's.
 *
 * AMO: at EL2 with TGE and AMO 0 a physical SError is not taken, whatever PSTATE.A says; it would
 * stay pending for the kernel, which would be blamed for it. Arm ARM D1.3.6, "Asynchronous
 * exception routing"
 */
#define HCR_EL2_E2H_BIT 34
#define HCR_EL2_LOFT    ((1 << 31) | (1 << 5))
#define HCR_EL2_LOFT_E2H ((1 << 34) | (1 << 31) | (1 << 27))
/*
 * No FP/SIMD traps: CPTR_EL2 with E2H = 0, RES1 alone; FPEN of CPACR_EL1, or of CPTR_EL2 with E2H
 */
#define CPTR_EL2_LOFT  0x33ff
#define CPACR_EL1_LOFT (3 << 20)

/* SCTLR_EL2 when HCR_EL2.E2H == 0 - System Control Register (EL2) */
#define SCTLR_EL2_WXN BIT(19)
#define SCTLR_EL2_I   BIT(12)
#define SCTLR_EL2_SA  BIT(3)
#define SCTLR_EL2_C   BIT(2)
#define SCTLR_EL2_A   BIT(1)
#define SCTLR_EL2_M   BIT(0)
#define SCTLR_EL2_RES1 \
	(BIT(29) | BIT(28) | BIT(23) | BIT(22) | BIT(18) | BIT(16) | BIT(11) | BIT(5) | BIT(4))
#define SCTLR_EL2_MMU_OFF SCTLR_EL2_RES1
#define SCTLR_EL2_INIT    (SCTLR_EL2_RES1 | SCTLR_EL2_M | SCTLR_EL2_C | SCTLR_EL2_I | SCTLR_EL2_SA)

#define TCR_EL1_EPD0 BIT(7) /* TTBR0 is not walked */

#ifndef __ASSEMBLER__

/* Cacheability of table walks (IRGN, ORGN) and shareability (SH), in TCR_ELx and in descriptors */
#define VMSA_RGN_WB_WA UINT64_C(1)
#define VMSA_SH_NON    UINT64_C(0)
#define VMSA_SH_OUTER  UINT64_C(2)
#define VMSA_SH_INNER  UINT64_C(3)

/* Granule size. TG0 and TG1 encode the same sizes differently! */
#define TCR_TG0_4K  0
#define TCR_TG0_64K 1
#define TCR_TG0_16K 2
#define TCR_TG1_16K 1
#define TCR_TG1_4K  2
#define TCR_TG1_64K 3

/* TCR_EL1 (and TCR_EL2 when HCR_EL2.E2H == 1) - Translation Control Register (EL1) */
#define TCR_EL1_DS            BIT(59) /* 52-bit descriptors with 4 and 16 KiB: FEAT_LPA2 */
#define TCR_EL1_HPD1          BIT(42) /* no rights in table descriptors: FEAT_HPDS */
#define TCR_EL1_HPD0          BIT(41)
#define TCR_EL1_TBI1          BIT(38)
#define TCR_EL1_TBI0          BIT(37)
#define TCR_EL1_IPS(parange)  FIELD(34, 32, parange) /* encoding of ID_AA64MMFR0_EL1.PARange */
#define TCR_EL1_TG1(tg1)      FIELD(31, 30, tg1)
#define TCR_EL1_SH1(sh)       FIELD(29, 28, sh)
#define TCR_EL1_ORGN1(rgn)    FIELD(27, 26, rgn)
#define TCR_EL1_IRGN1(rgn)    FIELD(25, 24, rgn)
#define TCR_EL1_EPD1          BIT(23)
#define TCR_EL1_T1SZ(va_bits) FIELD(21, 16, 64 - (va_bits))
#define TCR_EL1_TG0(tg0)      FIELD(15, 14, tg0)
#define TCR_EL1_SH0(sh)       FIELD(13, 12, sh)
#define TCR_EL1_ORGN0(rgn)    FIELD(11, 10, rgn)
#define TCR_EL1_IRGN0(rgn)    FIELD(9, 8, rgn)
#define TCR_EL1_T0SZ(va_bits) FIELD(5, 0, 64 - (va_bits))

#define TCR_EL1_IPS_GET(tcr)  FIELD_GET(34, 32, tcr)
#define TCR_EL1_TG1_GET(tcr)  FIELD_GET(31, 30, tcr)
#define TCR_EL1_T1SZ_GET(tcr) FIELD_GET(21, 16, tcr)
#define TCR_EL1_TG0_GET(tcr)  FIELD_GET(15, 14, tcr)
#define TCR_EL1_T0SZ_GET(tcr) FIELD_GET(5, 0, tcr)

/* TCR_EL2 when HCR_EL2.E2H == 0 - Translation Control Register (EL2) */
#define TCR_EL2_RES1          (BIT(31) | BIT(23))
#define TCR_EL2_DS            BIT(32)
#define TCR_EL2_HPD           BIT(24)
#define TCR_EL2_TBI           BIT(20)
#define TCR_EL2_PS(parange)   FIELD(18, 16, parange) /* encoding of ID_AA64MMFR0_EL1.PARange */
#define TCR_EL2_TG0(tg0)      FIELD(15, 14, tg0)
#define TCR_EL2_SH0(sh)       FIELD(13, 12, sh)
#define TCR_EL2_ORGN0(rgn)    FIELD(11, 10, rgn)
#define TCR_EL2_IRGN0(rgn)    FIELD(9, 8, rgn)
#define TCR_EL2_T0SZ(va_bits) FIELD(5, 0, 64 - (va_bits))

#define TCR_EL2_PS_GET(tcr)   FIELD_GET(18, 16, tcr)

/*
 * TTBRn_ELx - Translation Table Base Register: address bits 51:48 stand in 5:2 where addresses have
 * 52 bits
 */
#define TTBR_ASID           MASK(63, 48)
#define TTBR_BADDR          MASK(47, 1)
#define TTBR_BADDR_52       MASK(47, 6)
#define TTBR_BADDR_HIGH(pa) FIELD(5, 2, (pa) >> 48)
#define TTBR_CNP            BIT(0)

/* Translation table descriptors, stage 1 */
#define DESC_VALID         BIT(0)
#define DESC_TABLE_OR_PAGE BIT(1) /* levels 0 to 2: a table, not a block; level 3: must be 1 */
#define DESC_TYPE_MASK     (DESC_TABLE_OR_PAGE | DESC_VALID)
#define DESC_BLOCK         DESC_VALID
#define DESC_TABLE         (DESC_TABLE_OR_PAGE | DESC_VALID)
#define DESC_PAGE          (DESC_TABLE_OR_PAGE | DESC_VALID)

/* Leaf attributes */
#define DESC_ATTRINDX(index) FIELD(4, 2, index)
#define DESC_NS              BIT(5)
#define DESC_AP_EL0          BIT(6)          /* AP[1]: EL0 too; RES1 in a regime of one EL */
#define DESC_AP_RO           BIT(7)          /* AP[2]: read-only */
#define DESC_SH(sh)          FIELD(9, 8, sh) /* with TCR_ELx.DS: address bits 51:50 */
#define DESC_AF              BIT(10)
#define DESC_NG              BIT(11)
#define DESC_DBM             BIT(51)
#define DESC_CONTIGUOUS      BIT(52)
#define DESC_PXN             BIT(53) /* EL1&0 */
#define DESC_UXN             BIT(54) /* EL1&0 */
#define DESC_XN              BIT(54) /* a regime of one EL */
#define DESC_ATTRINDX_GET(d) FIELD_GET(4, 2, d)

/* Rights that a table descriptor takes away from everything below it */
#define DESC_PXNTABLE       BIT(59)
#define DESC_UXNTABLE       BIT(60) /* XNTable in a regime of one EL */
#define DESC_APTABLE_NO_EL0 BIT(61)
#define DESC_APTABLE_RO     BIT(62)

/* ID_AA64MMFR0_EL1 - Memory Model Feature Register 0 */
#define ID_AA64MMFR0_TGRAN4(r)  FIELD_GET(31, 28, r) /* 0 yes, 1 with 52 bits, 15 no */
#define ID_AA64MMFR0_TGRAN64(r) FIELD_GET(27, 24, r) /* 0 yes, 15 no */
#define ID_AA64MMFR0_TGRAN16(r) FIELD_GET(23, 20, r) /* 0 no, 1 yes, 2 with 52 bits */
#define ID_AA64MMFR0_PARANGE(r) FIELD_GET(3, 0, r)
/* ID_AA64MMFR2_EL1 - Memory Model Feature Register 2 */
#define ID_AA64MMFR2_VARANGE(r) FIELD_GET(19, 16, r) /* 0: 48 bits; 1: 52 with 64 KiB */

#endif /* __ASSEMBLER__ */
