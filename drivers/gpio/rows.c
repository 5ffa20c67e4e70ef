// SPDX-License-Identifier: BSD-2-Clause
/* The kinds of gpio controllers, each with where its facts are from. */
#include "drivers/gpio/gpio.h"

const struct gpio_row gpio_rows[] = {
	/*
	 * Arm DDI 0190 "PrimeCell GPIO (PL061) TRM", 3.3.1: bits 9:2 of the data register's address
	 * are a mask of the lines that the access is about.
	 */
	{
		.compatible = "arm,pl061\0",
		.bank = { 8 },
		.size = 0x404,
		.mask_shift = 2,
		.direct = { 0x400, 0 },
	},
	/* Synopsys "DesignWare DW_apb_gpio Databook": SWPORTx_DR, SWPORTx_DDR, EXT_PORTx */
	{
		.compatible = "snps,dw-apb-gpio\0",
		.bank = { 32, 32, 32, 32 },
		.size = 0x60,
		.ports = true,
		.out = { 0x00, 12 },
		.in = { 0x50, 4 },
		.direct = { 0x04, 12 },
	},
	/*
	 * NXP "i.MX 8M Plus Applications Reference Manual", GPIO: DR, GDIR, PSR. PSR sees an output
	 * only where its pad feeds back (SION).
	 */
	{
		.compatible = "fsl,imx35-gpio\0fsl,imx31-gpio\0",
		.bank = { 32 },
		.size = 0x0c,
		.read_back = true,
		.out = { 0x00, 0 },
		.in = { 0x08, 0 },
		.direct = { 0x04, 0 },
	},
	/* AMD UG1087 "Zynq UltraScale+ Registers", GPIO: DATA, DATA_RO, DIRM, OEN */
	{
		.compatible = "xlnx,zynqmp-gpio-1.0\0",
		.bank = { 26, 26, 26, 32, 32, 32 },
		.size = 0x34c,
		.out = { 0x40, 4 },
		.in = { 0x60, 4 },
		.direct = { 0x204, 0x40 },
		.enable = { 0x208, 0x40 },
	},
	/* Broadcom "BCM2835 ARM Peripherals", 6.1: GPFSEL, GPSET, GPCLR, GPLEV */
	{
		.compatible = "brcm,bcm2835-gpio\0",
		.bank = { 32, 22 },
		.size = 0x3c,
		.select = 10,
		.in = { 0x34, 4 },
		.set = { 0x1c, 4 },
		.clear = { 0x28, 4 },
	},
	/* Raspberry Pi "BCM2711 ARM Peripherals", 5.2: as the BCM2835's, 58 lines */
	{
		.compatible = "brcm,bcm2711-gpio\0",
		.bank = { 32, 26 },
		.size = 0x3c,
		.select = 10,
		.in = { 0x34, 4 },
		.set = { 0x1c, 4 },
		.clear = { 0x28, 4 },
	},
};

const unsigned int gpio_row_count = ARRAY_SIZE(gpio_rows);
