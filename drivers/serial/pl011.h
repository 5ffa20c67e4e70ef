/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pl011.h - Arm PrimeCell UART, and its SBSA subset
 *
 * The functions that take a base address need nothing else: no stack beyond registers, no data, no
 * relocation, and any state of the MMU that lets the registers be reached as Device memory.
 *
 * Spec: Arm DDI 0183G "PrimeCell UART (PL011) Technical Reference Manual", chapter 3
 */
#pragma once

#include "lib/base/types.h"

#define UARTDR			0x000
#define UARTDR_DATA		0x0ff	/* above it, error flags of a received byte */
#define UARTDR_OE		BIT(11)	/* bytes before this one found the FIFO full */
#define UARTFR			0x018
#define UARTFR_BUSY		BIT(3)	/* bits are still leaving the shift register */
#define UARTFR_RXFE		BIT(4)	/* receive FIFO empty */
#define UARTFR_TXFF		BIT(5)	/* transmit FIFO full */
#define UARTFR_TXFE		BIT(7)	/* transmit FIFO empty */
#define UARTIBRD		0x024
#define UARTFBRD		0x028
#define UARTLCR_H		0x02c
#define UARTLCR_H_FEN		BIT(4)	/* FIFOs on */
#define UARTLCR_H_WLEN_8	FIELD(6, 5, 3)
#define UARTCR			0x030
#define UARTCR_UARTEN		BIT(0)
#define UARTCR_TXE		BIT(8)
#define UARTCR_RXE		BIT(9)
#define UARTIMSC		0x038
#define UARTICR			0x044
#define UARTICR_ALL		0x7ff

/* The transmit FIFO takes so many bytes while it is on; from revision r1p5 on, twice as many. */
#define PL011_FIFO_BYTES	16

/**
 * PL011_SPINS - reads of UARTFR before a wait is given up
 *
 * A read takes 50 ns or more on silicon, so this is 10 ms at the least: ten bytes at 9600 baud.
 */
#define PL011_SPINS		200000

/**
 * pl011_putc() - send one byte
 * @base: of the UART's registers
 * @c:    the byte, as it is (no CR is added)
 *
 * Returns: false if the FIFO stayed full for PL011_SPINS reads; the byte is dropped
 */
bool pl011_putc(paddr_t base, char c);

/**
 * pl011_drain() - wait until everything has left the UART, PL011_SPINS reads at most
 *
 * Returns: false if the UART was still busy then
 */
bool pl011_drain(paddr_t base);

/**
 * pl011_enable() - turn the UART on if it is off, keeping its speed; mask its interrupts
 */
void pl011_enable(paddr_t base);
