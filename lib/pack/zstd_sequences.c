/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 8878, 3.1.1.3.2 "Sequences Section", 3.1.1.4 "Sequence Execution", 3.1.1.5 */
#include <errno.h>

#include "lib/pack/zstd_parts.h"

#define LENGTH_CODES 36
#define MATCH_CODES  53
#define OFFSET_MAX   31
#define OFFSET_GIVEN 29 /* codes that the table which is always there has */
#define WIDE         16

/** struct code - a code stands for @base and so many bits more */
struct code {
	uint32_t base;
	uint8_t bits;
};

/* 3.1.1.3.2.1.1 "Sequence Codes for Lengths and Offsets" */
static const struct code length_code[LENGTH_CODES] = {
	{ 0, 0 },     { 1, 0 },	    { 2, 0 },	  { 3, 0 },	{ 4, 0 },	{ 5, 0 },
	{ 6, 0 },     { 7, 0 },	    { 8, 0 },	  { 9, 0 },	{ 10, 0 },	{ 11, 0 },
	{ 12, 0 },    { 13, 0 },    { 14, 0 },	  { 15, 0 },	{ 16, 1 },	{ 18, 1 },
	{ 20, 1 },    { 22, 1 },    { 24, 2 },	  { 28, 2 },	{ 32, 3 },	{ 40, 3 },
	{ 48, 4 },    { 64, 6 },    { 128, 7 },	  { 256, 8 },	{ 512, 9 },	{ 1024, 10 },
	{ 2048, 11 }, { 4096, 12 }, { 8192, 13 }, { 16384, 14 }, { 32768, 15 }, { 65536, 16 },
};

/* The first 32 are 3 and up, one each. */
static const struct code match_code[MATCH_CODES - 32] = {
	{ 35, 1 },	 { 37, 1 },	{ 39, 1 },     { 41, 1 },     { 43, 2 },     { 47, 2 },
	{ 51, 3 },	 { 59, 3 },	{ 67, 4 },     { 83, 4 },     { 99, 5 },     { 131, 7 },
	{ 259, 8 },	 { 515, 9 },	{ 1027, 10 },  { 2051, 11 },  { 4099, 12 },  { 8195, 13 },
	{ 16387, 14 },	 { 32771, 15 }, { 65539, 16 },
};

/* 3.1.1.3.2.2 "Default Distributions" */
static const int8_t length_chance[LENGTH_CODES] = {
	4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
};
static const int8_t match_chance[MATCH_CODES] = {
	1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
};
static const int8_t offset_chance[OFFSET_GIVEN] = {
	1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
};

/** struct kind - one of the three things that a sequence has */
struct kind {
	const int8_t *chance;
	uint8_t symbols, given_log, log_max, symbol_max;
};

static const struct kind length_kind = { length_chance, LENGTH_CODES, 6, 9, LENGTH_CODES - 1 };
static const struct kind offset_kind = { offset_chance, OFFSET_GIVEN, 5, 8, OFFSET_MAX };
static const struct kind match_kind = { match_chance, MATCH_CODES, 6, 9, MATCH_CODES - 1 };

enum { GIVEN, SINGLE, DESCRIBED, SAME };

static int read_table(struct zstd_table *table, const struct kind *kind, unsigned int mode,
		      struct span *from)
{
	int16_t chance[MATCH_CODES];
	struct span byte;

	switch (mode) {
	case GIVEN:
		for (unsigned int i = 0; i < kind->symbols; i++)
			chance[i] = kind->chance[i];
		zstd_table_set(table, chance, kind->symbols, kind->given_log);
		return 0;
	case SINGLE:
		if (!span_take(from, 1, &byte) || byte.at[0] > kind->symbol_max)
			return -EINVAL;
		zstd_table_single(table, byte.at[0]);
		return 0;
	case DESCRIBED:
		table->ready = false;
		return zstd_table_read(table, from, kind->symbol_max, kind->log_max);
	default:
		return table->ready ? 0 : -EINVAL;
	}
}

static int read_count(struct span *from, uint32_t *count)
{
	struct span b;

	if (!span_take(from, 1, &b))
		return -EINVAL;
	*count = b.at[0];
	if (*count < 128)
		return 0;
	if (!span_take(from, *count < 255 ? 1 : 2, &b))
		return -EINVAL;
	if (*count < 255)
		*count = (*count - 128) << 8 | b.at[0];
	else
		*count = 0x7f00 + (b.at[0] | (uint32_t)b.at[1] << 8);
	return 0;
}

struct run {
	struct zstd_bits bits;
	uint32_t recent[3];
	const uint8_t *begin, *literal, *literal_end;
	uint8_t *to, *end;
	bool inside; /* the literals lie in the room: what is written stays below them */
};

/* One of the last three distances, or a new one. */
static uint64_t distance_of(uint32_t recent[3], uint64_t value, bool no_literals)
{
	uint64_t distance;
	unsigned int which;

	if (value > 3) {
		distance = value - 3;
		which = 2;
	} else {
		which = (unsigned int)value - 1 + no_literals;
		distance = which < 3 ? recent[which] : (uint64_t)recent[0] - 1;
		if (which == 0)
			return distance;
	}
	if (which > 1)
		recent[2] = recent[1];
	recent[1] = recent[0];
	recent[0] = (uint32_t)distance;
	return distance;
}

static void match_exact(uint8_t *to, uint64_t distance, uint64_t count)
{
	const uint8_t *from = to - distance;

	for (; count; count--)
		*to++ = *from++;
}

static int execute(struct run *r, uint64_t literals, uint64_t distance, uint64_t match)
{
	uint64_t room = (uint64_t)((r->inside ? r->literal : r->end) - r->to);
	uint64_t there = (uint64_t)(r->literal_end - r->literal);
	uint8_t *to = r->to;
	const uint8_t *from = r->literal;

	if (literals > there)
		return -EINVAL;
	if (r->inside ? match > room : literals > room || match > room - literals)
		return -EFBIG;
	r->literal += literals;
	r->to += literals;
	if (there - literals >= WIDE && room >= literals + WIDE) {
		wide_copy16(to, from);
		for (uint64_t n = WIDE; n < literals; n += WIDE)
			wide_copy16(to + n, from + n);
	} else {
		memmove(to, from, literals);
	}
	to = r->to;
	if (!distance || distance > (uint64_t)(to - r->begin))
		return -EINVAL;
	from = to - distance;
	r->to += match;
	room = (uint64_t)((r->inside ? r->literal : r->end) - to);
	if (room < match + WIDE || distance < 8) {
		match_exact(to, distance, match);
	} else if (distance >= WIDE) {
		wide_copy16(to, from);
		for (uint64_t n = WIDE; n < match; n += WIDE)
			wide_copy16(to + n, from + n);
	} else {
		for (uint64_t n = 0; n < match; n += 8)
			wide_copy8(to + n, from + n);
	}
	return 0;
}

static int run_all(const struct zstd_work *work, struct run *r, uint32_t count)
{
	const struct zstd_state *lengths = work->length.state, *offsets = work->offset.state;
	const struct zstd_state *matches = work->match.state;
	struct zstd_bits b = r->bits;
	uint32_t l = zstd_bits_take(&b, work->length.log);
	uint32_t o = zstd_bits_take(&b, work->offset.log);
	uint32_t m = zstd_bits_take(&b, work->match.log);

	while (count--) {
		const struct zstd_state *ls = &lengths[l], *os = &offsets[o], *ms = &matches[m];
		const struct code *lc = &length_code[ls->symbol];
		uint64_t literals, match, distance;
		int err;

		zstd_bits_fill(&b);
		distance = (UINT64_C(1) << os->symbol) + zstd_bits_take(&b, os->symbol);
		if (os->symbol > 24)
			zstd_bits_fill(&b);
		match = ms->symbol + 3;
		if (ms->symbol >= 32) {
			const struct code *mc = &match_code[ms->symbol - 32];

			match = mc->base + zstd_bits_take(&b, mc->bits);
		}
		literals = lc->base + zstd_bits_take(&b, lc->bits);
		if (count) {
			zstd_bits_fill(&b);
			l = ls->base + zstd_bits_take(&b, ls->bits);
			m = ms->base + zstd_bits_take(&b, ms->bits);
			o = os->base + zstd_bits_take(&b, os->bits);
		}
		if (b.left < 0)
			return -EINVAL;
		distance = distance_of(r->recent, distance, !literals);
		err = execute(r, literals, distance, match);
		if (err)
			return err;
	}
	return zstd_bits_over(&b) ? 0 : -EINVAL;
}

static int read_tables(struct zstd_work *work, struct span *from)
{
	struct span mode;

	if (!span_take(from, 1, &mode) || (mode.at[0] & 3) ||
	    read_table(&work->length, &length_kind, mode.at[0] >> 6, from) ||
	    read_table(&work->offset, &offset_kind, mode.at[0] >> 4 & 3, from) ||
	    read_table(&work->match, &match_kind, mode.at[0] >> 2 & 3, from))
		return -EINVAL;
	return 0;
}

int zstd_sequences(struct zstd_work *work, struct span from, struct span literals,
		   const uint8_t *begin, uint8_t *dst, uint64_t room, uint64_t *out)
{
	struct run r = {
		.begin = begin,
		.literal = literals.at,
		.literal_end = literals.at + literals.size,
		.to = dst,
		.end = dst + room,
		.inside = (uintptr_t)literals.at - (uintptr_t)dst < room,
	};
	uint32_t count;
	uint64_t rest;
	int err = read_count(&from, &count);

	if (err || (!count && from.size))
		return -EINVAL;
	if (count) {
		if (read_tables(work, &from) || zstd_bits_open(&r.bits, from))
			return -EINVAL;
		memcpy(r.recent, work->recent, sizeof(r.recent));
		err = run_all(work, &r, count);
		if (err)
			return err;
		memcpy(work->recent, r.recent, sizeof(r.recent));
	}
	rest = (uint64_t)(r.literal_end - r.literal);
	if (rest > (uint64_t)(r.end - r.to))
		return -EFBIG;
	memmove(r.to, r.literal, rest);
	*out = (uint64_t)(r.to - dst) + rest;
	return 0;
}
