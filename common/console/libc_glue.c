// SPDX-License-Identifier: BSD-2-Clause
/*
 * What picolibc and the fetched libraries want from the program they are linked into.
 *
 * errno is a thread-local variable in picolibc. Nothing that Loft links uses it, and the linker
 * script has no room for one, so a function that sets errno (strtod ...) fails the link instead of
 * writing through TPIDR_EL0.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/console/console.h"
#include "lib/base/types.h"

static int stdout_put(char c, FILE *stream)
{
	(void)stream;
	console_putc(c);
	return (unsigned char)c;
}

/*
 * printf() of the C library would bring its text here a character at a time. Loft's lines are
 * short, so nearly all are made whole first.
 */
int vprintf(const char *fmt, va_list args)
{
	char text[192];
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(text, sizeof(text), fmt, args);
	if (n < (int)sizeof(text))
		console_write(text, (size_t)MAX(n, 0));
	else
		n = vfprintf(stdout, fmt, again);
	va_end(again);
	return n;
}

int printf(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vprintf(fmt, args);
	va_end(args);
	return n;
}

/*
 * libfdt reads the offsets of an overlay's fixups by it: decimal digits, and where they end. What
 * is too large stays so.
 */
unsigned long strtoul(const char *text, char **end, int base)
{
	unsigned long value = 0;

	for (; *text >= '0' && *text <= '9' && *text - '0' < base; text++) {
		const unsigned digit = (unsigned)(*text - '0');

		value = value > (~0UL - digit) / (unsigned)base ? ~0UL
								: value * (unsigned)base + digit;
	}
	if (end)
		*end = (char *)(uintptr_t)text;
	return value;
}

static FILE console_stream = FDEV_SETUP_STREAM(stdout_put, NULL, NULL, _FDEV_SETUP_WRITE);

FILE *const stdout = &console_stream;

/*
 * libfdt and libdeflate are built with stack protection. The value is a constant: it is there to
 * notice a bug, not to keep a secret. Its low byte is 0, so that a string cannot write it.
 */
extern const uintptr_t __stack_chk_guard;
const uintptr_t __stack_chk_guard = 0x4c6f66744c6f6600;

void __stack_chk_fail(void);
_Noreturn void __stack_chk_fail(void)
{
	/* The return address is gone, so the report of a trap here is all there is to say. */
	console_puts("stack overwritten in a library\n");
	__builtin_trap();
}

/* BearSSL is built with checked copies; picolibc's own would bring signals and a process. */
void *__memcpy_chk(void *dst, const void *src, size_t size, size_t room);
void *__memcpy_chk(void *dst, const void *src, size_t size, size_t room)
{
	if (size > room)
		__stack_chk_fail();
	return memcpy(dst, src, size);
}

void *__memmove_chk(void *dst, const void *src, size_t size, size_t room);
void *__memmove_chk(void *dst, const void *src, size_t size, size_t room)
{
	if (size > room)
		__stack_chk_fail();
	return memmove(dst, src, size);
}

void *__memset_chk(void *dst, int value, size_t size, size_t room);
void *__memset_chk(void *dst, int value, size_t size, size_t room)
{
	if (size > room)
		__stack_chk_fail();
	return memset(dst, value, size);
}
