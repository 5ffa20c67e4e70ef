/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/smccc.h"

/* x4..x17 may change by the convention's first version. */
#define CALL(instruction)                                                                         \
	__asm__ volatile(instruction " #0"                                                        \
			 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6),  \
			   "+r"(x7)                                                               \
			 :                                                                        \
			 : "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",    \
			   "cc", "memory")

void smccc_call(enum psci_conduit conduit, uint64_t x[8])
{
	register uint64_t x0 __asm__("x0") = x[0];
	register uint64_t x1 __asm__("x1") = x[1];
	register uint64_t x2 __asm__("x2") = x[2];
	register uint64_t x3 __asm__("x3") = x[3];
	register uint64_t x4 __asm__("x4") = x[4];
	register uint64_t x5 __asm__("x5") = x[5];
	register uint64_t x6 __asm__("x6") = x[6];
	register uint64_t x7 __asm__("x7") = x[7];

	if (conduit == PSCI_HVC)
		CALL("hvc");
	else
		CALL("smc");
	x[0] = x0;
	x[1] = x1;
	x[2] = x2;
	x[3] = x3;
}
