// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/num.h"

#include <errno.h>

int num_digit(char c, unsigned base)
{
	int value = -1;

	if (c >= '0' && c <= '9')
		value = c - '0';
	else if (c >= 'a' && c <= 'f')
		value = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		value = c - 'A' + 10;
	return value < (int)base ? value : -1;
}

bool num_hex_bytes(uint8_t *out, const char *digits, size_t count)
{
	for (; count; count--, digits += 2) {
		const int high = num_digit(digits[0], 16);
		const int low = high < 0 ? -1 : num_digit(digits[1], 16);

		if (low < 0)
			return false;
		*out++ = (uint8_t)(high << 4 | low);
	}
	return true;
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
		const int digit = num_digit(*s, base);

		if (digit < 0)
			return -EINVAL;
		overflow |= __builtin_mul_overflow(value, base, &value);
		overflow |= __builtin_add_overflow(value, (unsigned)digit, &value);
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
