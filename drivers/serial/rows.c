/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The UARTs that drivers/serial/uart.c drives, a row for each kind. What a porter adds is a row
 * here and its model in test/host/drivers/serial/uart_test.c; doc/uarts.md tells what has run
 * where.
 *
 * Registers and bits are facts of the documents named above each row. Where a manufacturer has
 * published none, the names and numbers of the kernel's register list are all that is known.
 */
#include "drivers/serial/uart.h"

#define ALL (~0U)

/*
 * 8250 and its many children. Registers by number: 0 data, 1 IER, 5 LSR; LSR: bit 0 a byte is
 * there, bit 1 one was lost (a read clears it), bit 5 the holding register is empty, bit 6 all has
 * left. IER's low half are the interrupts; what is above belongs to the children (PXA: bit 6 keeps
 * the unit on). LCR is never written, so what the DesignWare one does with writes while it is busy
 * does not arise.
 *
 * Spec: TI PC16550D data sheet (SNLS378C), section 8; Synopsys DW_apb_uart databook, "Register
 * descriptions"; TI AM65x TRM (SPRUID7), 12.1.5; Devicetree bindings 8250.yaml,
 * snps-dw-apb-uart.yaml
 */
static const struct uart_step steps_8250[] = {
	{ .reg = 1, .when = UART_ALWAYS, .keep = 0xf0 },
	{ .when = UART_END },
};

#define ROW_8250(steps_, width_, shift_)                                                           \
	.steps = (steps_), .send = 0, .get = 0, .width = (width_), .shift = (shift_),            \
	.node = true, .can_send = { .reg = 5, .mask = BIT(5), .value = BIT(5) },                   \
	.has_byte = { .reg = 5, .mask = BIT(0), .value = BIT(0) },                                 \
	.idle = { .reg = 5, .mask = BIT(6), .value = BIT(6) },                                     \
	.lost = { .reg = 5, .mask = BIT(1), .value = BIT(1) }

/*
 * The mini UART of the Raspberry Pi: an 8250's registers, and CNTL (number 8) with receiver and
 * transmitter. That the block is on (AUX_ENABLES, outside of its window) is the firmware's.
 * Spec: BCM2835 ARM Peripherals, 2.2 "Mini UART", and its errata (LCR takes 3 for 8 bits)
 */
static const struct uart_step steps_aux[] = {
	{ .reg = 1, .when = UART_ALWAYS },
	{ .reg = 3, .when = UART_IF_OFF, .set = 3 },
	{ .reg = 8, .when = UART_IF_OFF, .set = 3 },
	{ .when = UART_END },
};

/* UCR1: keep UARTEN and DOZE; UCR2: ESCI, RTSEN and ATEN off; UCR4: TC, break, overrun, data ready.
 */
static const struct uart_step steps_imx[] = {
	{ .reg = 0x80, .when = UART_ALWAYS, .keep = 3, .set = BIT(0) },
	{ .reg = 0x84, .when = UART_ALWAYS, .keep = ALL & ~(BIT(15) | BIT(4) | BIT(3)) },
	{ .reg = 0x8c, .when = UART_ALWAYS, .keep = ALL & ~0xfU },
	{ .reg = 0x88, .when = UART_IF_OFF, .keep = ALL, .set = BIT(2) }, /* RXDMUXSEL */
	/* IRTS, WS (8 bits), TXEN, RXEN, not in reset */
	{ .reg = 0x84, .when = UART_IF_OFF, .keep = ALL, .set = 0x4027 },
	{ .reg = 0x98, .when = UART_LOST, .set = BIT(1) },
	{ .when = UART_END },
};

/* CTRL: interrupts of errors, TIE to ILIE, MA; TE and RE on. STAT.OR stops the receiver. */
#define STEPS_LPUART(stat, ctrl)                                                               \
	{ .reg = (ctrl), .when = UART_ALWAYS, .keep = ALL & ~0x0ff0c000U },                    \
		{ .reg = (ctrl), .when = UART_IF_OFF, .keep = ALL, .set = BIT(19) | BIT(18) }, \
		{ .reg = (stat), .when = UART_LOST, .set = BIT(19) },                          \
	{                                                                                      \
		.when = UART_END                                                               \
	}
#define ROW_LPUART(stat, ctrl, data)                                                               \
	.send = (data), .get = (data), .width = 4,                                                 \
	.can_send = { .reg = (stat), .mask = BIT(23), .value = BIT(23) },                          \
	.has_byte = { .reg = (stat), .mask = BIT(21), .value = BIT(21) },                          \
	.idle = { .reg = (stat), .mask = BIT(22), .value = BIT(22) },                              \
	.on = { .reg = (ctrl), .mask = 0xc0000, .value = 0xc0000 },                                \
	.lost = { .reg = (stat), .mask = BIT(19), .value = BIT(19) }

static const struct uart_step steps_lpuart[] = { STEPS_LPUART(0x14, 0x18) };
static const struct uart_step steps_lpuart_layerscape[] = { STEPS_LPUART(0x4, 0x8) };

/* IDR takes away interrupts; CR: TXEN and RXEN against TXDIS and RXDIS; ISR.ROVR by writing 1. */
static const struct uart_step steps_cadence[] = {
	{ .reg = 0x0c, .when = UART_ALWAYS, .set = 0x3fff },
	{ .reg = 0x00, .when = UART_IF_OFF, .keep = ALL & ~0x3cU, .set = BIT(4) | BIT(2) },
	{ .reg = 0x14, .when = UART_LOST, .set = BIT(5) },
	{ .when = UART_END },
};

/* CONTROL: the two interrupts; transmitter and receiver; clear errors, on and off again. */
static const struct uart_step steps_meson[] = {
	{ .reg = 0x8, .when = UART_ALWAYS, .keep = ALL & ~(BIT(28) | BIT(27)) },
	{ .reg = 0x8, .when = UART_IF_OFF, .keep = ALL, .set = BIT(13) | BIT(12) },
	{ .reg = 0x8, .when = UART_LOST, .keep = ALL, .set = BIT(24) },
	{ .reg = 0x8, .when = UART_LOST, .keep = ALL & ~BIT(24) },
	{ .when = UART_END },
};

static const struct uart_step steps_exynos[] = {
	{ .reg = 0x38, .when = UART_ALWAYS, .set = 0xf },	       /* UINTM */
	{ .reg = 0x08, .when = UART_IF_OFF, .keep = ALL, .set = BIT(0) }, /* UFCON: FIFOs on */
	{ .when = UART_END },
};

static const struct uart_step steps_s5l[] = {
	{ .reg = 0x04, .when = UART_ALWAYS, .keep = ALL & ~(BIT(13) | BIT(12) | BIT(9)) },
	{ .when = UART_END },
};

static const struct uart_step steps_armada[] = {
	{ .reg = 0x8, .when = UART_ALWAYS, .keep = ALL & ~0x3fU },
	{ .when = UART_END },
};

/*
 * SCSCR: TE, RE and the clock stay. A flag of SCFSR or SCLSR goes by writing 0 after it was read as
 * 1, and one that is not cleared stays, whatever the FIFOs hold.
 */
static const struct uart_step steps_scif[] = {
	{ .reg = 0x08, .when = UART_ALWAYS, .keep = 0x33 },
	{ .reg = 0x08, .when = UART_IF_OFF, .keep = 0xffff, .set = 0x30 },
	{ .reg = 0x10, .when = UART_AFTER_SEND, .keep = 0xffff & ~0x60 },
	{ .reg = 0x10, .when = UART_AFTER_GET, .keep = 0xffff & ~0x3 },
	{ .reg = 0x24, .when = UART_LOST, .keep = 0xfffe },
	{ .when = UART_END },
};

static const struct uart_step steps_lite[] = {
	{ .reg = 0xc, .when = UART_ALWAYS }, /* CTRL: interrupt off, FIFOs not reset */
	{ .when = UART_END },
};

/* CR1: IDLEIE to PEIE; UE, RE, TE. ICR: ORECF. */
static const struct uart_step steps_stm32[] = {
	{ .reg = 0x00, .when = UART_ALWAYS, .keep = ALL & ~0x1f0U },
	{ .reg = 0x00, .when = UART_IF_OFF, .keep = ALL, .set = 0xd },
	{ .reg = 0x20, .when = UART_LOST, .set = BIT(3) },
	{ .when = UART_END },
};

static const struct uart_step steps_owl[] = {
	{ .reg = 0x0, .when = UART_ALWAYS, .keep = ALL & ~(BIT(19) | BIT(18)) },
	{ .when = UART_END },
};

/*
 * Qualcomm's GENI runs commands: each byte is one of length 1 (M_CMD0 opcode 1 in bits 31:27),
 * and a secondary command receives until it is told to stop. One byte a word of the FIFO (packing
 * 0xf, 0): a loader that receives at this moment with four a word keeps it so.
 */
static const struct uart_step steps_geni[] = {
	{ .reg = 0x614, .when = UART_ALWAYS },
	{ .reg = 0x644, .when = UART_ALWAYS },
	{ .reg = 0x284, .when = UART_IF_OFF, .set = 0xf },
	{ .reg = 0x288, .when = UART_IF_OFF },
	{ .reg = 0x630, .when = UART_IF_OFF, .set = 1U << 27 },
	{ .reg = 0x618, .when = UART_BEFORE_SEND, .set = BIT(0) },
	{ .reg = 0x270, .when = UART_BEFORE_SEND, .set = 1 },
	{ .reg = 0x600, .when = UART_BEFORE_SEND, .set = 1U << 27 },
	{ .when = UART_END },
};

/*
 * UARTDM 1.4: NCF_TX (0x40) says how many bytes come, and is written when all before have left. One
 * received byte a word by DMEN.RX_SC_ENABLE; that is changed with the receiver in reset. CR (0xa8):
 * commands in bits 7:4 (1 reset the receiver, 3 the error state), enables in 2 and 0.
 */
static const struct uart_step steps_msm[] = {
	{ .reg = 0xb0, .when = UART_ALWAYS },
	{ .reg = 0xa8, .when = UART_IF_OFF, .set = 0x10 },
	{ .reg = 0x3c, .when = UART_IF_OFF, .keep = ALL, .set = BIT(5) },
	{ .reg = 0x34, .when = UART_IF_OFF, .set = 0xffffff },
	{ .reg = 0xa8, .when = UART_IF_OFF, .set = 0x5 },
	{ .reg = 0x40, .when = UART_BEFORE_SEND, .set = 1 },
	{ .reg = 0xa8, .when = UART_LOST, .set = 0x30 },
	{ .when = UART_END },
};

const struct uart_row uart_rows[] = {
	{
		.compatible = "ns16550a\0ns16550\0ns16450\0ns8250\0altr,16550-FIFO32\0"
			      "fsl,ns16550\0marvell,armada-38x-uart\0brcm,bcm7271-uart\0",
		ROW_8250(steps_8250, 1, 0),
	},
	{
		/* DesignWare's registers are words; 8 bits of them may be accessed as such. */
		.compatible = "snps,dw-apb-uart\0intel,xscale-uart\0mrvl,pxa-uart\0"
			      "mrvl,mmp-uart\0nuvoton,npcm750-uart\0",
		ROW_8250(steps_8250, 1, 2),
	},
	{
		.compatible = "nvidia,tegra20-uart\0mediatek,mt6577-uart\0ti,am654-uart\0"
			      "ti,am4372-uart\0ti,am3352-uart\0ti,omap4-uart\0ti,omap3-uart\0"
			      "ti,omap2-uart\0socionext,uniphier-uart\0",
		ROW_8250(steps_8250, 4, 2),
	},
	{
		.compatible = "brcm,bcm2835-aux-uart\0",
		ROW_8250(steps_aux, 4, 2),
		.on = { .reg = 8, .mask = 3, .value = 3 },
	},
	{
		/*
		 * i.MX 8M Plus reference manual, 16.2 "UART": URXD, UTXD, USR2, UTS. USR2.ORE says that
		 * a byte found no room; URXD.OVRRUN only that one had the FIFO's last place.
		 */
		.compatible = "fsl,imx6q-uart\0fsl,imx53-uart\0fsl,imx21-uart\0",
		.steps = steps_imx,
		.send = 0x40,
		.get = 0x00,
		.width = 4,
		.can_send = { .reg = 0xb4, .mask = BIT(4) },
		.has_byte = { .reg = 0x98, .mask = BIT(0), .value = BIT(0) },
		.idle = { .reg = 0x98, .mask = BIT(3), .value = BIT(3) },
		.on = { .reg = 0x84, .mask = 7, .value = 7 },
		.lost = { .reg = 0x98, .mask = BIT(1), .value = BIT(1) },
	},
	{
		/* i.MX 8ULP reference manual, "LPUART": behind VERID, PARAM, GLOBAL, PINCFG */
		.compatible = "fsl,imx7ulp-lpuart\0fsl,imx8qxp-lpuart\0",
		ROW_LPUART(0x14, 0x18, 0x1c),
		.steps = steps_lpuart,
	},
	{
		/* LS1028A reference manual (LS1021A: big-endian), "LPUART": without those */
		.compatible = "fsl,ls1028a-lpuart\0fsl,ls1021a-lpuart\0",
		ROW_LPUART(0x4, 0x8, 0xc),
		.steps = steps_lpuart_layerscape,
	},
	{
		/* Zynq UltraScale+ TRM (UG1085) chapter 21, registers UG1087 "UART": SR, FIFO */
		.compatible = "cdns,uart-r1p12\0cdns,uart-r1p8\0xlnx,xuartps\0",
		.steps = steps_cadence,
		.send = 0x30,
		.get = 0x30,
		.width = 4,
		.can_send = { .reg = 0x2c, .mask = BIT(4) },
		.has_byte = { .reg = 0x2c, .mask = BIT(1) },
		.idle = { .reg = 0x2c, .mask = BIT(11) | BIT(3), .value = BIT(3) },
		.on = { .reg = 0x00, .mask = 0x3c, .value = BIT(4) | BIT(2) },
		.lost = { .reg = 0x14, .mask = BIT(5), .value = BIT(5) },
	},
	{
		/* Amlogic S905 data sheet, 31 "UART": WFIFO, RFIFO, CONTROL, STATUS */
		.compatible = "amlogic,meson-gx-uart\0amlogic,meson-ao-uart\0amlogic,meson6-uart\0"
			      "amlogic,meson8-uart\0amlogic,meson8b-uart\0amlogic,meson-s4-uart\0",
		.steps = steps_meson,
		.send = 0x0,
		.get = 0x4,
		.width = 4,
		.can_send = { .reg = 0xc, .mask = BIT(21) },
		.has_byte = { .reg = 0xc, .mask = BIT(20) },
		.idle = { .reg = 0xc, .mask = BIT(25) | BIT(22), .value = BIT(22) },
		.on = { .reg = 0x8, .mask = 0x3000, .value = 0x3000 },
		.lost = { .reg = 0xc, .mask = BIT(24), .value = BIT(24) },
	},
	{
		/* Exynos 4412 user manual, 28 "UART": UTRSTAT, UFSTAT (8-bit counts), UTXH, URXH */
		.compatible = "samsung,exynos4210-uart\0samsung,exynos5433-uart\0"
			      "samsung,exynos850-uart\0samsung,s5pv210-uart\0google,gs101-uart\0",
		.steps = steps_exynos,
		.send = 0x20,
		.get = 0x24,
		.width = 4,
		.can_send = { .reg = 0x18, .mask = BIT(24) },
		.has_byte = { .reg = 0x18, .differs = true, .mask = 0x1ff },
		.idle = { .reg = 0x10, .mask = BIT(2), .value = BIT(2) },
		.on = { .reg = 0x08, .mask = 1, .value = 1 },
		.lost = { .reg = 0x14, .mask = BIT(0), .value = BIT(0) },
	},
	{
		/* The S3C2410X user manual's, 11 "UART": UFSTAT with counts of 4 bits */
		.compatible = "apple,s5l-uart\0samsung,s3c2410-uart\0",
		.steps = steps_s5l,
		.send = 0x20,
		.get = 0x24,
		.width = 4,
		.can_send = { .reg = 0x18, .mask = BIT(9) },
		.has_byte = { .reg = 0x18, .differs = true, .mask = 0x10f },
		.idle = { .reg = 0x10, .mask = BIT(2), .value = BIT(2) },
		.lost = { .reg = 0x14, .mask = BIT(0), .value = BIT(0) },
	},
	{
		/* Armada 37xx functional specification, "UART": RBR, TSH, CTRL, STAT */
		.compatible = "marvell,armada-3700-uart\0",
		.steps = steps_armada,
		.send = 0x4,
		.get = 0x0,
		.width = 4,
		.can_send = { .reg = 0xc, .mask = BIT(11) },
		.has_byte = { .reg = 0xc, .mask = BIT(4), .value = BIT(4) },
		.idle = { .reg = 0xc, .mask = BIT(6), .value = BIT(6) },
		.lost = { .reg = 0xc, .mask = BIT(0), .value = BIT(0) },
	},
	{
		/* RZ/G2 hardware manual, 50 "SCIF": half-words, and the data bytes */
		.compatible = "renesas,rcar-gen3-scif\0renesas,rcar-gen4-scif\0"
			      "renesas,rcar-gen2-scif\0renesas,scif\0",
		.steps = steps_scif,
		.send = 0x0c,
		.get = 0x14,
		.width = 2,
		.data_width = 1,
		.can_send = { .reg = 0x10, .mask = BIT(5), .value = BIT(5) },
		.has_byte = { .reg = 0x1c, .differs = true, .mask = 0x1f },
		.idle = { .reg = 0x10, .mask = BIT(6), .value = BIT(6) },
		.on = { .reg = 0x08, .mask = 0x30, .value = 0x30 },
		.lost = { .reg = 0x24, .mask = BIT(0), .value = BIT(0) },
	},
	{
		/* AXI UART Lite product guide (PG142), table 2-4 */
		.compatible = "xlnx,xps-uartlite-1.00.a\0xlnx,opb-uartlite-1.00.b\0"
			      "xlnx,axi-uartlite-2.0\0",
		.steps = steps_lite,
		.send = 0x4,
		.get = 0x0,
		.width = 4,
		.can_send = { .reg = 0x8, .mask = BIT(3) },
		.has_byte = { .reg = 0x8, .mask = BIT(0), .value = BIT(0) },
		.idle = { .reg = 0x8, .mask = BIT(2), .value = BIT(2) },
		.lost = { .reg = 0x8, .mask = BIT(5), .value = BIT(5) },
	},
	{
		/* STM32MP157 reference manual (RM0436), 55.7 "USART registers": ISR, RDR, TDR */
		.compatible = "st,stm32h7-uart\0st,stm32f7-uart\0",
		.steps = steps_stm32,
		.send = 0x28,
		.get = 0x24,
		.width = 4,
		.can_send = { .reg = 0x1c, .mask = BIT(7), .value = BIT(7) },
		.has_byte = { .reg = 0x1c, .mask = BIT(5), .value = BIT(5) },
		.idle = { .reg = 0x1c, .mask = BIT(6), .value = BIT(6) },
		.on = { .reg = 0x00, .mask = 0xd, .value = 0xd },
		.lost = { .reg = 0x1c, .mask = BIT(3), .value = BIT(3) },
	},
	{
		/* Actions S900 data sheet, "UART": CTL, RXDAT, TXDAT, STAT */
		.compatible = "actions,owl-uart\0",
		.steps = steps_owl,
		.send = 0x8,
		.get = 0x4,
		.width = 4,
		.can_send = { .reg = 0xc, .mask = BIT(6) },
		.has_byte = { .reg = 0xc, .mask = BIT(5) },
		.idle = { .reg = 0xc, .mask = BIT(17) | BIT(10), .value = BIT(10) },
	},
	{
		/* No manual: the kernel's register list. GENI_STATUS: which commands run */
		.compatible = "qcom,geni-debug-uart\0qcom,geni-uart\0",
		.steps = steps_geni,
		.send = 0x700,
		.get = 0x780,
		.width = 4,
		.can_send = { .reg = 0x40, .mask = BIT(0) },
		.has_byte = { .reg = 0x804, .differs = true, .mask = 0x01ffffff },
		.idle = { .reg = 0x40, .mask = BIT(0) },
		.on = { .reg = 0x40, .mask = BIT(12), .value = BIT(12) },
	},
	{
		/* APQ8016E TRM (LM80-P0436-8), "UART_DM": SR, TF, RF */
		.compatible = "qcom,msm-uartdm-v1.4\0",
		.steps = steps_msm,
		.send = 0x100,
		.get = 0x140,
		.width = 4,
		.can_send = { .reg = 0xa4, .mask = BIT(3), .value = BIT(3) },
		.has_byte = { .reg = 0xa4, .mask = BIT(0), .value = BIT(0) },
		.idle = { .reg = 0xa4, .mask = BIT(3), .value = BIT(3) },
		.on = { .reg = 0x3c, .mask = BIT(5), .value = BIT(5) },
		.lost = { .reg = 0xa4, .mask = BIT(4), .value = BIT(4) },
	},
};

const unsigned int uart_row_count = ARRAY_SIZE(uart_rows);
