// SPDX-License-Identifier: BSD-2-Clause
#include "lib/pack/lzo.h"

#include <errno.h>
#include <string.h>

#include "lib/base/le.h"
#include "lib/base/span.h"

/** struct stream - what is left of both sides */
struct stream {
	struct span src;
	uint8_t *dst;
	uint64_t made, limit;
};

/* Literals that the last instruction had: what the smallest instructions mean depends on it. */
enum state { NONE = 0, THREE = 3, MANY = 4 };

static int take(struct stream *s, uint8_t *byte)
{
	struct span part;

	if (!span_take(&s->src, 1, &part))
		return -EINVAL;
	*byte = part.at[0];
	return 0;
}

/* A length of @bits bits, that zeros go on where it is 0. */
static int take_length(struct stream *s, uint8_t op, unsigned int bits, uint64_t *len)
{
	const unsigned int most = (1u << bits) - 1;
	uint8_t byte = 0;
	int err = 0;

	*len = op & most;
	if (*len)
		return 0;
	*len = most;
	while (!err) {
		err = take(s, &byte);
		if (!err && byte)
			break;
		*len += 255;
	}
	*len += byte;
	return err;
}

static int literals(struct stream *s, uint64_t len)
{
	struct span part;

	if (!span_take(&s->src, len, &part))
		return -EINVAL;
	if (len > s->limit - s->made)
		return -EFBIG;
	memcpy(s->dst + s->made, part.at, len);
	s->made += len;
	return 0;
}

static int match(struct stream *s, uint64_t distance, uint64_t len)
{
	uint8_t *to = s->dst + s->made;

	if (distance > s->made)
		return -EINVAL;
	if (len > s->limit - s->made)
		return -EFBIG;
	s->made += len;
	if (distance >= len) {
		memcpy(to, to - distance, len);
		return 0;
	}
	for (; len; len--, to++)
		*to = *(to - distance);
	return 0;
}

/* Instructions with one byte behind them: a distance of 1 or 2 KiB. */
static int near(struct stream *s, uint8_t op, enum state state, unsigned int *then)
{
	uint8_t high = 0;
	int err = take(s, &high);

	if (err)
		return err;
	*then = op & 3;
	if (op >= 64)
		return match(s, ((uint64_t)high << 3) + (op >> 2 & 7) + 1, (op >> 5) + 1u);
	if (state == MANY)
		return match(s, ((uint64_t)high << 2) + (op >> 2) + 2049, 3);
	return match(s, ((uint64_t)high << 2) + (op >> 2) + 1, 2);
}

/* Instructions with two bytes behind them; 1: the stream's end. */
static int far(struct stream *s, uint8_t op, unsigned int *then)
{
	const bool farthest = op < 32;
	struct span two;
	uint64_t len, distance;
	int err = take_length(s, op, farthest ? 3 : 5, &len);

	if (err || !span_take(&s->src, 2, &two))
		return -EINVAL;
	distance = get_le16(two.at) >> 2;
	*then = two.at[0] & 3;
	if (!farthest)
		return match(s, distance + 1, len + 2);
	distance += 16384 + ((uint64_t)(op & 8) << 11);
	return distance == 16384 ? 1 : match(s, distance, len + 2);
}

/* The first byte may stand for literals only. */
static int begin(struct stream *s, enum state *state)
{
	const uint8_t first = s->src.size ? s->src.at[0] : 0;

	*state = NONE;
	if (first <= 17)
		return 0;
	span_take(&s->src, 1, NULL);
	*state = first - 17 > THREE ? MANY : (enum state)(first - 17);
	return literals(s, first - 17u);
}

int unlzo(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out)
{
	struct stream s = { .src = { src, size }, .dst = dst, .limit = limit };
	unsigned int then = 0;
	enum state state;
	uint64_t len;
	uint8_t op = 0;
	int err = begin(&s, &state);

	while (!err) {
		err = take(&s, &op);
		if (err)
			break;
		if (op < 16 && state == NONE) {
			err = take_length(&s, op, 4, &len);
			if (!err)
				err = literals(&s, len + 3);
			state = MANY;
			continue;
		}
		err = op < 16 || op >= 64 ? near(&s, op, state, &then) : far(&s, op, &then);
		if (err)
			break;
		state = (enum state)then;
		err = literals(&s, then);
	}
	*out = s.made;
	return err > 0 ? 0 : err;
}
