/* SPDX-License-Identifier: BSD-2-Clause */
/* A TFTP server for the tests: reads with options and windows, writes in lock step. */
#pragma once

#include <stdio.h>

#include "net/bytes.h"
#include "net/net.h"

struct server {
	struct net_handler listener, transfer;
	struct net *net;
	const uint8_t *file;
	uint64_t size;
	bool options, windows;  /* it knows them */
	/* a transfer */
	bool open, put;
	net_addr_t peer;
	uint32_t block, window;
	uint16_t peer_port;
	uint64_t base, blocks, due, sent, data_frames;
	uint8_t *received;
	uint64_t received_size, received_room;
	char oack[200];
	size_t oack_size;
};

static inline void server_send(struct server *s, const void *bytes, size_t size)
{
	memcpy(net_udp_room(s->net), bytes, size);
	net_udp_send(s->net, s->peer, s->peer_port, s->transfer.port, size);
	s->due = s->net->now + 300;
}

static inline void server_block(struct server *s, uint64_t n)
{
	uint8_t *room = net_udp_room(s->net);
	const uint64_t at = (n - 1) * s->block;
	const size_t count = (size_t)MIN((uint64_t)s->block, s->size - at);

	put_be16(room, 3);
	put_be16(room + 2, (uint16_t)n);
	memcpy(room + 4, s->file + at, count);
	net_udp_send(s->net, s->peer, s->peer_port, s->transfer.port, 4 + count);
	s->data_frames++;
	s->due = s->net->now + 300;
}

static inline void server_window(struct server *s)
{
	for (uint64_t n = s->base; n < s->base + s->window && n <= s->blocks; n++) {
		server_block(s, n);
		s->sent = n;
	}
}

static inline void server_ack(struct server *s)
{
	uint8_t ack[4];

	put_be16(ack, 4);
	put_be16(ack + 2, (uint16_t)(s->base - 1));
	server_send(s, ack, 4);
}

static inline void server_again(struct server *s)
{
	if (s->base == 0)
		server_send(s, s->oack, s->oack_size);
	else if (s->put)
		server_ack(s);
	else
		server_window(s);
}

static inline void server_transfer(struct net_handler *h, struct net *net,
				   const struct net_packet *m)
{
	struct server *s = (struct server *)((char *)h - offsetof(struct server, transfer));
	uint16_t n;

	(void)net;
	if (!s->open || m->from != s->peer || m->from_port != s->peer_port || m->size < 4)
		return;
	n = get_be16(m->data + 2);
	if (get_be16(m->data) == 5)
		s->open = false;
	if (s->put && get_be16(m->data) == 3) {
		if (s->base == 0)
			s->base = 1;
		if (n == (uint16_t)s->base) {
			if (s->received_size + m->size - 4 > s->received_room)
				abort();
			memcpy(s->received + s->received_size, m->data + 4, m->size - 4);
			s->received_size += m->size - 4;
			s->base++;
		}
		server_ack(s);
	}
	if (s->put || get_be16(m->data) != 4)
		return;
	if (s->base == 0) {
		if (n)
			return;
		s->base = 1;
		server_window(s);
		return;
	}
	const uint16_t ahead = (uint16_t)(n - (uint16_t)(s->base - 1));

	if (!ahead && s->window > 1 && s->sent > s->base) { /* a gap at the window's begin */
		server_window(s);
		return;
	}
	if (!ahead || ahead > s->sent - s->base + 1)
		return;
	s->base += ahead;
	if (s->base > s->blocks)
		s->open = false;
	else
		server_window(s);
}

static inline void server_listen(struct net_handler *h, struct net *net, const struct net_packet *m)
{
	struct server *s = (struct server *)((char *)h - offsetof(struct server, listener));
	const char *p = (const char *)m->data + 2, *end = (const char *)m->data + m->size;

	if (m->size < 6 || (get_be16(m->data) != 1 && get_be16(m->data) != 2) || end[-1])
		return;
	if (s->open && m->from_port == s->peer_port) {
		server_again(s);
		return;
	}
	s->peer = m->from;
	s->peer_port = m->from_port;
	s->transfer.port = net_random_port(net);
	s->open = true;
	s->put = get_be16(m->data) == 2;
	s->block = 512;
	s->window = 1;
	s->base = 1;
	s->received_size = 0;
	put_be16(s->oack, 6);
	s->oack_size = 2;
	p += strlen(p) + 1; /* the file */
	p += strlen(p) + 1; /* octet */
	while (p < end && s->options) {
		const char *value = p + strlen(p) + 1;
		unsigned long number = strtoul(value, NULL, 10);

		if (!strcmp(p, "blksize"))
			s->block = (uint32_t)number;
		if (!strcmp(p, "windowsize") && s->windows)
			s->window = (uint32_t)number;
		if (!strcmp(p, "tsize") && !s->put)
			number = s->size;
		if (strcmp(p, "windowsize") || s->windows) {
			s->oack_size += (size_t)sprintf(s->oack + s->oack_size, "%s", p) + 1;
			s->oack_size += (size_t)sprintf(s->oack + s->oack_size, "%lu", number) + 1;
			s->base = 0;
		}
		p = value + strlen(value) + 1;
	}
	s->blocks = s->size / s->block + 1;
	server_again(s);
}

static inline void server_start(struct server *s, struct net *net, const uint8_t *file,
				uint64_t size)
{
	memset(s, 0, sizeof(*s));
	s->net = net;
	s->file = file;
	s->size = size;
	s->options = s->windows = true;
	s->listener = (struct net_handler){ NULL, NET_UDP, 69, server_listen, NULL };
	s->transfer = (struct net_handler){ NULL, NET_UDP, 1, server_transfer, NULL };
	net_listen(net, &s->listener);
	net_listen(net, &s->transfer);
}

static inline void server_poll(struct server *s)
{
	if (s->open && s->net->now >= s->due)
		server_again(s);
}
