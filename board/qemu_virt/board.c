// SPDX-License-Identifier: BSD-2-Clause
/* QEMU's `virt` machine: flash at 0, DRAM at 1 GiB with the FDT at its start. */
#include "common/board.h"

const struct board board = {
	.start = {
		.flash_start = 0,
		.flash_size = 64 * MIB,
		/*
		 * The last 64 KiB below DRAM base + 2 MiB: above QEMU's FDT, below what scripts may
		 * use.
		 */
		.scratch = 0x401f0000,
		.dram_start = 0x40000000,
		.console = 0x09000000,
	},
	.console_compatible = "arm,pl011",
	.name = "QEMU virt",
};
