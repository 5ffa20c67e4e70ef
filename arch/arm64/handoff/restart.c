// SPDX-License-Identifier: BSD-2-Clause
/* From EL1 back to the EL2 that Loft came from, by its own stub. */
#include "arch/el2.h"
#include "include/loft/boot.h"

void el2_restart(paddr_t pc, uint64_t argument)
{
	register uint64_t x0 __asm__("x0") = LOFT_HVC_SOFT_RESTART;
	register uint64_t x1 __asm__("x1") = pc;
	register uint64_t x2 __asm__("x2") = argument;

	__asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2) : : "x3", "x4", "x5", "memory");
}
