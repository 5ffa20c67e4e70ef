/* SPDX-License-Identifier: BSD-2-Clause */
/* In the island: see monitor.h.  The way out. */

	.section .text.monitor_eret, "ax", %progbits

/*
 * monitor_eret - leave EL3 by ELR_EL3 and SPSR_EL3
 * In:       x0 = x0 there, x1 = SP_EL3
 * Out:      does not return; x1-x30 are 0 there: nothing of EL3's is shown
 */
	.global	monitor_eret
	.type	monitor_eret, %function
monitor_eret:
	mov	sp, x1
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	mov	x\n, xzr
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	mov	x\n, xzr
	.endr
	eret
	dsb	nsh				/* nothing is speculated past an eret */
	isb
	.size	monitor_eret, . - monitor_eret
