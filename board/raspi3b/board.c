// SPDX-License-Identifier: BSD-2-Clause
/*
 * Raspberry Pi 3 B: the VideoCore's firmware puts kernel8.img into DRAM; its armstub enters that at
 * EL2. This image can be the armstub as well, and is entered at 0 and EL3 then.
 */
#include "board/raspi/raspi.h"

#define PERIPHERALS 0x3f000000
#define LOCAL	    0x40000000

const struct pi pi = { .peripherals = PERIPHERALS, .uart = PI_UART0 };

const struct board board = {
	.start = {
		RASPI_START(PERIPHERALS),
		.el3 = { RASPI_EL3(PERIPHERALS, LOCAL, 19200000) },
	},
	RASPI_BOARD,
	.name = "Raspberry Pi 3 B",
};
