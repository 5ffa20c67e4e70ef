// SPDX-License-Identifier: BSD-2-Clause
/* Xilinx Versal, as QEMU's xlnx-versal-virt has it. Addresses: Versal ACAP TRM (AM011). */
#include "common/board.h"

const struct board board = {
	.start = {
		.flash_size = 0,
		.dram_start = 0,
		.console = 0xff000000,
	},
	.console_compatible = "arm,pl011",
	.name = "Xilinx Versal",
};
