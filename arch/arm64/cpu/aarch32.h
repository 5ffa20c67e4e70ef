/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch32 at EL1: what is in its registers, and who leads there. */
#pragma once

/*
 * SCTLR as its reset leaves it: MMU and caches off, A32, little-endian, CP15 barriers usable, the
 * RES1 bits.  Arm ARM DDI 0487 K.a, G8.2 "SCTLR"
 */
#define SCTLR_EL1_AARCH32 0x00c50838

/* FPEXC32_EL2: EN = 0, VECITR RES1.  Arm ARM G8.2 "FPEXC" */
#define FPEXC32_EL2_OFF 0x700

/*
 * The monitor's own call, of a caller in AArch64 at EL1 where there is no EL2: goes on at x3 in
 * AArch32 with r0 = 0, r1 = x1, r2 = x2.  Anywhere else NOT_SUPPORTED.  In the range of SiP
 * services (DEN 0028).
 */
#define MONITOR_ENTER_AARCH32 0xc2004c32

/* PSCI functions whose arguments are an entry point and a context_id; DEN 0022, 5.1 */
#define PSCI32_CPU_SUSPEND    0x84000001
#define PSCI32_CPU_ON	      0x84000003
#define PSCI32_SYSTEM_SUSPEND 0x8400000e
#define PSCI_SMC64	      0x40000000

#ifndef __ASSEMBLER__

#include "arch/arm64/cpu/sysreg.h"
#include "lib/base/types.h"

/**
 * aarch32_hcr() - HCR_EL2 over a kernel in AArch32
 * @aarch64: what el2_plan() has for one in AArch64
 * @psci:    its SMCs come to the stub
 */
static inline uint64_t aarch32_hcr(uint64_t aarch64, bool psci)
{
	return (aarch64 & ~HCR_EL2_RW) | (psci ? HCR_EL2_TSC : 0);
}

/** aarch32_spsr() - how a kernel at @entry is entered: bit 0 means T32. Arm ARM C5.2 */
static inline uint64_t aarch32_spsr(uint32_t entry)
{
	return SPSR_ENTER_SVC | (entry & 1 ? SPSR_A32_T : 0);
}

/* As they stand in Loft's text: the stub, copied as hypstub is; and an SMC, at EL1. */
extern const char hypstub32_code[], hypstub32_slots[], hypstub32_end[];
extern const char aarch32_smc[];

#endif
