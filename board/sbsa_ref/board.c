// SPDX-License-Identifier: BSD-2-Clause
/* QEMU's `sbsa-ref`: EL3, DRAM from 1 TiB, beyond what 39 bits reach. */
#include "common/board.h"

#include "board/sbsa_ref/tree.h"

#define DRAM 0x10000000000

static void early(struct board_early *e)
{
	tree_complete(e->fdt);
}

const struct board board = {
	.start = {
		.flash_start = 0,
		.flash_size = 256 * MIB,
		.scratch = DRAM + 2 * MIB - SCRATCH_SIZE, /* above QEMU's FDT */
		.dram_start = DRAM,
		.console = SBSA_UART,
		.el3 = {
			.monitor = 0x20000000, /* secure RAM, 512 MiB */
			.monitor_size = MONITOR_SIZE(MONITOR_CPUS),
			.image = DRAM + 126 * MIB, /* any machine has 128 MiB */
			.gicd = SBSA_GICD,
			.gicr = SBSA_GICR,
			.gicr_size = SBSA_GICR_SIZE,
			/* The embedded controller: 1 powers off, 2 resets. */
			.power_off = { { 0x50000000, 1 } },
			.power_reset = { { 0x50000000, 2 } },
		},
	},
	.console_compatible = "arm,pl011",
	.name = "QEMU sbsa-ref",
	.early = early,
};
