// SPDX-License-Identifier: BSD-2-Clause
/* Aspeed AST2700 EVB: DRAM from 16 GiB, the console is UART12, the tree is the image's. */
#include "common/board.h"

extern char board_fdt[]; /* ast2700.dts beside this */

const struct board board = {
	.start = {
		.flash_size = 0,
		.dram_start = 0x400000000,
		.console = 0x14c33b00,
	},
	.console_compatible = "ns16550a",
	.console_shift = 2,
	.name = "Aspeed AST2700 EVB",
	.fdt = board_fdt,
};
