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

/**
 * struct serial_ops - what a UART driver supplies; one in serial_table per driver
 * @compatible: the FDT's name for the device
 * @enable:     make it transmit and receive, if it does not; interrupts off
 * @putc:       send one byte; waits a bounded time for room, then drops the byte: false
 * @write:      send bytes, each as @putc does; made for long runs of them
 * @getc:       take one received byte; false if there is none
 * @tstc:       is there a received byte?
 * @drain:      wait until the last bit has left; bounded: false if it has not by then
 */
struct serial_ops {
	const char *compatible;
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
 * @stuck: the last wait for room ran out: until the UART takes a byte again no byte waits
 * @idle:  NULL, or what the owner wants done while a byte waits for room: receive, since the other
 *         side's bytes arrive meanwhile and the FIFO is short
 * @lost:  the UART reported bytes that came while its FIFO was full; the owner clears it
 */
struct serial {
	const struct serial_ops *ops;
	paddr_t base;
	bool stuck;
	void (*idle)(void);
	bool lost;
};

/**
 * serial_init() - find the driver for a UART and enable it
 * @serial:      filled
 * @compatible:  the property's bytes: one or more NUL-terminated strings
 * @length:      of that property, bytes
 * @base:        the device's first register window, mapped
 *
 * Errors: -ENODEV  no driver for any of the strings; @serial is untouched
 */
int serial_init(struct serial *serial, const char *compatible, size_t length,
		paddr_t base) __must_check;
