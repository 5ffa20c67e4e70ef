/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of lib/pack/zstd*.c: bits from both ends, tables, literals, sequences. */
#pragma once

#include <string.h>

#include "lib/base/span.h"
#include "lib/base/wide.h"
#include "lib/pack/zstd.h"

#define ZSTD_BLOCK_MAX (128 * KIB)

/**
 * struct zstd_bits - a stream of bits that is read from its last byte to its first
 * @low:  the bytes that were not taken yet end here
 * @bits: the next bits, at the top
 * @left: how many of @bits are there; below 0: more was read than the stream has
 */
struct zstd_bits {
	const uint8_t *begin, *low;
	uint64_t bits;
	int left;
};

/** zstd_bits_open() - the bits below the highest 1 of the last byte; -EINVAL there is none */
int __must_check zstd_bits_open(struct zstd_bits *b, struct span bytes);

/** zstd_bits_fill() - at least 56 bits at hand, or all that are left and zeros */
static inline void zstd_bits_fill(struct zstd_bits *b)
{
	if (b->left < 0 || b->left >= 56)
		return;
	if (b->low - b->begin >= 8) {
		unsigned int bytes = (unsigned int)(63 - b->left) / 8;
		/* More than whole bytes is or'ed in: the same bits come again with the next. */
		b->bits |= wide_load64(b->low - 8) >> b->left;
		b->low -= bytes;
		b->left += (int)(8 * bytes);
		return;
	}
	for (; b->low > b->begin && b->left < 56; b->left += 8)
		b->bits |= (uint64_t) * --b->low << (56 - b->left);
}

/** zstd_bits_take() - the next @count bits, 0 to 56 since the last fill */
static inline uint32_t zstd_bits_take(struct zstd_bits *b, unsigned int count)
{
	uint32_t value = (uint32_t)(b->bits >> 1 >> (63 - count));

	b->bits <<= count;
	b->left -= (int)count;
	return value;
}

/** zstd_bits_over() - was all of it read, and no more? */
static inline bool zstd_bits_over(const struct zstd_bits *b)
{
	return b->left == 0 && b->low == b->begin;
}

/**
 * zstd_table_read() - a table from its description
 * @from:       moves behind the description
 * @symbol_max: the largest symbol there may be
 * @log_max:    the largest log of the number of states
 *
 * Return: 0; -EINVAL.
 */
int __must_check zstd_table_read(struct zstd_table *table, struct span *from,
				 unsigned int symbol_max, unsigned int log_max);

/** zstd_table_set() - a table from given chances; -1 stands for "less than one" */
void zstd_table_set(struct zstd_table *table, const int16_t *chance, unsigned int symbols,
		    unsigned int log);

/** zstd_table_single() - a table of one state */
void zstd_table_single(struct zstd_table *table, uint8_t symbol);

/**
 * zstd_literals() - the literals of a block
 * @from:     the block, moves behind its literals
 * @room:     where they are unpacked to: the end of it
 * @room_size: bytes
 * @literals: where they lie, in @room or, where they were stored, in @from
 *
 * Return: 0; -EINVAL; -EFBIG more than @room_size.
 */
int __must_check zstd_literals(struct zstd_work *work, struct span *from, uint8_t *room,
			       uint64_t room_size, struct span *literals);

/**
 * zstd_sequences() - the rest of a block
 * @begin: the first byte that a match may refer to
 * @dst:   @room bytes; the literals may lie at its end
 * @out:   bytes written
 *
 * Return: 0; -EINVAL; -EFBIG more than @room.
 */
int __must_check zstd_sequences(struct zstd_work *work, struct span from, struct span literals,
				const uint8_t *begin, uint8_t *dst, uint64_t room, uint64_t *out);
