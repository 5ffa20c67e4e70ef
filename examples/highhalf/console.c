/* SPDX-License-Identifier: BSD-2-Clause */
/* A UART that somebody has set up, and a print of forty lines. Keep the row that you need. */
#include <stdarg.h>

#include "kernel.h"

/* Where a byte goes, and which bits of which register have what value while there is no room. */
struct uart {
	char name[20];
	uint32_t data, status, mask, full;
};

static const struct uart uarts[] = {
	{ "arm,pl011", 0x00, 0x18, 1 << 5, 1 << 5 },
	{ "arm,sbsa-uart", 0x00, 0x18, 1 << 5, 1 << 5 },
	{ "cdns,uart-r1p12", 0x30, 0x2c, 1 << 4, 1 << 4 },
	{ "fsl,imx6q-uart", 0x40, 0xb4, 1 << 4, 1 << 4 },
	{ "ns16550a", 0x00, 0x14, 1 << 5, 0 },	/* registers 4 bytes apart */
};

static const struct uart *kind = &uarts[0];
static uint64_t uart;

static bool is(const char *text, const char *name)
{
	while (*name && *text == *name)
		text++, name++;
	return !*name && !*text;
}

/* The device tree's "compatible": strings, each with its NUL, and the bytes of them all. */
void console_set(uint64_t uart_va, const char *compatible, uint32_t size)
{
	for (unsigned i = 0; i < sizeof(uarts) / sizeof(uarts[0]); i++)
		for (uint32_t at = 0; compatible && at < size; at++)
			if ((!at || !compatible[at - 1]) && !compatible[size - 1] &&
			    is(compatible + at, uarts[i].name)) {
				kind = &uarts[i];
				uart = uart_va;
				return;
			}
}

static void put(char c)
{
	volatile uint32_t *const data = (volatile uint32_t *)(uart + kind->data);
	const volatile uint32_t *const status = (volatile uint32_t *)(uart + kind->status);

	if (!uart)
		return;
	for (unsigned spins = 1000000; (*status & kind->mask) == kind->full && spins; spins--)
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
