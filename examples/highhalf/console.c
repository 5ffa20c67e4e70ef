/* SPDX-License-Identifier: BSD-2-Clause */
/* A PL011 that somebody has set up, and a print of forty lines. */
#include <stdarg.h>

#include "kernel.h"

#define UARTDR		0x00
#define UARTFR		0x18
#define UARTFR_TXFF	(1u << 5)

static uint64_t uart;

void console_set(uint64_t uart_va)
{
	uart = uart_va;
}

static void put(char c)
{
	volatile uint32_t *const data = (volatile uint32_t *)(uart + UARTDR);
	const volatile uint32_t *const flags = (volatile uint32_t *)(uart + UARTFR);

	if (!uart)
		return;
	for (unsigned spins = 1000000; *flags & UARTFR_TXFF && spins; spins--)
		;
	*data = (unsigned char)c;
}

static void put_string(const char *s)
{
	for (; *s; s++) {
		if (*s == '\n')
			put('\r');
		put(*s);
	}
}

static void put_number(uint64_t value, unsigned base)
{
	char digits[24];
	unsigned at = sizeof(digits) - 1;

	digits[at] = '\0';
	do
		digits[--at] = "0123456789abcdef"[value % base];
	while (value /= base);
	put_string(base == 16 ? "0x" : "");
	put_string(digits + at);
}

void print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	for (; *format; format++) {
		const char plain[2] = { *format, '\0' };

		if (*format != '%') {
			put_string(plain);
			continue;
		}
		switch (*++format) {
		case 's':
			put_string(va_arg(args, const char *));
			break;
		case 'c':
			put((char)va_arg(args, int));
			break;
		case 'u':
			put_number(va_arg(args, uint64_t), 10);
			break;
		case 'x':
			put_number(va_arg(args, uint64_t), 16);
			break;
		default:
			put('?');
		}
	}
	va_end(args);
}

/* The compiler may call these by itself. */
void *memset(void *to, int byte, size_t size);
void *memcpy(void *restrict to, const void *restrict from, size_t size);

void *memset(void *to, int byte, size_t size)
{
	char *p = to;

	while (size--)
		*p++ = (char)byte;
	return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	const char *f = from;
	char *t = to;

	while (size--)
		*t++ = *f++;
	return to;
}
