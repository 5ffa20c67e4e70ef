/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/** console_putc() - write one byte; '\n' goes out as CR LF */
void console_putc(char c);

/** console_write() - write bytes, each as console_putc() does: the fast way for many */
void console_write(const char *bytes, size_t count);

/** console_puts() - console_write() of a string */
void console_puts(const char *s);

/** console_fresh_line() - end the line, where what was written last did not */
void console_fresh_line(void);

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
 * While autoboot is locked there is none for anybody.
 *
 * Return: true where one was waiting; it is consumed, and what was typed before it is forgotten.
 * Else waiting bytes stay for console_getc(), in order.
 */
bool console_ctrlc(void);

/** console_lost() - did the UART lose input since this was last asked? */
bool console_lost(void);

/** console_drain() - wait, at most a bounded time, until the last byte has left the UART */
void console_drain(void);
