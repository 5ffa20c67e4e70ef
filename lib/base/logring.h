/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "include/loft/boot.h"
#include "lib/base/types.h"

/**
 * struct logring - text that is kept while it fits, each line with its time
 * @log:     in memory that a kernel will find, header and text
 * @mask:    size of the text - 1
 * @in_line: the line that was written last has not ended
 */
struct logring {
	struct loft_log *log;
	uint64_t mask;
	bool in_line;
};

/**
 * logring_init() - an empty ring
 * @ring: filled
 * @mem:  for header and text, 8-byte aligned
 * @size: bytes there; the text gets the largest power of two that fits behind the header
 */
void logring_init(struct logring *ring, void *mem, size_t size);

/** logring_add() - add one character that neither begins nor ends a line */
static inline void logring_add(struct logring *ring, char c)
{
	ring->log->text[ring->log->written++ & ring->mask] = c;
}

/**
 * logring_write() - add text; where the ring is full the oldest goes
 * @us: microseconds since the counter began, put before each line that begins here
 */
void logring_write(struct logring *ring, const char *text, size_t count, uint64_t us);

/**
 * logring_read() - a piece of the text, oldest first
 * @at:   where to read, in bytes ever written; what is gone already is passed over
 * @text: receives where the piece begins
 *
 * Return: bytes of the piece, *@at is the place behind it; 0 where there are no more. A ring that
 * has wrapped begins with the first whole line.
 */
size_t logring_read(const struct logring *ring, uint64_t *at, const char **text);
