/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LZMA2: chunks of at most 2 MiB, stored or coded, each of which says what of the decoder it begins
 * anew. The first byte: 0 the end; 1 and 2 stored, with a new dictionary and without; from 0x80 on
 * coded: two bits of what is new, five of the size.
 */
#include <errno.h>
#include <string.h>

#include "lib/pack/xz_parts.h"

enum { END, STORED_NEW, STORED };

#define CODED 0x80
#define FRESH 0x20 /* the decoder begins anew */
#define TOLD  0x40 /* and a byte of properties follows */
#define NEW   (CODED | FRESH | TOLD) /* and so does the dictionary */

static uint32_t two_bytes(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

/** struct chunks - what the chunks so far have left to the next */
struct chunks {
	struct lzma z;
	bool begun, told;
	uint8_t *to;
	uint64_t room;
};

static int stored(struct chunks *c, struct span *from)
{
	struct span bytes;
	uint64_t size;

	if (!span_take(from, 2, &bytes))
		return -ENODATA;
	size = two_bytes(bytes.at) + 1;
	if (size > c->room)
		return -EFBIG;
	if (!span_take(from, size, &bytes))
		return -ENODATA;
	memcpy(c->to, bytes.at, size);
	c->to += size;
	c->room -= size;
	return 0;
}

static int coded(struct chunks *c, unsigned int control, struct span *from)
{
	struct span head, bytes;
	uint64_t size;
	int err;

	if (!span_take(from, 4, &head) || ((control & TOLD) && !span_take(from, 1, &bytes)))
		return -ENODATA;
	size = ((uint64_t)(control & 31) << 16 | two_bytes(head.at)) + 1;
	if (control & TOLD) {
		err = lzma_properties(&c->z, bytes.at[0]);
		if (err)
			return err;
		c->told = true;
	}
	if (!c->told)
		return -EINVAL;
	if (size > c->room)
		return -EFBIG;
	if (!span_take(from, two_bytes(head.at + 2) + UINT64_C(1), &bytes))
		return -ENODATA;
	if (control & (FRESH | TOLD))
		lzma_reset(&c->z);
	err = lzma_chunk(&c->z, bytes, c->to, size, c->room);
	c->to += size;
	c->room -= size;
	return err;
}

static int chunk(struct chunks *c, unsigned int control, struct span *from)
{
	if (control > STORED && control < CODED)
		return -EINVAL;
	if (control == STORED_NEW || control >= NEW) {
		c->z.begin = c->to;
		c->begun = true;
		c->told = false;
	}
	if (!c->begun)
		return -EINVAL;
	return control < CODED ? stored(c, from) : coded(c, control, from);
}

int lzma2(struct lzma_chances *chances, struct span *from, uint64_t reach, uint8_t *to,
	  uint64_t room, uint64_t *out)
{
	struct chunks c = { .z = { .chances = chances, .reach = reach }, .to = to, .room = room };

	for (;;) {
		struct span next = *from, control;
		int err;

		if (!span_take(&next, 1, &control))
			return -ENODATA;
		if (control.at[0] == END) {
			*from = next;
			*out = (uint64_t)(c.to - to);
			return 0;
		}
		err = chunk(&c, control.at[0], &next);
		if (err)
			return err;
		*from = next;
	}
}
