/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel at EL1: the EL2 stub that Loft left below us, called as a hypervisor would: first its
 * answer to nonsense, then code of ours at EL2, then vectors of ours there and back. The EL2 MMU
 * is off: addresses are physical, and what EL2 executes must be clean to the point of coherency,
 * as Loft leaves the image. A kernel at EL2 (ENTRY_EL 2): EL2's registers.
 */
#include "kernel.h"

#define CURRENT_EL2	(2u << 2)

static uint64_t physical(const void *symbol)
{
	const uint64_t va = (uint64_t)symbol;

	return PAR_PA(translate(va, false)) | (va & 0xfff);
}

/* Entered at EL3, Loft goes on at EL2 wherever the CPU has it: ID_AA64PFR0_EL1.EL2 */
bool el2_was_reachable(void)
{
	return kernel.boot_el == 2 ||
	       (kernel.boot_el == 3 && (SYSREG_READ(id_aa64pfr0_el1) >> 8 & 0xf));
}

#if ENTRY_EL == 2
#define HCR_EL2_VHE	(1ull << 34 | 1ull << 27)	/* E2H, TGE */
#define HCR_EL2_TRAPS	(1ull << 42 | 1 << 19 | 1 << 12 | 1)	/* NV, TSC, DC, VM: guests' */

void el2_check(void)
{
	const uint64_t hcr = SYSREG_READ(hcr_el2), cptr = SYSREG_READ(cptr_el2);
	const uint64_t sctlr = SYSREG_READ(sctlr_el2), cnthctl = SYSREG_READ(cnthctl_el2);

	check((hcr & HCR_EL2_VHE) == HCR_EL2_VHE, "HCR_EL2: E2H and TGE set", hcr);
	check(!(hcr & HCR_EL2_TRAPS), "HCR_EL2: no stage 2, nothing trapped", hcr);
	check(sctlr == SYSREG_READ(sctlr_el1) && sctlr & 1, "SCTLR_EL2 is what SCTLR_EL1 names",
	      sctlr);
	check(SYSREG_READ(tcr_el2) == SYSREG_READ(tcr_el1), "TCR_EL2 is TCR_EL1's", 0);
	check(SYSREG_READ(S3_4_C2_C0_1) == SYSREG_READ(ttbr1_el1), "TTBR1_EL2 is TTBR1_EL1's",
	      SYSREG_READ(S3_4_C2_C0_1));
	check(SYSREG_READ(vbar_el2) == (uint64_t)kernel_vectors, "VBAR_EL2 is VBAR_EL1's",
	      SYSREG_READ(vbar_el2));
	check((cptr >> 20 & 3) == 3, "CPTR_EL2: FPEN = 0b11", cptr);
	check((cnthctl & 0xc03) == 0xc00, "CNTHCTL_EL2: timers for EL1, not for EL0", cnthctl);
	check(!SYSREG_READ(cntvoff_el2), "CNTVOFF_EL2 = 0", SYSREG_READ(cntvoff_el2));
	check(!SYSREG_READ(vttbr_el2), "VTTBR_EL2 = 0", SYSREG_READ(vttbr_el2));
	check(SYSREG_READ(vpidr_el2) == SYSREG_READ(midr_el1), "VPIDR_EL2 = MIDR_EL1", 0);
	check(!SYSREG_READ(tpidr_el2), "TPIDR_EL2 = 0", SYSREG_READ(tpidr_el2));
	check(!SYSREG_READ(contextidr_el1), "CONTEXTIDR_EL2 = 0", SYSREG_READ(contextidr_el1));
	/* S3_5_C1_C0_0: SCTLR_EL12, EL1's own */
	check(!(SYSREG_READ(S3_5_C1_C0_0) & 1), "EL1's MMU is off, for a guest", 0);
}
#else
void el2_check(void)
{
	uint64_t current_el = 0, stub, answer;

	if (!el2_was_reachable()) {
		print("  EL2 was not reachable: no stub to call\n");
		return;
	}
	answer = hvc_call(0x10f7, 0);
	check(answer == LOFT_HVC_ERROR, "HVC with an unknown number answers 0xbadca11", answer);
	answer = hvc_call(LOFT_HVC_RESET_VECTORS, 0);
	check(answer == 0, "HVC RESET_VECTORS answers 0", answer);

	stub = hvc_ask_el2(physical(el2_ask_vbar), &current_el);
	check(current_el == CURRENT_EL2, "HVC SOFT_RESTART runs our code at EL2", current_el);
	check(stub % 2048 == 0 && memory_reservation(stub, 2048),
	      "VBAR_EL2 is physical, 2 KiB aligned, in reserved memory", stub);

	answer = hvc_call(LOFT_HVC_SET_VECTORS, physical(el2_vectors));
	check(answer == 0, "HVC SET_VECTORS answers 0", answer);
	answer = hvc_call(0x10f7, 0);
	check(answer == 0x10f8, "and then our vectors answer at EL2", answer);
	hvc_call(LOFT_HVC_SET_VECTORS, stub);
	answer = hvc_call(0x10f7, 0);
	check(answer == LOFT_HVC_ERROR, "and, set back, the stub again", answer);
}
#endif

/* An exception at EL2 that nobody expects: the stub must report it; HVC at EL2 is one by itself. */
void el2_provoke(void)
{
	if (el2_was_reachable())
		hvc_call(LOFT_HVC_SOFT_RESTART, physical(el2_undefined));
}
