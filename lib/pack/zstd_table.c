/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 8878, 4.1 "FSE": how likely each symbol is, and the table that follows from it. */
#include <errno.h>

#include "lib/base/span.h"
#include "lib/pack/zstd_parts.h"

#define LOG_MIN 5

int zstd_bits_open(struct zstd_bits *b, struct span bytes)
{
	unsigned int last, drop;

	if (!bytes.size || !bytes.at[bytes.size - 1])
		return -EINVAL;
	last = bytes.at[bytes.size - 1];
	drop = (unsigned int)__builtin_clz(last) - 23; /* the marker, too */
	*b = (struct zstd_bits){
		.begin = bytes.at,
		.low = bytes.at + bytes.size - 1,
		.bits = (uint64_t)last << 56 << drop,
		.left = (int)(8 - drop),
	};
	zstd_bits_fill(b);
	return 0;
}

void zstd_table_single(struct zstd_table *table, uint8_t symbol)
{
	table->state[0] = (struct zstd_state){ 0, 0, symbol };
	table->log = 0;
	table->ready = true;
}

/* Symbols to states: the unlikely ones at the end, the others in steps through the rest. */
static void spread(struct zstd_table *table, const int16_t *chance, unsigned int symbols)
{
	unsigned int size = 1u << table->log, mask = size - 1, at = 0, high = size;
	unsigned int step = (size >> 1) + (size >> 3) + 3;

	for (unsigned int s = 0; s < symbols; s++) {
		if (chance[s] < 0)
			table->state[--high].symbol = (uint8_t)s;
	}
	for (unsigned int s = 0; s < symbols; s++) {
		for (int n = chance[s]; n > 0; n--) {
			table->state[at].symbol = (uint8_t)s;
			do {
				at = (at + step) & mask;
			} while (at >= high);
		}
	}
}

void zstd_table_set(struct zstd_table *table, const int16_t *chance, unsigned int symbols,
		    unsigned int log)
{
	uint16_t next[256];

	table->log = log;
	table->ready = true;
	for (unsigned int s = 0; s < symbols; s++)
		next[s] = (uint16_t)(chance[s] < 0 ? 1 : chance[s]);
	spread(table, chance, symbols);
	for (unsigned int i = 0; i < 1u << log; i++) {
		struct zstd_state *state = &table->state[i];
		unsigned int x = next[state->symbol]++;

		state->bits = (uint8_t)(log - (31 - (unsigned int)__builtin_clz(x)));
		state->base = (uint16_t)((x << state->bits) - (1u << log));
	}
}

/* Bits from the front, the lowest of each byte first; zeros behind the end. */
static unsigned int peek(const struct span *from, uint64_t bit, unsigned int count)
{
	uint32_t word = 0;

	for (unsigned int i = 0; i < 4; i++) {
		if (span_fits(from->size, bit / 8, i + 1))
			word |= (uint32_t)from->at[bit / 8 + i] << 8 * i;
	}
	return word >> bit % 8 & ((1u << count) - 1);
}

int zstd_table_read(struct zstd_table *table, struct span *from, unsigned int symbol_max,
		    unsigned int log_max)
{
	int16_t chance[256] = { 0 };
	unsigned int log = peek(from, 0, 4) + LOG_MIN, symbol = 0, bits = log + 1;
	int left = (1 << log) + 1;
	uint64_t at = 4;

	if (!from->size || log > log_max)
		return -EINVAL;
	while (left > 1 && symbol <= symbol_max) {
		unsigned int half = 1u << (bits - 1), value = peek(from, at, bits);
		unsigned int spare = 2 * half - 1 - (unsigned int)left;
		int count;

		if ((value & (half - 1)) < spare) {
			value &= half - 1;
			at += bits - 1;
		} else {
			if (value >= half)
				value -= spare;
			at += bits;
		}
		count = (int)value - 1;
		left -= count < 0 ? 1 : count;
		chance[symbol++] = (int16_t)count;
		if (!count) {
			unsigned int zeros;

			do {
				zeros = peek(from, at, 2);
				at += 2;
				symbol += zeros;
			} while (zeros == 3 && symbol <= symbol_max);
		}
		while (left > 0 && bits > 1 && left < 1 << (bits - 1))
			bits--;
	}
	if (left != 1 || symbol - 1 > symbol_max || !span_take(from, (at + 7) / 8, NULL))
		return -EINVAL;
	zstd_table_set(table, chance, symbol, log);
	return 0;
}
