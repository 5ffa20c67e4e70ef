/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/base/logring.h"

#include <string.h>

#include "lib/base/num.h"

#define US_PER_S 1000000

void logring_init(struct logring *ring, void *mem, size_t size)
{
	uint64_t text = 1;

	while (text * 2 <= size - sizeof(struct loft_log))
		text *= 2;
	*ring = (struct logring){ .log = mem, .mask = text - 1 };
	*ring->log = (struct loft_log){ .magic = LOFT_LOG_MAGIC, .size = text };
}

/* A piece that has no line's beginning in it. */
static void put(struct logring *ring, const char *text, size_t count)
{
	uint64_t at = ring->log->written & ring->mask;
	size_t first = MIN(count, (size_t)(ring->mask + 1 - at));

	memcpy(ring->log->text + at, text, first);
	ring->log->written += first;
	if (count > first)
		put(ring, text + first, count - first);
}

/* "[    1.234567] " */
static void put_time(struct logring *ring, uint64_t us)
{
	char text[] = "[    0.000000] ";

	num_put(text + 1, us / US_PER_S, 5, ' ');
	num_put(text + 7, us % US_PER_S, 6, '0');
	put(ring, text, sizeof(text) - 1);
}

void logring_write(struct logring *ring, const char *text, size_t count, uint64_t us)
{
	while (count) {
		const char *end = memchr(text, '\n', count);
		size_t line = end ? (size_t)(end - text) + 1 : count;

		if (!ring->in_line && *text != '\n')
			put_time(ring, us);
		put(ring, text, line);
		ring->in_line = !end;
		text += line;
		count -= line;
	}
}

size_t logring_read(const struct logring *ring, uint64_t *at, const char **text)
{
	const struct loft_log *log = ring->log;
	uint64_t size = ring->mask + 1, first;

	if (log->written > size && *at < log->written - size) {
		*at = log->written - size;
		while (*at < log->written && log->text[(*at)++ & ring->mask] != '\n')
			;
	}
	first = *at & ring->mask;
	*text = log->text + first;
	first = MIN(log->written - *at, size - first);
	*at += first;
	return (size_t)first;
}
