// SPDX-License-Identifier: BSD-2-Clause
/* The console: one UART, and the bytes that were read too early. */
#include "common/console/console.h"

#include <string.h>

#include "common/shell/autoboot.h"
#include "common/console/init.h"
#include "common/gdb/gdb.h"
#include "common/handoff/return.h"
#include "common/console/log.h"
#include "drivers/serial/serial.h"

#define CTRL_C 3

static struct serial serial;
static char last = '\n'; /* byte written */

/*
 * Bytes taken from the UART before anybody asked for them: while output waits for room, and while
 * a command looks for a Ctrl-C. As many as a pasted script may have; what finds no room stays in
 * the UART.
 */
static char ahead[16 * KIB] __noinit;
static unsigned ahead_first, ahead_count;
static unsigned ctrlc_end; /* bytes of it up to and with the latest Ctrl-C; 0: there is none */

/* The next byte of the UART, if there is one, and if it is not gdb's. */
static bool receive(char *c)
{
	return serial.ops->getc(&serial, c) && !(IS_ENABLED(CONFIG_GDB) && gdb_takes(*c));
}

static void pull(void)
{
	char c;

	while (ahead_count < sizeof(ahead) && receive(&c)) {
		ahead[(ahead_first + ahead_count++) % sizeof(ahead)] = c;
		if (c == CTRL_C)
			ctrlc_end = ahead_count;
	}
}

static void drop(unsigned count)
{
	ahead_first = (ahead_first + count) % sizeof(ahead);
	ahead_count -= count;
	ctrlc_end -= MIN(ctrlc_end, count);
}

int console_init(const char *compatible, size_t length, paddr_t base)
{
	int err = serial_init(&serial, compatible, length, base);

	if (!err)
		serial.idle = pull;
	return err;
}

struct serial *console_serial(void)
{
	return &serial;
}

paddr_t console_base(void)
{
	return serial.ops ? serial.base : 0;
}

void console_putc(char c)
{
	if (!serial.ops)
		return;
	last = c;
	if (IS_ENABLED(CONFIG_RETURN_TO_LOADER))
		return_tee(&c, 1);
	if (IS_ENABLED(CONFIG_GDB) && gdb_prints(&c, 1))
		return;
	if (IS_ENABLED(CONFIG_LOG))
		log_capture_char(c);
	if (c == '\n')
		serial.ops->putc(&serial, '\r');
	serial.ops->putc(&serial, c);
}

void console_write(const char *bytes, size_t count)
{
	if (count)
		last = bytes[count - 1];
	if (IS_ENABLED(CONFIG_RETURN_TO_LOADER))
		return_tee(bytes, count);
	if (IS_ENABLED(CONFIG_GDB) && gdb_prints(bytes, count))
		return;
	if (IS_ENABLED(CONFIG_LOG))
		log_capture(bytes, count);
	while (serial.ops && count) {
		const char *newline = memchr(bytes, '\n', count);
		size_t run = newline ? (size_t)(newline - bytes) : count;

		serial.ops->write(&serial, bytes, run);
		if (newline)
			serial.ops->write(&serial, "\r\n", 2);
		run += newline != NULL;
		bytes += run;
		count -= run;
	}
}

void console_puts(const char *s)
{
	console_write(s, strlen(s));
}

void console_fresh_line(void)
{
	if (last != '\n')
		console_putc('\n');
}

/* Before a look for a byte. */
static void poll(void)
{
	if (IS_ENABLED(CONFIG_GDB))
		gdb_poll();
}

bool console_tstc(void)
{
	poll();
	return ahead_count || (serial.ops && serial.ops->tstc(&serial));
}

int console_getc(void)
{
	char c = 0;

	if (ahead_count) {
		c = ahead[ahead_first];
		drop(1);
		return (unsigned char)c;
	}
	do /* a console waits for its user */
		poll();
	while (!serial.ops || !receive(&c));
	return (unsigned char)c;
}

bool console_ctrlc(void)
{
	bool seen;

	poll();
	if (serial.ops)
		pull();
	seen = ctrlc_end;
	drop(ctrlc_end);
	return seen && !(IS_ENABLED(CONFIG_AUTOBOOT_KEYED) && autoboot_locked());
}

bool console_lost(void)
{
	const bool lost = serial.lost;

	serial.lost = false;
	return lost;
}

void console_drain(void)
{
	if (serial.ops)
		serial.ops->drain(&serial);
}
