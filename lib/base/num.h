/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/**
 * num_parse() - read a whole string as one unsigned number
 * @s:    digits of the base, or 0x/0X and hex digits whatever the base; no sign, no blanks
 * @base: 2 to 16
 * @out:  the number; untouched on error
 *
 * Errors: -EINVAL  empty, NULL, or a character which is no digit of the base
 *         -ERANGE  does not fit 64 bits
 */
__must_check int num_parse(const char *s, unsigned base, uint64_t *out);

/** num_digit() - the value of a digit of either case; -1: it is none of that base, 2 to 16 */
int num_digit(char c, unsigned base);

/**
 * num_hex_bytes() - @count bytes of two hexadecimal digits each, and nothing else
 * @out: untouched from the first that is none on; may begin where @digits does
 *
 * What follows the digits is not looked at, nor what lies behind the end of a string.
 */
__must_check bool num_hex_bytes(uint8_t *out, const char *digits, size_t count);

/**
 * num_put() - the decimal digits of a number, in a field of fixed width
 * @out:   receives @width characters and no NUL
 * @value: what has more digits than @width loses the first ones
 * @fill:  stands before the digits
 *
 * Takes as many instructions whatever the value: where times are written at every boot, the count
 * of its instructions still repeats.
 */
void num_put(char *out, uint64_t value, unsigned width, char fill);

/** num_put_hex() - the hexadecimal digits of a number, at most 16 and a NUL; where they end */
char *num_put_hex(char *out, uint64_t value);
