/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 8878, 3.1.1.3.1 "Literals Section Header", 4.2 "Huffman Coding" */
#include <errno.h>

#include "lib/pack/zstd_parts.h"

#define WEIGHT_LOG_MAX 6
#define AT_ONCE        5 /* codes of at most 11 bits in the 56 that a fill gives */
#define STREAMS        4

enum { STORED, REPEATED, PACKED, PACKED_SAME_TABLE };

struct header {
	unsigned int type, streams;
	uint64_t size, packed;
};

static int read_header(struct span *from, struct header *h)
{
	unsigned int first, form, bytes, bits;
	uint64_t word = 0;
	struct span head;

	if (!from->size)
		return -EINVAL;
	first = from->at[0];
	form = first >> 2 & 3;
	h->type = first & 3;
	h->streams = form && h->type >= PACKED ? STREAMS : 1;
	if (h->type < PACKED)
		bytes = form == 1 ? 2 : form == 3 ? 3 : 1;
	else
		bytes = form < 2 ? 3 : form + 2;
	if (!span_take(from, bytes, &head))
		return -EINVAL;
	for (unsigned int i = 0; i < bytes; i++)
		word |= (uint64_t)head.at[i] << 8 * i;
	if (h->type < PACKED) {
		h->size = word >> (form & 1 ? 4 : 3);
		h->packed = h->type == STORED ? h->size : 1;
		return 0;
	}
	bits = form < 2 ? 10 : form == 2 ? 14 : 18;
	h->size = word >> 4 & MASK(bits - 1, 0);
	h->packed = word >> (4 + bits) & MASK(bits - 1, 0);
	return 0;
}

/* Weights that are packed themselves: two states that take turns. */
static int packed_weights(struct zstd_work *work, struct span from, unsigned int *count)
{
	struct zstd_table *table = &work->weight;
	unsigned int state[2], n = 0;
	struct zstd_bits b;

	if (zstd_table_read(table, &from, 255, WEIGHT_LOG_MAX) || zstd_bits_open(&b, from))
		return -EINVAL;
	state[0] = zstd_bits_take(&b, table->log);
	state[1] = zstd_bits_take(&b, table->log);
	if (b.left < 0)
		return -EINVAL;
	for (unsigned int turn = 0; n < 254; turn ^= 1) {
		const struct zstd_state *s = &table->state[state[turn]];

		work->weights[n++] = s->symbol;
		zstd_bits_fill(&b);
		state[turn] = s->base + zstd_bits_take(&b, s->bits);
		if (b.left < 0) {
			work->weights[n++] = table->state[state[turn ^ 1]].symbol;
			*count = n;
			return 0;
		}
	}
	return -EINVAL;
}

static int read_weights(struct zstd_work *work, struct span *from, unsigned int *count)
{
	struct span bytes;
	unsigned int first;

	if (!span_take(from, 1, &bytes))
		return -EINVAL;
	first = bytes.at[0];
	if (first < 128) {
		if (!span_take(from, first, &bytes))
			return -EINVAL;
		return packed_weights(work, bytes, count);
	}
	*count = first - 127;
	if (!span_take(from, (*count + 1) / 2, &bytes))
		return -EINVAL;
	for (unsigned int i = 0; i < *count; i++)
		work->weights[i] = i & 1 ? bytes.at[i / 2] & 15 : bytes.at[i / 2] >> 4;
	return 0;
}

/* The last symbol's weight is what is missing to a power of two. */
static int last_weight(struct zstd_work *work, unsigned int count, unsigned int *bits)
{
	unsigned int sum = 0, rest;

	for (unsigned int i = 0; i < count; i++) {
		if (work->weights[i] > ZSTD_HUFFMAN_BITS)
			return -EINVAL;
		sum += 1u << work->weights[i] >> 1;
	}
	if (!sum)
		return -EINVAL;
	*bits = 32 - (unsigned int)__builtin_clz(sum);
	if (*bits > ZSTD_HUFFMAN_BITS)
		return -EINVAL;
	rest = (1u << *bits) - sum;
	if (rest & (rest - 1))
		return -EINVAL;
	work->weights[count] = (uint8_t)(32 - (unsigned int)__builtin_clz(rest));
	return 0;
}

static int read_huffman(struct zstd_work *work, struct span *from)
{
	unsigned int count, bits, at = 0;

	work->huffman_bits = 0;
	if (read_weights(work, from, &count) || last_weight(work, count, &bits))
		return -EINVAL;
	for (unsigned int weight = 1; weight <= bits; weight++) {
		for (unsigned int s = 0; s <= count; s++) {
			if (work->weights[s] != weight)
				continue;
			for (unsigned int n = 1u << weight >> 1; n; n--, at++) {
				work->huffman[at].symbol = (uint8_t)s;
				work->huffman[at].bits = (uint8_t)(bits + 1 - weight);
			}
		}
	}
	if (at != 1u << bits)
		return -EINVAL;
	work->huffman_bits = bits;
	return 0;
}

static inline uint8_t one(const struct zstd_work *work, struct zstd_bits *b, unsigned int shift)
{
	unsigned int i = (unsigned int)(b->bits >> shift), bits = work->huffman[i].bits;

	b->bits <<= bits;
	b->left -= (int)bits;
	return work->huffman[i].symbol;
}

static int one_stream(const struct zstd_work *work, struct zstd_bits *b, uint8_t *to, uint64_t size)
{
	unsigned int shift = 64 - work->huffman_bits;

	while (size) {
		unsigned int n = (unsigned int)MIN(size, (uint64_t)AT_ONCE);

		zstd_bits_fill(b);
		size -= n;
		while (n--)
			*to++ = one(work, b, shift);
	}
	return zstd_bits_over(b) ? 0 : -EINVAL;
}

static int four_streams(const struct zstd_work *work, struct span from, uint8_t *to, uint64_t size)
{
	unsigned int shift = 64 - work->huffman_bits;
	uint64_t part = (size + 3) / 4, done = 0;
	struct zstd_bits b[STREAMS];
	struct span jumps, bytes;

	if (part * 3 > size || !span_take(&from, 6, &jumps))
		return -EINVAL;
	for (unsigned int i = 0; i < STREAMS; i++) {
		uint64_t count = from.size;

		if (i < STREAMS - 1)
			count = jumps.at[2 * i] | (uint64_t)jumps.at[2 * i + 1] << 8;
		if (!span_take(&from, count, &bytes) || zstd_bits_open(&b[i], bytes))
			return -EINVAL;
	}
	/* The last is up to three bytes shorter than the others. */
	for (; size - 3 * part - done >= AT_ONCE; done += AT_ONCE) {
		for (unsigned int i = 0; i < STREAMS; i++)
			zstd_bits_fill(&b[i]);
		for (unsigned int n = 0; n < AT_ONCE; n++) {
			for (unsigned int i = 0; i < STREAMS; i++)
				to[i * part + done + n] = one(work, &b[i], shift);
		}
	}
	for (unsigned int i = 0; i < STREAMS; i++) {
		uint64_t count = i < STREAMS - 1 ? part : size - 3 * part;

		if (one_stream(work, &b[i], to + i * part + done, count - done))
			return -EINVAL;
	}
	return 0;
}

static int unpack(struct zstd_work *work, const struct header *h, struct span from, uint8_t *to)
{
	struct zstd_bits b;

	if (h->type == PACKED && read_huffman(work, &from))
		return -EINVAL;
	if (!work->huffman_bits)
		return -EINVAL;
	if (h->streams == STREAMS)
		return four_streams(work, from, to, h->size);
	if (zstd_bits_open(&b, from))
		return -EINVAL;
	return one_stream(work, &b, to, h->size);
}

int zstd_literals(struct zstd_work *work, struct span *from, uint8_t *room, uint64_t room_size,
		  struct span *literals)
{
	struct span bytes;
	struct header h;
	uint8_t *to;

	if (read_header(from, &h) || h.size > ZSTD_BLOCK_MAX || !span_take(from, h.packed, &bytes))
		return -EINVAL;
	if (h.size > room_size)
		return -EFBIG;
	to = room + room_size - h.size;
	*literals = (struct span){ to, h.size };
	switch (h.type) {
	case STORED:
		*literals = bytes;
		return 0;
	case REPEATED:
		memset(to, bytes.at[0], h.size);
		return 0;
	default:
		return unpack(work, &h, bytes, to);
	}
}
