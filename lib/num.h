/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/types.h"

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
