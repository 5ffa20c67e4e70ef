// SPDX-License-Identifier: BSD-2-Clause
/*
 * NXP i.MX 8M Plus EVK, whose console is UART2. Addresses
 * and bits: i.MX 8M Plus reference manual, 2.1 and 16.2.
 */
#include "common/board.h"

#define UART2	  0x30890000
#define UART_UTXD 0x40
#define UART_UCR2 0x84

const struct board board = {
	.start = {
		.flash_size = 0,
		.dram_start = 0x40000000,
		.console = UART2,
		.crumb = UART_UTXD,
		/* IRTS, 8 bits, TXEN, RXEN, out of reset; UCR1.UARTEN is the firmware's */
		.crumb_on = { UART2 + UART_UCR2, 0x4027 },
	},
	.console_compatible = "fsl,imx6q-uart",
	.name = "NXP i.MX 8M Plus EVK",
};
