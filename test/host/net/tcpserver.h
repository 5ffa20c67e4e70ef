/* SPDX-License-Identifier: BSD-2-Clause */
/* The peer of a connection, for tests: it keeps what comes early, and sends again what was lost. */
#pragma once

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/bytes.h"
#include "net/net.h"
#include "net/sum.h"

#define TCPSERVER_PIECE  1000u
#define TCPSERVER_WINDOW 20u
#define TCPSERVER_AHEAD  65536u

struct tcpserver {
	struct net_handler handler; /* the first member */
	struct net *net;
	void (*begin)(void);
	void (*take)(const uint8_t *bytes, size_t count);
	uint32_t client;
	uint16_t port;
	bool open;
	uint32_t iss, irs, next;
	uint8_t *out;
	uint64_t size, room, una, nxt, due;
	unsigned int connections, segments;
	uint8_t ahead[TCPSERVER_AHEAD]; /* what came too early, by its number */
	bool has[TCPSERVER_AHEAD];
};

static inline void tcpserver_segment(struct tcpserver *s, uint8_t flags, uint64_t at,
				     uint32_t count)
{
	uint8_t *p = net_ip_room(s->net);
	uint32_t header = 20;
	const bool syn = flags & 2;

	memset(p, 0, 40);
	put_be16(p, s->handler.port);
	put_be16(p + 2, s->port);
	put_be32(p + 4, syn ? s->iss : s->iss + 1 + (uint32_t)at);
	put_be32(p + 8, s->next);
	p[13] = flags;
	put_be16(p + 14, 65535);
	if (syn) {
		memcpy(p + 20, "\2\4\5\264\1\3\3\0\1\1\4\2", 12);
		header = 32;
	}
	p[12] = (uint8_t)(header / 4 << 4);
	if (count)
		memcpy(p + header, s->out + at, count);
	put_be16(p + 16, (uint16_t)~net_sum(p, header + count,
					    net_pseudo_sum(s->net->ip, s->client, NET_TCP,
							   header + count)));
	s->segments += count != 0;
	net_ip_send(s->net, s->client, NET_TCP, header + count);
}

static inline void tcpserver_put(struct tcpserver *s, const void *bytes, size_t count)
{
	if (s->size + count > s->room) {
		s->room = (s->size + count) * 2;
		s->out = realloc(s->out, s->room);
	}
	if (count)
		memcpy(s->out + s->size, bytes, count);
	s->size += count;
}

static inline void tcpserver_input(struct net_handler *handler, struct net *net,
				   const struct net_packet *packet)
{
	struct tcpserver *s = (struct tcpserver *)handler;
	const uint8_t *p = packet->data;
	const uint32_t header = (uint32_t)(p[12] >> 4) * 4, seq = get_be32(p + 4);
	const uint8_t flags = p[13];
	uint64_t acked;

	if (flags & 2) {
		if (s->open && s->irs == seq) { /* the answer was lost */
			tcpserver_segment(s, 0x12, 0, 0);
			return;
		}
		s->client = packet->from;
		s->port = packet->from_port;
		s->iss = 0xfffff000; /* it wraps early */
		s->irs = seq;
		s->next = seq + 1;
		s->size = s->una = s->nxt = 0;
		memset(s->has, 0, sizeof(s->has));
		s->open = true;
		s->connections++;
		s->begin();
		tcpserver_segment(s, 0x12, 0, 0);
		return;
	}
	if (!s->open || packet->from_port != s->port)
		return;
	if (flags & 4) {
		s->open = s->open && seq != s->next;
		return;
	}
	acked = s->una + (uint32_t)(get_be32(p + 8) - s->iss - 1 - (uint32_t)s->una);
	if (acked > s->una && acked <= s->size) {
		s->una = acked;
		s->nxt = MAX(s->nxt, acked);
		s->due = net->now + 300;
	}
	if (packet->size == header && seq == s->next)
		return;
	for (uint32_t i = header; i < packet->size; i++) {
		const uint32_t number = seq + (i - header);

		if (number - s->next >= TCPSERVER_AHEAD)
			continue;
		s->ahead[number % TCPSERVER_AHEAD] = p[i];
		s->has[number % TCPSERVER_AHEAD] = true;
	}
	while (s->open && s->has[s->next % TCPSERVER_AHEAD]) {
		uint8_t run[TCPSERVER_PIECE];
		size_t count = 0;

		for (; count < sizeof(run) && s->has[s->next % TCPSERVER_AHEAD]; s->next++) {
			s->has[s->next % TCPSERVER_AHEAD] = false;
			run[count++] = s->ahead[s->next % TCPSERVER_AHEAD];
		}
		s->take(run, count);
	}
	if (s->open)
		tcpserver_segment(s, 0x10, s->nxt, 0);
}

static inline void tcpserver_listen(struct tcpserver *s, struct net *net, uint16_t port)
{
	s->net = net;
	s->handler =
		(struct net_handler){ .protocol = NET_TCP, .port = port, .input = tcpserver_input };
	net_listen(net, &s->handler);
}

static inline void tcpserver_reset(struct tcpserver *s)
{
	if (s->open)
		tcpserver_segment(s, 4, s->una, 0);
	s->open = false;
}

static inline void tcpserver_poll(struct tcpserver *s)
{
	if (!s->open)
		return;
	if (s->una != s->nxt && s->net->now >= s->due)
		s->nxt = s->una;
	while (s->nxt < s->size && s->nxt - s->una < TCPSERVER_WINDOW * TCPSERVER_PIECE) {
		const uint32_t count = (uint32_t)MIN(s->size - s->nxt, (uint64_t)TCPSERVER_PIECE);

		if (s->una == s->nxt)
			s->due = s->net->now + 300;
		tcpserver_segment(s, 0x18, s->nxt, count);
		s->nxt += count;
	}
}
