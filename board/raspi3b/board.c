// SPDX-License-Identifier: BSD-2-Clause
/* Raspberry Pi 3 B: the VideoCore's firmware puts kernel8.img into DRAM and enters it at EL2. */
#include "common/board.h"
#include "drivers/bcm283x/pi.h"
#include "drivers/bcm283x/pm.h"

#define PERIPHERALS 0x3f000000

extern char board_fdt[]; /* raspi3b.dts */

static const struct pi pi = { .peripherals = PERIPHERALS, .uart = PI_UART0 };

static void early(struct board_early *e)
{
	if (e->map(e, PERIPHERALS, 2 * MIB) || e->map(e, PERIPHERALS + 2 * MIB, 2 * MIB))
		return;
	pi_uart_setup(&pi);
	/* Firmware that hands over a tree has completed it. */
	if (e->fdt == board_fdt)
		pi_fix_fdt(&pi, e->fdt);
}

static int reset(void)
{
	return pm_reset(PERIPHERALS + PI_PM);
}

static int poweroff(void)
{
	return pm_poweroff(PERIPHERALS + PI_PM);
}

const struct board board = {
	.start = {
		.flash_start = 0,
		.flash_size = 0, /* always in DRAM */
		.scratch = 0,
		.dram_start = 0,
		.console = PERIPHERALS + PI_UART0,
	},
	.console_compatible = "arm,pl011",
	.name = "Raspberry Pi 3 B",
	.fdt = board_fdt,
	.early = early,
	.reset = reset,
	.poweroff = poweroff,
};
