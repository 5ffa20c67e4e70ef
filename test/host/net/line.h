/* SPDX-License-Identifier: BSD-2-Clause */
/* A bad line between two interfaces: frames are lost, late, twice, damaged, by a seeded dice. */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "net/bytes.h"
#include "net/net.h"
#include "net/sum.h"

#define LINE_FRAMES 512

struct line_frame {
	bool used;
	int to;
	uint64_t at, order;
	size_t size;
	uint8_t bytes[NET_FRAME_MAX];
};

/* Percentages, milliseconds. */
struct line {
	unsigned int loss, twice, damage, late, delay_ms, mtu;
	uint64_t random, now, order, sent, dropped;
	struct net *end[2];
	struct line_side {
		struct line *line;
		int to;
	} side[2];
	bool six;
	uint8_t last[34 + 8]; /* the head of the client's last IP packet */
	unsigned int top;     /* no frame is used from here on */
	struct line_frame frame[LINE_FRAMES];
};

static inline uint32_t line_dice(struct line *l, uint32_t sides)
{
	l->random ^= l->random << 13;
	l->random ^= l->random >> 7;
	l->random ^= l->random << 17;
	return (uint32_t)(l->random >> 33) % sides;
}

static inline void line_put(struct line *l, int to, const void *bytes, size_t size)
{
	struct line_frame *f = l->frame;

	while (f < l->frame + LINE_FRAMES && f->used)
		f++;
	if (f == l->frame + LINE_FRAMES) {
		l->dropped++; /* the queue is full */
		return;
	}
	l->top = MAX(l->top, (unsigned int)(f - l->frame) + 1);
	f->used = true;
	f->to = to;
	f->order = l->order++;
	f->size = size;
	f->at = l->now + l->delay_ms;
	if (l->late && line_dice(l, 100) < l->late)
		f->at += 1 + line_dice(l, 20);
	memcpy(f->bytes, bytes, size);
	/* ARP, and MAC addresses, have only Ethernet's own checksum, which is not modelled */
	if (l->damage && f->bytes[13] == (l->six ? 0xdd : 0) && line_dice(l, 100) < l->damage)
		f->bytes[14 + line_dice(l, (uint32_t)size - 14)] ^= (uint8_t)(1 << line_dice(l, 8));
}

static inline void line_send(void *ctx, const void *bytes, size_t size)
{
	struct line_side *s = ctx;
	struct line *l = s->line;

	l->sent++;
	if (s->to && size >= sizeof(l->last) && ((const uint8_t *)bytes)[13] == 0)
		memcpy(l->last, bytes, sizeof(l->last));
	if ((l->loss && line_dice(l, 100) < l->loss) || (l->mtu && size > 14 + l->mtu)) {
		l->dropped++;
		return;
	}
	line_put(l, s->to, bytes, size);
	if (l->twice && line_dice(l, 100) < l->twice)
		line_put(l, s->to, bytes, size);
}

static inline void line_init(struct line *l, struct net *a, struct net *b, uint64_t seed)
{
	static const uint8_t mac[2][6] = { { 2, 0, 0, 0, 0, 1 }, { 2, 0, 0, 0, 0, 2 } };

	memset(l, 0, sizeof(*l));
	l->random = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	l->now = 1000;
	l->end[0] = a;
	l->end[1] = b;
	for (int i = 0; i < 2; i++) {
		const struct net_link link = { line_send, &l->side[i] };
		uint8_t random[16];

		for (unsigned int j = 0; j < sizeof(random); j++)
			random[j] = (uint8_t)line_dice(l, 256);
		l->side[i] = (struct line_side){ l, !i };
		net_init(l->end[i], &link, mac[i], random);
		l->end[i]->ip = 0x0a000001 + (uint32_t)i;
		l->end[i]->mask = 0xffffff00;
		l->end[i]->now = l->now;
	}
}

/* Who is at the end @i of a line. */
static inline net_addr_t line_addr(const struct line *l, int i)
{
	return l->six ? ip6_of(UINT64_C(0xfd00) << 48, 1 + (uint64_t)i) : l->end[i]->ip;
}

/* From now on by IPv6, with addresses that nobody has objected to. */
static inline void line_six(struct line *l)
{
	l->six = true;
	for (int i = 0; i < 2; i++) {
		struct net *net = l->end[i];

		ip6_start(net);
		ip6_set(net, line_addr(l, i), 64);
		ip6_own(net, line_addr(l, i))->state = net->ip6->own[0].state = IP6_OWN;
		net->ip6->solicit_due = IP6_FOREVER;
	}
	for (unsigned int i = 0; i < LINE_FRAMES; i++)
		l->frame[i].used = false;
	l->sent = l->dropped = 0;
}

/* All that has arrived by now. */
static inline void line_deliver(struct line *l)
{
	for (;;) {
		struct line_frame *first = NULL;

		while (l->top && !l->frame[l->top - 1].used)
			l->top--;
		for (unsigned int i = 0; i < l->top; i++) {
			struct line_frame *f = &l->frame[i];

			if (f->used && f->at <= l->now &&
			    (!first || f->at < first->at ||
			     (f->at == first->at && f->order < first->order)))
				first = f;
		}
		if (!first)
			return;
		uint8_t *copy = malloc(first->size); /* so that a read beyond it is seen */

		memcpy(copy, first->bytes, first->size);
		first->used = false;
		net_input(l->end[first->to], copy, first->size, false, l->now);
		free(copy);
	}
}

/* The peer says of the client's last packet that it did not arrive; ICMP's type and code. */
static inline void line_unreachable(struct line *l, uint8_t type, uint8_t code)
{
	uint8_t *p = net_ip_room(l->end[1]);

	memset(p, 0, 8);
	p[0] = type;
	p[1] = code;
	memcpy(p + 8, l->last + 14, 28);
	put_be16(p + 2, (uint16_t)~net_sum(p, 36, 0));
	net_ip_send(l->end[1], l->end[0]->ip, NET_ICMP, 36);
}

/* A millisecond passes. */
static inline void line_tick(struct line *l)
{
	l->now++;
	line_deliver(l);
	net_poll(l->end[0], l->now);
	net_poll(l->end[1], l->now);
	if (l->six && net_is_unreachable(l->end[1], line_addr(l, 0))) /* a server goes on asking */
		net_forget(l->end[1], line_addr(l, 0));
}
