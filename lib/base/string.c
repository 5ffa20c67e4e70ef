// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the C library has by the word and in a quarter of a KB each, by the byte: for the short
 * strings of a bootloader. The library's objects are not taken where a name is already there.
 */
#include <stdint.h>
#include <string.h>

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)(uintptr_t)s;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++)
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}

size_t strnlen(const char *s, size_t n)
{
	size_t length = 0;

	while (length < n && s[length])
		length++;
	return length;
}

int strcmp(const char *a, const char *b)
{
	for (; *a == *b && *a; a++, b++)
		;
	return (unsigned char)*a - (unsigned char)*b;
}

char *strstr(const char *s, const char *wanted)
{
	const size_t length = strlen(wanted);

	for (; strncmp(s, wanted, length); s++)
		if (!*s)
			return NULL;
	return (char *)(uintptr_t)s;
}
