/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes that a parser may look at: where they are and how many. What a file says about itself, an
 * offset and a size, goes through these and is never added up: a sum can wrap, a difference that
 * was compared first cannot.
 */
#pragma once

#include "lib/base/types.h"

/** struct span - @size bytes, any alignment */
struct span {
	const uint8_t *at;
	uint64_t size;
};

/** span_fits() - are @count bytes from @offset on inside @size? */
static inline bool span_fits(uint64_t size, uint64_t offset, uint64_t count)
{
	return offset <= size && count <= size - offset;
}

/**
 * span_cut() - a part of a span
 * @part: untouched where it isn't whole in @whole; may be @whole
 *
 * Return: is it inside?
 */
static inline bool span_cut(const struct span *whole, uint64_t offset, uint64_t count,
			    struct span *part)
{
	if (!span_fits(whole->size, offset, count))
		return false;
	part->at = whole->at + offset;
	part->size = count;
	return true;
}

/**
 * span_take() - take bytes off the front
 * @part: what was taken; NULL: only pass them
 *
 * Return: were there so many? Nothing moves otherwise.
 */
static inline bool span_take(struct span *from, uint64_t count, struct span *part)
{
	if (count > from->size)
		return false;
	if (part)
		*part = (struct span){ from->at, count };
	from->at += count;
	from->size -= count;
	return true;
}

/** span_end() - the first byte behind @count from @offset on; at most the largest number */
static inline uint64_t span_end(uint64_t offset, uint64_t count)
{
	return count > ~offset ? ~UINT64_C(0) : offset + count;
}

/** span_overlap() - do two ranges of numbers have one in common? Empty ones have none. */
static inline bool span_overlap(uint64_t a, uint64_t a_count, uint64_t b, uint64_t b_count)
{
	if (!a_count || !b_count)
		return false;
	return a < b ? b - a < a_count : a - b < b_count;
}
