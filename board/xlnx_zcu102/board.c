// SPDX-License-Identifier: BSD-2-Clause
/* Xilinx ZCU102: Zynq UltraScale+ MPSoC. Addresses and bits: UG1085, UG1087 ("UART"). */
#include "common/board.h"

#define UART0	  0xff000000
#define UART_CR	  0x00
#define UART_FIFO 0x30

const struct board board = {
	.start = {
		.flash_size = 0,
		.dram_start = 0,
		.console = UART0,
		.crumb = UART_FIFO,
		.crumb_on = { UART0 + UART_CR, BIT(4) | BIT(2) }, /* TXEN, RXEN */
	},
	.console_compatible = "cdns,uart-r1p12",
	.name = "Xilinx ZCU102",
};
