/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/console: characters in and out, what is kept of them, and the log.
 * In:    one UART; who listens registers a tap
 * Out:   text, keys, Ctrl-C, a log that the kernel finds
 * Uses:  fdt, mem
 */
#pragma once

#include <stddef.h>

#include "lib/base/types.h"

/**
 * struct console_tap - somebody who listens on the console, or speaks there; each may be NULL
 * @poll:        before a look for a byte
 * @takes:       a byte that was read; true: it was not for the console
 * @prints:      text that is to be printed; true: it has been, in another way
 * @holds_ctrlc: true: a Ctrl-C is to interrupt nobody
 *
 * The console calls who has told it so, and knows none of them: gdb, the report that a kernel's
 * return keeps, autoboot.
 */
struct console_tap {
	struct console_tap *next;
	void (*poll)(void);
	bool (*takes)(char c);
	bool (*prints)(const char *bytes, size_t count);
	bool (*holds_ctrlc)(void);
};

/** console_tap() - from now on; one that is there already stays where it is */
void console_tap(struct console_tap *tap);

/** console_putc() - write one byte; '\n' goes out as CR LF */
void console_putc(char c);

/** console_write() - write bytes, each as console_putc() does: the fast way for many */
void console_write(const char *bytes, size_t count);

/** console_write_lines() - console_write() of lines that end with "\r\n" already: faster */
void console_write_lines(const char *bytes, size_t count);

/** console_puts() - console_write() of a string */
void console_puts(const char *s);

/** console_fresh_line() - end the line, where what was written last did not */
void console_fresh_line(void);

/** console_typed() - bytes that came in another way than by the UART; what finds no room is lost */
void console_typed(const char *bytes, size_t count);

/** console_getc() - wait for a byte and return it, 0..255 */
int console_getc(void);

/** console_tstc() - true where console_getc() would not wait */
bool console_tstc(void);

/**
 * console_ctrlc() - look for a Ctrl-C
 *
 * Whoever runs for long calls this every few hundred microseconds: it also saves what arrives from
 * the UART's short FIFO, as every wait for room in console_putc() does.
 *
 * While a tap holds it there is none for anybody.
 *
 * Return: true where one was waiting; it is consumed, and what was typed before it is forgotten.
 * Else waiting bytes stay for console_getc(), in order.
 */
bool console_ctrlc(void);

/** console_lost() - did the UART lose input since this was last asked? */
bool console_lost(void);

/** console_drain() - wait, at most a bounded time, until the last byte has left the UART */
void console_drain(void);
