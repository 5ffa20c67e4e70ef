// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/num.h"

#include <errno.h>

/* The value of a digit, or 16, which is no digit in any base allowed here. */
static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 16;
}

int num_parse(const char *s, unsigned base, uint64_t *out)
{
	uint64_t value = 0;
	bool overflow = false;

	if (!s)
		return -EINVAL;
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	if (*s == '\0')
		return -EINVAL;
	/* Go on after an overflow: a stray character is the more useful complaint. */
	for (; *s; s++) {
		unsigned digit = digit_value(*s);

		if (digit >= base)
			return -EINVAL;
		overflow |= __builtin_mul_overflow(value, base, &value);
		overflow |= __builtin_add_overflow(value, digit, &value);
	}
	if (overflow)
		return -ERANGE;
	*out = value;
	return 0;
}

void num_put(char *out, uint64_t value, unsigned width, char fill)
{
	unsigned mask = ~0u; /* of what is different in a digit and in @fill */

	while (width--) {
		unsigned digit = '0' + (unsigned)(value % 10);

		out[width] = (char)(fill ^ ((digit ^ (unsigned)fill) & mask));
		value /= 10;
		mask = 0u - (value != 0);
	}
}

char *num_put_hex(char *out, uint64_t value)
{
	int shift = (63 - __builtin_clzll(value | 1)) & ~3;

	for (; shift >= 0; shift -= 4)
		*out++ = "0123456789abcdef"[value >> shift & 15];
	*out = '\0';
	return out;
}
