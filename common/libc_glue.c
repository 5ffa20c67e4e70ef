// SPDX-License-Identifier: BSD-2-Clause
/*
 * What picolibc and the fetched libraries want from the program they are linked into.
 *
 * errno is a thread-local variable in picolibc. Nothing that Loft links uses it, and the linker
 * script has no room for one, so a function that sets errno (strtoul ...) fails the link instead of
 * writing through TPIDR_EL0.
 */
#include <stdio.h>
#include <string.h>

#include "common/console.h"
#include "lib/types.h"

static int stdout_put(char c, FILE *stream)
{
	(void)stream;
	console_putc(c);
	return (unsigned char)c;
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
