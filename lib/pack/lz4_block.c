/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One block: sequences of a token, literals, and a match behind them. Copies go 16 bytes at a time
 * and write past their end where that is still inside the buffer; near its end they are exact.
 */
#include <errno.h>
#include <string.h>

#include "lib/base/wide.h"
#include "lib/pack/lz4.h"

#define MATCH_MIN 4
#define WIDE      16
#define SHORT_MAX 14 /* the longest length that a token's half says by itself */

struct block {
	const uint8_t *begin, *src, *src_end;
	uint8_t *dst, *dst_end;
};

/* A length of 15 or more goes on in bytes, up to one that is not 255. */
static int more_length(struct block *b, uint64_t *length)
{
	uint8_t byte;

	do {
		if (b->src == b->src_end)
			return -EINVAL;
		byte = *b->src++;
		*length += byte;
	} while (byte == 255);
	return 0;
}

static int literals(struct block *b, uint64_t length)
{
	if (length > (uint64_t)(b->src_end - b->src))
		return -EINVAL;
	if (length > (uint64_t)(b->dst_end - b->dst))
		return -EFBIG;
	memcpy(b->dst, b->src, length);
	b->src += length;
	b->dst += length;
	return 0;
}

/* Distances below 16: the period is laid down until it is 16 bytes long or more. */
static void match_near(uint8_t *to, uint64_t distance, uint64_t length)
{
	const uint8_t *from = to - distance;

	if (distance == 1) {
		memset(to, *from, length);
		return;
	}
	for (; length; length--)
		*to++ = *from++;
}

static int match(struct block *b, uint64_t distance, uint64_t length)
{
	uint8_t *to = b->dst;
	const uint8_t *from = to - distance;

	if (!distance || distance > (uint64_t)(to - b->begin))
		return -EINVAL;
	if (length > (uint64_t)(b->dst_end - to))
		return -EFBIG;
	b->dst += length;
	if (b->dst_end - b->dst < WIDE) {
		match_near(to, distance, length);
	} else if (distance >= WIDE) {
		for (; to < b->dst; to += WIDE, from += WIDE)
			wide_copy16(to, from);
	} else if (distance >= 8) {
		for (; to < b->dst; to += 8, from += 8)
			wide_copy8(to, from);
	} else {
		match_near(to, distance, length);
	}
	return 0;
}

static int sequences(struct block *b)
{
	for (;;) {
		uint64_t length, distance;
		unsigned int token;
		int err;

		if (b->src == b->src_end)
			return -EINVAL;
		token = *b->src++;
		length = token >> 4;
		/* Nearly all: few literals, a near enough match, room on both sides. */
		if (length <= SHORT_MAX && b->src_end - b->src >= WIDE + 2 &&
		    b->dst_end - b->dst >= 3 * WIDE) {
			wide_copy16(b->dst, b->src);
			b->dst += length;
			b->src += length;
			distance = b->src[0] | (uint64_t)b->src[1] << 8;
			b->src += 2;
			length = token & 15;
			if (length <= SHORT_MAX && distance >= WIDE &&
			    distance <= (uint64_t)(b->dst - b->begin)) {
				const uint8_t *from = b->dst - distance;

				wide_copy16(b->dst, from);
				wide_copy8(b->dst + WIDE, from + WIDE);
				b->dst += length + MATCH_MIN;
				continue;
			}
		} else {
			if (length == 15 && more_length(b, &length))
				return -EINVAL;
			err = literals(b, length);
			if (err || b->src == b->src_end)
				return err;
			if (b->src_end - b->src < 2)
				return -EINVAL;
			distance = b->src[0] | (uint64_t)b->src[1] << 8;
			b->src += 2;
			length = token & 15;
		}
		if (length == 15 && more_length(b, &length))
			return -EINVAL;
		err = match(b, distance, length + MATCH_MIN);
		if (err)
			return err;
	}
}

int unlz4_block(const uint8_t *begin, uint8_t *dst, uint64_t limit, const uint8_t *src,
		uint64_t size, uint64_t *out)
{
	struct block b = { begin, src, src + size, dst, dst + limit };
	int err = sequences(&b);

	if (!err)
		*out = (uint64_t)(b.dst - dst);
	return err;
}
