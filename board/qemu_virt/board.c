// SPDX-License-Identifier: BSD-2-Clause
/* QEMU's `virt` machine: flash at 0, DRAM at 1 GiB with the FDT at its start. */
#include "common/board.h"

const struct board board = {
	.start = {
		.flash_start = 0,
		.flash_size = 64 * MIB,
		/*
		 * The last 72 KiB below DRAM base + 2 MiB: above QEMU's FDT, below what scripts may
		 * use.
		 */
		.scratch = 0x40200000 - SCRATCH_SIZE,
		.dram_start = 0x40000000,
		.console = 0x09000000,
		.el3 = {
			.monitor = 0x0e000000, /* secure RAM, 16 MiB */
			.monitor_size = MONITOR_SIZE(MONITOR_CPUS),
			/*
			 * The machine has at least 128 MiB: their last two.  Below it `-device
			 * loader` may have put things.
			 */
			.image = 0x40000000 + 126 * MIB,
			.gicd = 0x08000000,
			.gicc = 0x08010000,
			.gicr = 0x080a0000,
			.gicr_size = 0x00f60000,
			/*
			 * The secure PL061: pin 0 powers off, pin 1 resets.  GPIODIR, then
			 * GPIODATA with the pin as address mask.
			 */
			.setup = { { 0x090b0400, 3 } },
			.power_off = { { 0x090b0000 + (BIT(0) << 2), BIT(0) } },
			.power_reset = { { 0x090b0000 + (BIT(1) << 2), BIT(1) } },
		},
	},
	.console_compatible = "arm,pl011",
	.name = "QEMU virt",
};
