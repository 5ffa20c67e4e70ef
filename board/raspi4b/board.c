// SPDX-License-Identifier: BSD-2-Clause
/* Raspberry Pi 4 B: as board/raspi3b, with a GIC-400, and DRAM above 1 GiB. */
#include "board/raspi/raspi.h"

#define PERIPHERALS 0xfe000000
#define LOCAL	    0xff800000
#define GIC	    0xff840000

const struct pi pi = {
	.peripherals = PERIPHERALS,
	.uart = PI_UART0,
	.pulls_2711 = true,
	.dram_high_last = 0xfbffffff, /* devices begin */
};

const struct board board = {
	.start = {
		RASPI_START(PERIPHERALS),
		.el3 = {
			RASPI_EL3(PERIPHERALS, LOCAL, 54000000),
			.gicd = GIC + 0x1000,
			.gicc = GIC + 0x2000,
		},
	},
	RASPI_BOARD,
	.name = "Raspberry Pi 4 B",
};
