// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/base64.h"

void base64_encode(char *out, const uint8_t *bytes, size_t count)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < count; i += 3) {
		uint32_t three = 0;

		for (size_t n = 0; n < 3; n++)
			three = three << 8 | (i + n < count ? bytes[i + n] : 0u);
		for (size_t n = 0; n < 4; n++)
			*out++ = i + n > count ? '=' : digits[three >> (18 - 6 * n) & 63];
	}
	*out = '\0';
}
