// SPDX-License-Identifier: BSD-2-Clause
#include "board/raspi/raspi.h"

void raspi_early(struct board_early *early)
{
	if (early->map(early, pi.peripherals, 4 * MIB))
		return;
	pi_uart_setup(&pi);
	/* Firmware that hands over a tree has completed it. */
	if (early->fdt == board_fdt)
		pi_fix_fdt(&pi, early->fdt);
}

int raspi_reset(void)
{
	return pm_reset(pi.peripherals + PI_PM);
}

int raspi_poweroff(void)
{
	return pm_poweroff(pi.peripherals + PI_PM);
}
