/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/** utf8_continues() - is @c a byte of a character that began before it? */
static inline bool utf8_continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/**
 * utf8_length() - bytes of the character that begins with @c
 *
 * Return: 1 to 4; 1 also for a byte that begins none.
 */
static inline unsigned int utf8_length(char c)
{
	const unsigned char b = (unsigned char)c;

	return b < 0xc2 || b > 0xf4 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
}

/**
 * utf8_decode() - the code of the first character of a text
 * @text: bytes, any
 * @len:  how many, at least 1
 * @size: receives how many the character takes
 *
 * Return: 0xfffd with a @size of 1 for a byte that begins none; forms that are longer than they
 * need be, and halves of pairs, are decoded.
 */
static inline uint32_t utf8_decode(const char *text, size_t len, unsigned int *size)
{
	const unsigned int want = utf8_length(text[0]);
	uint32_t code = (unsigned char)text[0];

	*size = 1;
	if (want == 1)
		return code < 0x80 ? code : 0xfffd;
	if (want > len)
		return 0xfffd;
	code &= 0x7f >> want;
	for (unsigned int i = 1; i < want; i++) {
		if (!utf8_continues(text[i]))
			return 0xfffd;
		code = code << 6 | ((unsigned char)text[i] & 0x3f);
	}
	*size = want;
	return code;
}

/**
 * utf8_width() - columns that a terminal gives to the first character of a text
 * @text: bytes, any
 * @len:  how many, at least 1
 *
 * Return: 2 for what East Asian scripts and pictures use, 0 for marks that are drawn onto the
 *         character before them, else 1; 1 for bytes that are no UTF-8, but 0 for a byte that
 *         continues a character
 * Spec:   Unicode 15, UAX #11 "East Asian Width"; general categories Mn, Me and Cf: whole blocks
 *         where nearly all of a block is so
 */
unsigned int utf8_width(const char *text, size_t len);

/** utf8_columns() - the sum of utf8_width() over all characters of a text */
unsigned int utf8_columns(const char *text, size_t len);
