// SPDX-License-Identifier: BSD-2-Clause
/* Where a new board begins: copy the directory, then go through the numbers (doc/porting.md). */
#include "common/board.h"

const struct board board = {
	.start = {
		/* Never runs from flash: size 0, and then there is no scratch to name either. */
		.flash_start = 0,
		.flash_size = 0,
		.scratch = 0,
		/* The lowest DRAM: a device tree is looked for here when x0 leads to none. */
		.dram_start = 0x40000000,
		/* The UART of the first lines, and its driver by the name in a device tree. */
		.console = 0x09000000,
	},
	.console_compatible = "arm,pl011",
	.name = "Template",
};
