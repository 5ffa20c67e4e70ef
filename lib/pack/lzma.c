/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What LZMA2's chunks are coded in: bits by a range coder with a chance for each, 11 bits of which
 * 5 move at a time; of them literals, matches, and matches as far back as one of the last four.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "lib/base/wide.h"
#include "lib/pack/xz_parts.h"

#define CHANCE_BITS 11
#define CHANCE_MOVE 5
#define CHANCE_HALF (1 << (CHANCE_BITS - 1))

#define LENGTH_MIN  2
#define STATE_MATCH 7 /* from here on: the last symbol was no literal */
#define SLOT_FAR    4 /* distances below have no further bits */
#define SLOT_DIRECT 14 /* from here on all but the lowest four are as likely 0 as 1 */
#define ALIGN_BITS  4

/** struct range - the coder; bytes behind the end are read as 0, and @over */
struct range {
	uint32_t range, code;
	const uint8_t *at, *end;
	bool over;
};

static inline __attribute__((always_inline)) void refill(struct range *r)
{
	if (r->range < UINT32_C(1) << 24) {
		r->range <<= 8;
		r->code <<= 8;
		if (r->at < r->end)
			r->code |= *r->at++;
		else
			r->over = true;
	}
}

static inline __attribute__((always_inline)) unsigned int bit(struct range *r, uint16_t *chance)
{
	uint32_t is = *chance, bound;

	refill(r);
	bound = (r->range >> CHANCE_BITS) * is;
	if (r->code < bound) {
		r->range = bound;
		*chance = (uint16_t)(is + (((1u << CHANCE_BITS) - is) >> CHANCE_MOVE));
		return 0;
	}
	r->range -= bound;
	r->code -= bound;
	*chance = (uint16_t)(is - (is >> CHANCE_MOVE));
	return 1;
}

/* The highest bit first. */
static inline __attribute__((always_inline)) unsigned int tree(struct range *r, uint16_t *chances,
							       unsigned int bits)
{
	unsigned int node = 1;

	while (node < 1u << bits)
		node = node << 1 | bit(r, &chances[node]);
	return node - (1u << bits);
}

/* The lowest bit first. */
static inline __attribute__((always_inline)) uint32_t tree_back(struct range *r, uint16_t *chances,
								unsigned int bits)
{
	unsigned int node = 1;
	uint32_t value = 0;

	for (unsigned int i = 0; i < bits; i++) {
		unsigned int is = bit(r, &chances[node]);

		node = node << 1 | is;
		value |= (uint32_t)is << i;
	}
	return value;
}

static inline __attribute__((always_inline)) uint32_t direct(struct range *r, unsigned int bits)
{
	uint32_t value = 0;

	while (bits--) {
		refill(r);
		r->range >>= 1;
		value <<= 1;
		if (r->code >= r->range) {
			r->code -= r->range;
			value |= 1;
		}
	}
	return value;
}

/* A byte behind a match is likely not the one that lies behind what was matched. */
static inline __attribute__((always_inline)) uint8_t literal(struct range *r, uint16_t *chances,
							     unsigned int state, unsigned int other)
{
	unsigned int node = 1;

	if (state >= STATE_MATCH) {
		unsigned int alike = 0x100;

		while (alike && node < 0x100) {
			unsigned int side = (other <<= 1) & alike, is;

			is = bit(r, &chances[alike + side + node]);
			node = node << 1 | is;
			alike = (side != 0) == is ? 0x100 : 0;
		}
	}
	while (node < 0x100)
		node = node << 1 | bit(r, &chances[node]);
	return (uint8_t)node;
}

static inline __attribute__((always_inline)) unsigned int
length_of(struct range *r, struct lzma_lengths *chances, unsigned int position)
{
	if (!bit(r, &chances->long_))
		return LENGTH_MIN + tree(r, chances->low[position], 3);
	if (!bit(r, &chances->longest))
		return LENGTH_MIN + 8 + tree(r, chances->middle[position], 3);
	return LENGTH_MIN + 16 + tree(r, chances->high, 8);
}

/* Less 1. */
static inline __attribute__((always_inline)) uint32_t
distance_of(struct range *r, struct lzma_chances *chances, unsigned int length)
{
	unsigned int slot = tree(r, chances->slot[MIN(length - LENGTH_MIN, 3u)], 6);
	unsigned int bits = (slot >> 1) - 1;
	uint32_t base;

	if (slot < SLOT_FAR)
		return slot;
	base = (2 | (slot & 1)) << bits;
	if (slot < SLOT_DIRECT)
		return base + tree_back(r, chances->far + base - slot, bits);
	base += direct(r, bits - ALIGN_BITS) << ALIGN_BITS;
	return base + tree_back(r, chances->align, ALIGN_BITS);
}

static inline uint8_t *copy(uint8_t *to, uint64_t distance, unsigned int length, uint64_t room)
{
	const uint8_t *from = to - distance;
	uint8_t *end = to + length;

	if (distance >= 8 && room >= 280) {
		for (; to < end; to += 8, from += 8)
			wide_copy8(to, from);
	} else {
		while (to < end)
			*to++ = *from++;
	}
	return end;
}

/* What a match repeats, made the newest of the last. */
static inline __attribute__((always_inline)) void
older(struct range *r, struct lzma_chances *chances, unsigned int state, uint32_t last[4])
{
	uint32_t is = last[1];

	if (bit(r, &chances->third[state])) {
		is = last[2];
		if (bit(r, &chances->fourth[state])) {
			is = last[3];
			last[3] = last[2];
		}
		last[2] = last[1];
	}
	last[1] = last[0];
	last[0] = is;
}

static inline __attribute__((always_inline)) void far_back(uint32_t last[4], uint32_t distance)
{
	last[3] = last[2];
	last[2] = last[1];
	last[1] = last[0];
	last[0] = distance;
}

static int symbols(struct lzma *z, struct range *from, uint8_t *to, uint8_t *end, uint64_t room)
{
	struct lzma_chances *const chances = z->chances;
	const uint8_t *const begin = z->begin;
	uint32_t last[4] = { z->last[0], z->last[1], z->last[2], z->last[3] };
	unsigned int state = z->state, length;
	uint8_t *const stop = to + room;
	struct range r = *from;

	while (to < end) {
		uint64_t at = (uint64_t)(to - begin);
		unsigned int position = at & z->position;

		if (!bit(&r, &chances->match[state][position])) {
			unsigned int before = at ? to[-1] : 0, other = 0;

			if (state >= STATE_MATCH)
				other = to[-(int64_t)last[0] - 1];
			*to++ = literal(&r,
					chances->literal[((at & z->low) << (8 - z->high)) +
							 (before >> z->high)],
					state, other);
			state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
			continue;
		}
		if (!bit(&r, &chances->repeat[state])) {
			length = length_of(&r, &chances->length, position);
			far_back(last, distance_of(&r, chances, length));
			state = state < STATE_MATCH ? 7 : 10;
		} else {
			bool one = false;

			if (bit(&r, &chances->older[state]))
				older(&r, chances, state, last);
			else
				one = !bit(&r, &chances->byte[state][position]);
			length = one ? 1 : length_of(&r, &chances->repeat_length, position);
			state = state < STATE_MATCH ? (one ? 9 : 8) : 11;
		}
		if (last[0] >= at || last[0] >= z->reach || length > (uint64_t)(end - to))
			return -EINVAL;
		to = copy(to, (uint64_t)last[0] + 1, length, (uint64_t)(stop - to));
	}
	refill(&r);
	memcpy(z->last, last, sizeof(last));
	z->state = state;
	*from = r;
	return 0;
}

int lzma_properties(struct lzma *z, uint8_t byte)
{
	unsigned int high = byte % 9, low = byte / 9 % 5, position = byte / 45;

	if (position > 4 || high > 4 || low > 4 - high)
		return -EINVAL;
	z->high = 8 - high;
	z->low = (1u << low) - 1;
	z->position = (1u << position) - 1;
	return 0;
}

void lzma_reset(struct lzma *z)
{
	const uint64_t halves = CHANCE_HALF * UINT64_C(0x0001000100010001);
	uint8_t *to = (uint8_t *)z->chances;

	static_assert(sizeof(*z->chances) % 8 == 0, "whole words of chances");
	for (size_t i = 0; i < sizeof(*z->chances); i += 8)
		__builtin_memcpy(to + i, &halves, 8);
	z->state = 0;
	memset(z->last, 0, sizeof(z->last));
}

int lzma_chunk(struct lzma *z, struct span from, uint8_t *to, uint64_t size, uint64_t room)
{
	struct range r = { .range = UINT32_MAX };
	struct span head;
	int err;

	if (!span_take(&from, 5, &head) || head.at[0])
		return -EINVAL;
	for (unsigned int i = 1; i < 5; i++)
		r.code = r.code << 8 | head.at[i];
	r.at = from.at;
	r.end = from.at + from.size;
	err = symbols(z, &r, to, to + size, room);
	/* What is coded ends with the symbols, and with all bits used up. */
	return err || r.over || r.at != r.end || r.code ? -EINVAL : 0;
}
