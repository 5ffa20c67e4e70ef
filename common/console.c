// SPDX-License-Identifier: BSD-2-Clause
/* The console: one UART, and the bytes that were read too early. */
#include "common/console.h"

#include <string.h>

#include "common/console_init.h"
#include "drivers/serial/serial.h"

#define CTRL_C 3

static struct serial serial;
static char last = '\n'; /* byte written */

/*
 * Bytes that console_ctrlc() has taken from the UART while it looked for a Ctrl-C: as many as a
 * pasted script may have.
 */
static char ahead[16 * KIB];
static unsigned ahead_first, ahead_count;

int console_init(const char *compatible, size_t length, paddr_t base)
{
	return serial_init(&serial, compatible, length, base);
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
	if (c == '\n')
		serial.ops->putc(&serial, '\r');
	serial.ops->putc(&serial, c);
}

void console_write(const char *bytes, size_t count)
{
	if (count)
		last = bytes[count - 1];
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

bool console_tstc(void)
{
	return ahead_count || (serial.ops && serial.ops->tstc(&serial));
}

int console_getc(void)
{
	char c = 0;

	if (ahead_count) {
		c = ahead[ahead_first];
		ahead_first = (ahead_first + 1) % sizeof(ahead);
		ahead_count--;
		return (unsigned char)c;
	}
	while (!serial.ops || !serial.ops->getc(&serial, &c))
		; /* a console waits for its user */
	return (unsigned char)c;
}

bool console_ctrlc(void)
{
	char c;

	while (serial.ops && ahead_count < sizeof(ahead) && serial.ops->getc(&serial, &c)) {
		if (c == CTRL_C)
			return true;
		ahead[(ahead_first + ahead_count++) % sizeof(ahead)] = c;
	}
	return false;
}

void console_drain(void)
{
	if (serial.ops)
		serial.ops->drain(&serial);
}
