/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uart.h - UARTs described by data: one driver, a row for each kind (drivers/serial/rows.c)
 *
 * A row is what a porter writes for a UART that nobody has driven yet: where its registers are,
 * what "can send", "has a byte" and "is idle" look like in them, and what must be written when. Speed,
 * pins and clocks stay as they were found.
 */
#pragma once

#include "lib/base/types.h"

/**
 * enum uart_when - the moment at which a step is done
 *
 * A list ends at UART_END.
 */
enum uart_when {
	UART_END,
	UART_ALWAYS,	  /* when the UART is taken over: its interrupts off */
	UART_IF_OFF,	  /* then as well, if the row's @on does not hold */
	UART_BEFORE_SEND, /* before each byte */
	UART_AFTER_SEND,
	UART_AFTER_GET,
	UART_LOST, /* after received bytes were lost: what makes the receiver go on */
};

/** struct uart_step - write (register & @keep) | @set; with @keep 0 the register is not read */
struct uart_step {
	uint16_t reg;
	uint16_t when; /* enum uart_when */
	uint32_t keep, set;
};

/** struct uart_test - holds where (register & @mask) == @value, or differs from it with @differs */
struct uart_test {
	uint16_t reg;
	bool differs;
	uint32_t mask, value;
};

/**
 * struct uart_row - one kind of UART
 * @compatible: its names in device trees, one NUL-terminated string after the other
 * @steps:      what must be written when; NULL: nothing ever
 * @send, @get: data registers; the low 8 bits are the byte
 * @width:      of the registers in bytes: 1, 2 or 4
 * @data_width: of the data registers; 0: the same
 * @shift:      where the node has no reg-shift: a register is at number << shift
 * @node:       reg-shift, reg-io-width, reg-offset of the node hold
 * @can_send:   there is room for a byte
 * @has_byte:   one was received
 * @idle:       the last bit has left
 * @on:         it transmits and receives already; mask 0: it always does
 * @lost:       bytes came that found no room; looked at when has_byte or the data is read, where
 *              the registers are the same, else after each byte; mask 0: it does not tell
 *
 * Registers are byte offsets, or numbers where @shift or the node's reg-shift says so.
 */
struct uart_row {
	const char *compatible;
	const struct uart_step *steps;
	uint16_t send, get;
	uint8_t width, data_width, shift;
	bool node;
	struct uart_test can_send, has_byte, idle, on, lost;
};

/** UART_SPINS - reads of a status register before a wait is given up: as PL011_SPINS */
#define UART_SPINS 200000

/** uart_find() - the row that has this name among its own, or NULL */
const struct uart_row *uart_find(const char *name);

extern const struct uart_row uart_rows[];
extern const unsigned int uart_row_count;
