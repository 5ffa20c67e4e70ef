/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/* Property values as people write and read them. Pure: host tests link it. */

/**
 * fdt_value_parse() - the words after `fdt set <path> <prop>`
 * @argc: words, may be 0: an empty value
 * @argv: "<1 0x20>" are cells, decimal or with 0x; "[00 1f2e]" bytes in hexadecimal; both may be
 *        spread over several words. Anything else is a list of strings, one a word.
 * @out:  receives the value
 * @room: bytes at @out
 * @len:  receives its length
 * @why:  the refusal's sentence
 *
 * Errors: -EINVAL a word that can't be understood; -ERANGE a cell of more than 32 bits;
 *         -ENOSPC longer than @room
 */
int __must_check fdt_value_parse(int argc, char *const argv[], uint8_t *out, size_t room,
				 size_t *len, struct why *why);

/** fdt_value_is_text() - would `fdt print` show it as strings: printable, none empty, NUL-ended? */
bool fdt_value_is_text(const void *value, size_t len);

/** fdt_value_print() - on stdout: "a", "b" or <0x00000001> or [01 02 03]; nothing if empty */
void fdt_value_print(const void *value, size_t len);

/**
 * fdt_value_text() - what `fdt get value` puts into a variable
 * @value: of the property
 * @len:   of it
 * @index: which string or cell; negative: the first string, or all cells
 * @out:   receives it, terminated
 * @room:  bytes at @out
 *
 * Errors: -ENOENT no such string or cell; -EINVAL no text and more than five cells, or no whole
 *         cells; -ENOSPC
 */
int __must_check fdt_value_text(const void *value, size_t len, long index, char *out, size_t room);
