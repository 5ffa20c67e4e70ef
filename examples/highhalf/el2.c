/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The EL2 stub that Loft left below us, called as a hypervisor would: first its answer to nonsense,
 * then code of ours at EL2, then vectors of ours there and back. The EL2 MMU is off: addresses are
 * physical, and what EL2 executes must be clean to the point of coherency, as Loft leaves the
 * image.
 */
#include "kernel.h"

#define CURRENT_EL2	(2u << 2)

static uint64_t physical(const void *symbol)
{
	const uint64_t va = (uint64_t)symbol;

	return PAR_PA(translate(va, false)) | (va & 0xfff);
}

/* Entered at EL3, Loft goes on at EL2 wherever the CPU has it: ID_AA64PFR0_EL1.EL2 */
static bool was_reachable(void)
{
	return kernel.boot_el == 2 || (kernel.boot_el == 3 && (SYSREG_READ(id_aa64pfr0_el1) >> 8 & 0xf));
}

void el2_check(void)
{
	uint64_t current_el = 0, stub, answer;

	if (!was_reachable()) {
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

/* An exception at EL2 that nobody expects: the stub must report it. */
void el2_provoke(void)
{
	if (was_reachable())
		hvc_call(LOFT_HVC_SOFT_RESTART, physical(el2_undefined));
}
