/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/env/envimage.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "lib/base/crc32.h"
#include "lib/base/le.h"

#define POLYNOMIAL 0xedb88320 /* of ISO 3309, bit 31 is x^0 */

/* x^(8 * 2^k) modulo the polynomial: what 2^k bytes of zeros multiply a CRC by. */
static const uint32_t zeros[] = {
	0x00800000, 0x00008000, 0xedb88320, 0xb1e6b092, 0xa06a2517, 0xed627dae, 0x88d14467,
	0xd7bbfe6a, 0xec447f11, 0x8e7ea170, 0x6427800e, 0x4d47bae0, 0x09fe548f, 0x83852d0f,
	0x30362f1a, 0x7b5a9cc3, 0x31fec169, 0x9fec022a, 0x6c8dedc4, 0x15d6874d,
};

static_assert(ENVIMAGE_SIZE_MAX <= BIT(ARRAY_SIZE(zeros)), "a power for every bit of a size");

/* The value that a byte 0xff leaves as it is; for the byte 0 that is 0. */
#define FIXED_FF 0xb6d0fdc0

static uint32_t multiply(uint32_t a, uint32_t b)
{
	uint32_t product = 0;

	for (; b; b <<= 1) {
		if (b >> 31)
			product ^= a;
		a = a >> 1 ^ (a & 1 ? POLYNOMIAL : 0);
	}
	return product;
}

/*
 * A byte p takes the register r to (r ^ p) * x^8. With f = (f ^ p) * x^8 the difference r ^ f is
 * just multiplied, by each byte.
 */
uint32_t envimage_crc_pad(uint32_t crc, uint8_t pad, uint32_t count)
{
	uint32_t fixed = pad ? FIXED_FF : 0;
	uint32_t difference = ~crc ^ fixed;

	for (unsigned int k = 0; count; k++, count >>= 1)
		if (count & 1)
			difference = multiply(zeros[k], difference);
	return ~(difference ^ fixed);
}

int envimage_init(struct envimage *image, struct why *why)
{
	const uint32_t room = image->size - image->header;

	if (image->used >= room)
		return refuse(why, -ENOSPC, "%zu bytes of variables, and a copy holds %u",
			      image->used, (unsigned int)room - 1);
	image->crc = crc32(0, image->data, image->used);
	image->crc = envimage_crc_pad(image->crc, 0, 1); /* the empty string */
	image->crc = envimage_crc_pad(image->crc, image->pad, room - (uint32_t)image->used - 1);
	return 0;
}

static uint8_t header_byte(const struct envimage *image, uint32_t at)
{
	return at < 4 ? (uint8_t)(image->crc >> (8 * at)) : image->generation;
}

void envimage_bytes(const struct envimage *image, uint32_t offset, void *out, uint32_t count)
{
	uint8_t *byte = out;

	while (count && offset < image->header) {
		*byte++ = header_byte(image, offset++);
		count--;
	}
	offset -= image->header;
	if (count && offset < image->used) {
		uint32_t part = MIN(count, (uint32_t)image->used - offset);

		memcpy(byte, image->data + offset, part);
		byte += part;
		offset += part;
		count -= part;
	}
	memset(byte, image->pad, count);
	if (count && offset == image->used)
		*byte = 0;
}

bool envimage_used(const char *data, size_t size, size_t from, size_t *next)
{
	while (from < size && data[from]) {
		size_t len = strnlen(data + from, size - from);

		if (len == size - from)
			break;
		from += len + 1;
	}
	*next = from;
	return from < size && !data[from];
}

unsigned int envimage_newer(uint8_t first, uint8_t second)
{
	if (first == 255 && second == 0)
		return 1;
	if (first == 0 && second == 255)
		return 0;
	return second > first;
}

static bool crc_is(const char *raw, uint32_t size, uint8_t header)
{
	return crc32(0, raw + header, size - header) == get_le32((const uint8_t *)raw);
}

int envimage_take(void *raw, uint32_t size, bool redundant, size_t *used)
{
	const uint8_t ours = envimage_header(redundant), theirs = envimage_header(!redundant);
	const bool mine = crc_is(raw, size, ours);
	const uint8_t header = mine ? ours : theirs;

	*used = 0;
	if ((!mine && !crc_is(raw, size, theirs)) ||
	    !envimage_used((char *)raw + header, size - header, 0, used) ||
	    *used >= size - MAX(ours, theirs))
		return -EBADMSG;
	if (!mine)
		memmove((char *)raw + ours, (char *)raw + theirs, *used + 1);
	return 0;
}
