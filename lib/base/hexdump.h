/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

#define HEXDUMP_BYTES 16 /* of memory in a line */
/* A line of single bytes is the longest: address, ": ", two digits and a blank each, text. */
#define HEXDUMP_LINE_MAX (16 + 1 + 3 * HEXDUMP_BYTES + 2 + HEXDUMP_BYTES + 1)
/* hexdump_line() stores eight digits at a time. */
#define HEXDUMP_LINE_SIZE (HEXDUMP_LINE_MAX + 8)

/**
 * hexdump_line() - one line of md
 * @line:    HEXDUMP_LINE_SIZE bytes
 * @address: of the first byte; eight digits, sixteen from 4 GiB on
 * @bytes:   HEXDUMP_BYTES of memory, of which the first @count * @width are shown
 * @width:   of an object: 1, 2, 4 or 8 bytes, little-endian
 * @count:   objects, at most HEXDUMP_BYTES / @width; a short line is padded to the column of text
 *
 * Eight digits are made at a time, in the bytes of one register: this is most of what md does.
 *
 * Return: length, with the '\n' at the end; the line is not terminated.
 */
size_t hexdump_line(char line[HEXDUMP_LINE_SIZE], uint64_t address, const uint64_t bytes[2],
		    unsigned int width, unsigned int count);
