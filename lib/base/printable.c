/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/base/printable.h"

const char *printable(struct printable *out, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	char *to = out->text;

	for (; *text && to < out->text + sizeof(out->text) - 4; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c >= ' ' && c < 0x7f) {
			*to++ = *text;
			continue;
		}
		*to++ = '\\';
		*to++ = 'x';
		*to++ = digits[c / 16];
		*to++ = digits[c % 16];
	}
	*to = '\0';
	return out->text;
}
