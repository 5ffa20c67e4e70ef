/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcp.h - one connection that we open, or (CONFIG_TCP_SERVER) accept
 *
 * What is received goes on at once, so the window is always open, and nothing is kept here: bytes
 * that come too early are offered with their place, and SACK tells the peer that they are there.
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"
#include "net/net.h"

#define TCP_WINDOW      (UINT32_C(1) << 20)
#define TCP_SCALE       5
#define TCP_EARLY       8   /* runs of bytes that came too early */
#define TCP_TRIES       7   /* of one segment, without an answer */
#define TCP_WAIT_MS     500 /* to the first answer; then by what answers take */
#define TCP_WAIT_MIN_MS 200
#define TCP_WAIT_MAX_MS 8000
#define TCP_DELAY_MS    20                   /* an acknowledgement may wait so long */
#define TCP_PROMPT      (UINT32_C(64) << 10) /* and those of the first bytes do not */
#define TCP_PROBE_MS    2000 /* silence after which the peer is asked whether it lives */
#define TCP_PROBES      6

enum tcp_state { TCP_IDLE, TCP_OPENING, TCP_ACCEPTING, TCP_OPEN, TCP_ENDED, TCP_FAILED };

/**
 * struct tcp_host - where the stream goes
 * @data:  the next @count bytes of it, from @at on; @bytes is NULL for what @early took.
 *         Nonzero ends the connection
 * @early: bytes with some missing before them; true where they were put to their place
 * @give:  @count bytes from @at on of what we send; asked again for those that were lost
 */
struct tcp_host {
	void *ctx;
	int (*data)(void *ctx, uint64_t at, const void *bytes, size_t count);
	bool (*early)(void *ctx, uint64_t at, const void *bytes, size_t count);
	void (*give)(void *ctx, uint64_t at, void *bytes, size_t count);
};

/**
 * struct tcp - one connection
 * @state: TCP_ENDED: the peer has sent all; TCP_FAILED: @why tells
 * @got:   bytes of the stream that @data had
 * @passive: it was accepted; @asked: which address of ours was connected to
 * @finished: nothing comes behind what we send, and the end of it, which counts as a byte, tells
 *         the peer
 * @sent:  bytes of ours that have arrived, of @out_size that there are so far
 */
struct tcp {
	struct net_handler handler;
	struct net *net;
	struct tcp_host host;
	enum tcp_state state;
	net_addr_t to;
	uint16_t port;
	uint64_t sent, out_size;
	uint32_t iss, una, nxt, top, peer_window, mss, burst;
	uint8_t peer_scale;
	bool sack, has_fin, ack_now;
	bool passive, scaled, finished;
	net_addr_t asked[IS_ENABLED(CONFIG_IPV6)];
	uint32_t irs;
	uint64_t got, fin;
	struct tcp_run {
		uint64_t from, end;
	} early[TCP_EARLY]; /* the newest first */
	unsigned int early_count;
	uint32_t waiting; /* bytes not acknowledged by us */
	uint64_t due, wait, asked_at, answer_ms, ack_due, heard;
	unsigned int tries, probes;
	struct why why;
};

/**
 * tcp_open() - connect, and send when the peer answers
 * @t:    filled
 * @host: copied
 * @out_size: bytes that there are to send, as yet
 *
 * Spec: RFC 9293, 7323 (window scale), 2018 (SACK), 5961 (blind resets), 6298 (timers)
 */
void tcp_open(struct tcp *t, struct net *net, const struct tcp_host *host, net_addr_t to,
	      uint16_t port, uint64_t out_size);

/** tcp_more() - there are @count bytes more to send, after a rest of any length */
void tcp_more(struct tcp *t, uint64_t count);

/**
 * tcp_accept() - somebody else's connection, with nothing to send as yet
 * @t:      filled; its handler does not listen: who got @packet hands on what comes
 * @host:   copied
 * @packet: with SYN alone
 *
 * Return: false: the packet is none
 */
bool tcp_accept(struct tcp *t, struct net *net, const struct tcp_host *host,
		const struct net_packet *packet);

/** tcp_finish() - nothing comes behind what there is to send: the peer is told when it has it */
void tcp_finish(struct tcp *t);

/** tcp_is_closed() - accepted, and both have said all and heard it */
bool tcp_is_closed(const struct tcp *t);

/** tcp_refuse() - RST for a packet that belongs to no connection */
void tcp_refuse(struct net *net, const struct net_packet *packet);

/** tcp_poll() - time passes, and what came is acknowledged: after a batch of frames */
void tcp_poll(struct tcp *t);

/** tcp_stop() - end it, and listen no longer; the peer is told */
void tcp_stop(struct tcp *t);
