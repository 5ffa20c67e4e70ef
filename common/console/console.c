// SPDX-License-Identifier: BSD-2-Clause
/* The console: one UART, and the bytes that were read too early. */
#include "common/console/console.h"

#include <string.h>

#include "common/console/init.h"
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
static struct console_tap *taps;
static unsigned ctrlc_end; /* bytes of it up to and with the latest Ctrl-C; 0: there is none */

void console_tap(struct console_tap *tap)
{
	for (const struct console_tap *t = taps; t; t = t->next) {
		if (t == tap)
			return;
	}
	tap->next = taps;
	taps = tap;
}

/* Does somebody take this byte? */
static bool tapped(char c)
{
	for (const struct console_tap *t = taps; t; t = t->next) {
		if (t->takes && t->takes(c))
			return true;
	}
	return false;
}

/* The next byte of the UART, if there is one, and if nobody takes it. */
static bool receive(char *c)
{
	return serial.ops->getc(&serial, c) && !tapped(*c);
}

/* Does somebody print this in another way? */
static bool diverted(const char *bytes, size_t count)
{
	for (const struct console_tap *t = taps; t; t = t->next) {
		if (t->prints && t->prints(bytes, count))
			return true;
	}
	return false;
}

static void keep(char c)
{
	ahead[(ahead_first + ahead_count++) % sizeof(ahead)] = c;
	if (c == CTRL_C)
		ctrlc_end = ahead_count;
}

static void pull(void)
{
	char c;

	while (ahead_count < sizeof(ahead) && receive(&c))
		keep(c);
}

void console_typed(const char *bytes, size_t count)
{
	while (count-- && ahead_count < sizeof(ahead))
		keep(*bytes++);
}

static void drop(unsigned count)
{
	ahead_first = (ahead_first + count) % sizeof(ahead);
	ahead_count -= count;
	ctrlc_end -= MIN(ctrlc_end, count);
}

int console_init(const struct serial_node *node)
{
	int err = serial_init(&serial, node);

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
	if (diverted(&c, 1))
		return;
	if (c == '\n')
		serial.ops->putc(&serial, '\r');
	serial.ops->putc(&serial, c);
}

void console_write(const char *bytes, size_t count)
{
	if (count)
		last = bytes[count - 1];
	if (diverted(bytes, count))
		return;
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

void console_write_lines(const char *bytes, size_t count)
{
	if (!count)
		return;
	last = '\n';
	if (!diverted(bytes, count) && serial.ops)
		serial.ops->write(&serial, bytes, count);
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
	for (const struct console_tap *t = taps; t; t = t->next) {
		if (t->poll)
			t->poll();
	}
}

bool console_tstc(void)
{
	poll();
	/* a byte that waits there may be for somebody else: stdin without the line */
	if (IS_ENABLED(CONFIG_KEYBOARD) && serial.ops)
		pull();
	return ahead_count || (serial.ops && serial.ops->tstc(&serial));
}

int console_getc(void)
{
	char c = 0;

	while (!ahead_count) { /* a console waits for its user */
		poll();
		if (serial.ops && receive(&c))
			return (unsigned char)c;
	}
	c = ahead[ahead_first];
	drop(1);
	return (unsigned char)c;
}

static bool ctrlc_held(void)
{
	for (const struct console_tap *t = taps; t; t = t->next) {
		if (t->holds_ctrlc && t->holds_ctrlc())
			return true;
	}
	return false;
}

bool console_ctrlc(void)
{
	bool seen;

	poll();
	if (serial.ops)
		pull();
	seen = ctrlc_end;
	drop(ctrlc_end);
	return seen && !ctrlc_held();
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
