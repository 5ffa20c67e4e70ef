/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/reassembly.h"

#include <string.h>

#include "lib/base/span.h"

#define UNIT 8

static struct net_assembly *find(struct net *net, const struct net_piece *piece)
{
	struct net_assembly *oldest = &net->assembly[0];

	for (unsigned int i = 0; i < NET_REASSEMBLY; i++) {
		struct net_assembly *a = &net->assembly[i];

		if (a->busy && a->from == piece->from && a->id == piece->id &&
		    a->protocol == piece->protocol)
			return a;
		if (!a->busy || (oldest->busy && a->until < oldest->until))
			oldest = a;
	}
	oldest->busy = true;
	oldest->from = piece->from;
	oldest->id = piece->id;
	oldest->protocol = piece->protocol;
	oldest->size = oldest->have = oldest->end = 0;
	oldest->until = net->now + NET_REASSEMBLY_MS;
	memset(oldest->there, 0, sizeof(oldest->there));
	return oldest;
}

/*
 * Unit by unit: what is there already must be the same; of IPv6, all of it must be there, or none
 * (RFC 5722, and RFC 8200, 4.5 for pieces that come twice).
 */
static bool put(struct net_assembly *a, const struct net_piece *piece)
{
	const uint32_t before = a->have;

	for (uint32_t at = 0; at < piece->size; at += UNIT) {
		const uint32_t to = piece->offset + at,
			       count = MIN(piece->size - at, (uint32_t)UNIT);
		uint8_t *const there = &a->there[to / UNIT / 8];
		const uint8_t bit = (uint8_t)(1 << (to / UNIT % 8));

		if (*there & bit) {
			if (memcmp(a->bytes + to, piece->bytes + at, count))
				return false;
			continue;
		}
		memcpy(a->bytes + to, piece->bytes + at, count);
		*there |= bit;
		a->have += count;
	}
	return !net_is_v6(piece->from) || a->have == before || a->have == before + piece->size;
}

struct net_assembly *net_reassemble(struct net *net, const struct net_piece *piece)
{
	struct net_assembly *a;
	uint32_t end;

	if (!piece->size || !span_fits(NET_DATAGRAM_MAX, piece->offset, piece->size) ||
	    (piece->more && piece->size % UNIT))
		return NULL;
	end = piece->offset + piece->size;
	a = find(net, piece);
	a->end = MAX(a->end, end);
	if (!piece->more && !a->size)
		a->size = end;
	if ((!piece->more && a->size != end) || (a->size && a->end > a->size) || !put(a, piece)) {
		a->busy = false;
		return NULL;
	}
	if (!a->size || a->have != a->size)
		return NULL;
	a->busy = false;
	return a;
}
