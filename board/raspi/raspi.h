/* SPDX-License-Identifier: BSD-2-Clause */
/* What the boards of the Raspberry Pi share: all but a few numbers. */
#pragma once

#include "common/board.h"
#include "drivers/bcm283x/pi.h"
#include "drivers/bcm283x/pm.h"

/** pi - the board's numbers */
extern const struct pi pi;

extern char board_fdt[]; /* raspi*.dts beside the board */

void raspi_early(struct board_early *early);
int raspi_reset(void);
int raspi_poweroff(void);

#define RASPI_CPUS 4

/*
 * There is no secure RAM: the monitor lies in DRAM. Below 384 MiB is above what scripts load to,
 * and within what the VideoCore leaves on a machine with 512 MiB.
 */
#define RASPI_MONITOR (384 * MIB - MONITOR_SIZE(RASPI_CPUS))

/* clang-format off */

/* Members of struct start. */
#define RASPI_START(peripherals) \
	.flash_size = 0, /* always in DRAM, which begins at 0 */ \
	.console = (peripherals) + PI_UART0

/*
 * Members of struct start_el3. The system counter counts the crystal, undivided, as the firmware's
 * armstub has it.
 */
#define RASPI_EL3(peripherals, local, crystal_hz) \
	.monitor = RASPI_MONITOR, \
	.monitor_size = MONITOR_SIZE(RASPI_CPUS), \
	.counter_hz = (crystal_hz), \
	.setup = { { (local) + PI_LOCAL_CONTROL, 0 }, \
		   { (local) + PI_LOCAL_PRESCALER, PI_LOCAL_PRESCALER_1 } }, \
	.power_off = { { (peripherals) + PI_PM + PM_RSTS, PM_RSTS_HALT }, \
		       { (peripherals) + PI_PM + PM_WDOG, PM_WDOG_SOON }, \
		       { (peripherals) + PI_PM + PM_RSTC, PM_RSTC_FULL_RESET } }, \
	.power_reset = { { (peripherals) + PI_PM + PM_WDOG, PM_WDOG_SOON }, \
			 { (peripherals) + PI_PM + PM_RSTC, PM_RSTC_FULL_RESET } }, \
	.cpus = RASPI_CPUS, \
	.spin_table = ARMSTUB_SPIN_TABLE, \
	.l2ctlr = 0x22 /* three cycles for the data RAM, as the firmware's armstub has it */

/* Members of struct board. */
#define RASPI_BOARD \
	.console_compatible = "arm,pl011", \
	.fdt = board_fdt, \
	.early = raspi_early, \
	.reset = raspi_reset, \
	.poweroff = raspi_poweroff

/* clang-format on */
