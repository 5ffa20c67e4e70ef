/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/base/hexdump.h"

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The eight digits of @value, the first in the lowest byte. */
static uint64_t hex8(uint32_t value)
{
	uint64_t x = value, letters;

	/* A nibble to a byte. */
	x = (x | x << 16) & UINT64_C(0x0000ffff0000ffff);
	x = (x | x << 8) & UINT64_C(0x00ff00ff00ff00ff);
	x = (x | x << 4) & EACH(0x0f);
	letters = (x + EACH(6)) >> 4 & EACH(1); /* where it is 10 and more */
	x += EACH('0') + letters * ('a' - '0' - 10);
	return __builtin_bswap64(x);
}

/* Eight characters, with '.' for what is none of ' ' to '~'. */
static uint64_t printable(uint64_t x)
{
	uint64_t low = x & EACH(0x7f);
	uint64_t top = (low + EACH(0x80 - ' ')) & ~(low + EACH(0x80 - 0x7f)) & ~x & EACH(0x80);
	uint64_t mask = (top >> 7) * 0xff;

	return (x & mask) | (EACH('.') & ~mask);
}

static inline char *put8(char *p, uint64_t chars)
{
	__builtin_memcpy(p, &chars, sizeof(chars)); /* one store, no call */
	return p + sizeof(chars);
}

/* As many objects as a register of eight bytes has, or @count. */
static char *put_objects(char *p, uint64_t bytes, unsigned int width, unsigned int count)
{
	unsigned int digits = MIN(2 * width, 8U);

	for (unsigned int i = 0; i < count && i < 8 / width; i++) {
		*p++ = ' ';
		if (width == 8)
			p = put8(p, hex8(bytes >> 32));
		/* Of the eight characters the first @digits count; what follows is written over. */
		put8(p, hex8((uint32_t)bytes << (32 - 4 * digits)));
		p += digits;
		bytes = bytes >> 4 * digits;
	}
	return p;
}

size_t hexdump_line(char line[HEXDUMP_LINE_SIZE], uint64_t address, const uint64_t bytes[2],
		    unsigned int width, unsigned int count)
{
	unsigned int half = 8 / width;
	char *p = line, *text;

	if (address >> 32)
		p = put8(p, hex8(address >> 32));
	p = put8(p, hex8((uint32_t)address));
	*p++ = ':';
	text = p + 2 * half * (1 + 2 * width);
	p = put_objects(p, bytes[0], width, count);
	if (count > half)
		p = put_objects(p, bytes[1], width, count - half);
	while (p != text + 2)
		*p++ = ' ';
	put8(put8(p, printable(bytes[0])), printable(bytes[1]));
	p += count * width;
	*p++ = '\n';
	return (size_t)(p - line);
}
