/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial.h - the class of UARTs
 *
 * A UART that is left as it was found by whoever ran before: speed and pins are not touched.
 */
#pragma once

#include "lib/base/table.h"
#include "lib/base/types.h"

struct serial;
struct uart_row;

/**
 * struct serial_node - what a device tree, or a board's own data, says of a UART
 * @compatible: the property's bytes: one or more NUL-terminated strings
 * @length:     of that property, bytes
 * @base:       the device's first register window, mapped
 * @offset:     reg-offset, 0 where there is none
 * @shift:      reg-shift, where @has_shift
 * @width:      reg-io-width in bytes, 0 where there is none
 * @big_endian: as the property says
 */
struct serial_node {
	const char *compatible;
	size_t length;
	paddr_t base;
	uint32_t offset;
	bool has_shift, big_endian;
	uint8_t shift, width;
};

/**
 * struct serial_ops - what a UART driver supplies; one in serial_table per driver
 * @compatible: the FDT's names for the device, one NUL-terminated string after the other
 * @takes:      where @compatible is NULL: does it drive a device of that name? Fills its own
 *              members of the struct serial then
 * @enable:     make it transmit and receive, if it does not; interrupts off
 * @putc:       send one byte; waits a bounded time for room, then drops the byte: false
 * @write:      send bytes, each as @putc does; made for long runs of them
 * @getc:       take one received byte; false if there is none
 * @tstc:       is there a received byte?
 * @drain:      wait until the last bit has left; bounded: false if it has not by then
 */
struct serial_ops {
	const char *compatible;
	bool (*takes)(struct serial *, const struct serial_node *, const char *name);
	void (*enable)(struct serial *);
	bool (*putc)(struct serial *, char);
	void (*write)(struct serial *, const char *, size_t);
	bool (*getc)(struct serial *, char *);
	bool (*tstc)(struct serial *);
	bool (*drain)(struct serial *);
};

/**
 * struct serial - one UART, owned by whoever probed it (the console)
 * @ops:   its driver
 * @base:  its registers
 * @row:   with what follows it: drivers/serial/uart.c's
 * @stuck: the last wait for room ran out: until the UART takes a byte again no byte waits
 * @idle:  NULL, or what the owner wants done while a byte waits for room: receive, since the other
 *         side's bytes arrive meanwhile and the FIFO is short
 * @lost:  the UART reported bytes that came while its FIFO was full; the owner clears it
 */
struct serial {
	const struct serial_ops *ops;
	paddr_t base;
	const struct uart_row *row;
	uint8_t width, shift;
	bool big_endian;
	bool stuck;
	void (*idle)(void);
	bool lost;
};

/** serial_known() - is there a driver for it? Touches no register. */
bool serial_known(const struct serial_node *node);

/**
 * serial_init() - find the driver for a UART and enable it
 * @serial: filled
 * @node:   what is known of it
 *
 * The first of the node's names that any driver knows decides.
 *
 * Errors: -ENODEV  no driver for any of the strings; @serial is untouched
 */
int serial_init(struct serial *serial, const struct serial_node *node) __must_check;
