/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/*
 * The environment as U-Boot, mkenvimage and fw_setenv store it:
 *
 *	single     | crc32 |             name=value NUL name=value NUL ... NUL | padding |
 *	redundant  | crc32 | generation | the same                                       |
 *	           0       4            5                                               size
 *
 * The CRC is little-endian and covers all behind the header, padding too. U-Boot and fw_setenv pad
 * with 0x00, mkenvimage and Loft with 0xff: that is what erased flash holds, so a copy of 256 KiB
 * is written in as many words as its variables have. Nor is padding read: a CRC over n equal bytes
 * is computed in log2(n) steps.
 */

#define ENVIMAGE_SIZE_MAX (1 * MIB)
#define ENVIMAGE_PAD      0xff

/**
 * struct envimage - one copy
 * @size:       bytes of it, header and padding included
 * @header:     bytes before the data: 4, or 5 where there is a generation
 * @pad:        what follows the data
 * @generation: counts the copies; see envimage_newer()
 * @crc:        of all behind the header
 * @data:       the strings
 * @used:       bytes of @data, without the empty string that ends them
 */
struct envimage {
	uint32_t size;
	uint8_t header, pad, generation;
	uint32_t crc;
	const char *data;
	size_t used;
};

/** envimage_header() - bytes before the data */
static inline uint8_t envimage_header(bool redundant)
{
	return redundant ? 5 : 4;
}

/**
 * envimage_init() - describe a copy and compute its CRC
 * @image: size, header, pad, generation, data and used are set; crc is filled
 * @why:   the refusal's sentence
 *
 * Errors: -ENOSPC the data and the NUL that ends it do not fit
 */
int __must_check envimage_init(struct envimage *image, struct why *why);

/**
 * envimage_bytes() - some bytes of a copy
 * @image:  from envimage_init()
 * @offset: of the first
 * @count:  how many: offset + count is at most the image's size
 */
void envimage_bytes(const struct envimage *image, uint32_t offset, void *out, uint32_t count);

/**
 * envimage_crc_pad() - the CRC-32 after @count more bytes that are all @pad
 * @crc: the result for the bytes before these
 * @pad: 0x00 or 0xff
 *
 * Some 200 instructions for each bit that is set in @count, which is below 2^20.
 */
uint32_t envimage_crc_pad(uint32_t crc, uint8_t pad, uint32_t count);

/**
 * envimage_used() - bytes of the strings, without the empty one that ends them
 * @data: strings, each with its NUL; untrusted
 * @size: bytes that may be read
 * @from: where to begin: 0, or what an earlier call with less @size came back with in *next
 * @next: where the first string begins that does not end within @size
 *
 * Return: true where the empty string is there, with its offset in *next
 */
bool envimage_used(const char *data, size_t size, size_t from, size_t *next);

/**
 * envimage_newer() - which of two generations came later
 *
 * They are counted up by one, and 0 comes after 255. Of equal ones the first is taken, as U-Boot
 * does.
 *
 * Return: 0 for @first, 1 for @second
 */
unsigned int envimage_newer(uint8_t first, uint8_t second);

/**
 * envimage_take() - a whole copy as it was stored: its CRC, and where its variables end
 * @raw:  @size bytes; untrusted
 * @used: receives the bytes of the variables, without the empty string that ends them
 *
 * A copy that another build wrote may have a header with a generation where ours has none, or none:
 * then the strings move to where they stand behind ours.
 *
 * Errors: -EBADMSG no CRC is right, or nothing ends the variables
 */
int __must_check envimage_take(void *raw, uint32_t size, bool redundant, size_t *used);
