/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/tcp.h"

#include <errno.h>
#include <string.h>

#include "lib/base/span.h"
#include "net/bytes.h"
#include "net/sum.h"

#define HEADER       20
#define OPTIONS_MAX  40

#define FIN          1
#define SYN          2
#define RST          4
#define PSH          8
#define ACK          16

#define OPT_END      0
#define OPT_NOP      1
#define OPT_MSS      2
#define OPT_SCALE    3
#define OPT_SACK_MAY 4
#define OPT_SACK     5
#define SACK_MAX     3
#define MSS_DEFAULT  536
#define MSS_OURS     (NET_MTU - 40)
#define BURST        4 /* segments of ours that may be on the way, one more with each answer */
#define BURST_MAX    16

struct segment {
	uint32_t seq, ack, window;
	uint8_t flags;
	const uint8_t *options, *data;
	uint32_t option_size, size;
};

/* The number of the stream's byte @at of the peer's. */
static uint32_t number(const struct tcp *t, uint64_t at)
{
	return t->irs + 1 + (uint32_t)at;
}

static uint32_t expected(const struct tcp *t)
{
	return number(t, t->got) + (t->state == TCP_ENDED);
}

static bool is_passive(const struct tcp *t)
{
	return IS_ENABLED(CONFIG_TCP_SERVER) && t->passive;
}

/* We may still send. */
static bool is_sending(const struct tcp *t)
{
	return t->state == TCP_OPEN || (is_passive(t) && t->state == TCP_ENDED);
}

/* ---- out */

static uint8_t *put_sack(const struct tcp *t, uint8_t *p)
{
	const unsigned int count = MIN(t->early_count, (unsigned int)SACK_MAX);

	if (!t->sack || !count)
		return p;
	*p++ = OPT_NOP;
	*p++ = OPT_NOP;
	*p++ = OPT_SACK;
	*p++ = (uint8_t)(2 + 8 * count);
	for (unsigned int i = 0; i < count; i++, p += 8) {
		put_be32(p, number(t, t->early[i].from));
		put_be32(p + 4, number(t, t->early[i].end));
	}
	return p;
}

/* With IPv6 we have several addresses: what comes to one is answered from it. */
static void answer_from(struct tcp *t, bool on)
{
	if (IS_ENABLED(CONFIG_IPV6) && IS_ENABLED(CONFIG_TCP_SERVER) && net_is_v6(t->to))
		t->net->ip6->answer_from = on ? t->asked[0] : 0;
}

static void send(struct tcp *t, uint8_t flags, uint32_t seq, uint64_t at, uint32_t count)
{
	static const uint8_t hello[] = { OPT_MSS,      4, MSS_OURS >> 8, MSS_OURS & 255, OPT_NOP,
					 OPT_SCALE,    3, TCP_SCALE,     OPT_NOP,        OPT_NOP,
					 OPT_SACK_MAY, 2 };
	uint8_t *tcp = net_ip_room(t->net), *p = tcp + HEADER;
	const bool syn = flags & SYN;
	uint32_t size;

	memset(tcp, 0, HEADER);
	if (syn) {
		memcpy(p, hello, sizeof(hello));
		if (is_passive(t)) { /* an option is for who has it, too */
			if (!t->scaled)
				memset(p + 4, OPT_NOP, 4);
			if (!t->sack)
				memset(p + 8, OPT_NOP, 4);
			put_be32(tcp + 8, expected(t));
		}
		p += sizeof(hello);
	} else {
		p = put_sack(t, p);
		put_be32(tcp + 8, expected(t));
	}
	put_be16(tcp, t->handler.port);
	put_be16(tcp + 2, t->port);
	put_be32(tcp + 4, seq);
	tcp[12] = (uint8_t)((p - tcp) / 4 << 4);
	tcp[13] = flags;
	put_be16(tcp + 14, syn ? 0xffff : (uint16_t)(TCP_WINDOW >> TCP_SCALE));
	if (count)
		t->host.give(t->host.ctx, at, p, count);
	size = (uint32_t)(p - tcp) + count;
	answer_from(t, true);
	put_be16(tcp + 16, (uint16_t)~net_sum(tcp, size,
					      net_pseudo_sum(net_source(t->net, t->to), t->to,
							     NET_TCP, size)));
	t->ack_now = false;
	t->waiting = 0;
	t->ack_due = UINT64_MAX;
	net_ip_send(t->net, t->to, NET_TCP, size);
	answer_from(t, false);
}

static void acknowledge(struct tcp *t)
{
	send(t, ACK, t->nxt, 0, 0);
}

/* Bytes that were never sent, or that are to be sent again. */
static uint64_t unsent(const struct tcp *t)
{
	return t->out_size - t->sent - (t->nxt - t->una);
}

/* What the peer's window, and a few segments, leave room for. */
static void send_data(struct tcp *t)
{
	const uint32_t room = MIN(t->peer_window, t->burst * t->mss);
	uint64_t left;

	while ((left = unsent(t)) && t->nxt - t->una < room) {
		const bool finished = IS_ENABLED(CONFIG_TCP_SERVER) && t->finished;
		const bool fin = finished && left == 1;
		const uint32_t count =
			(uint32_t)MIN(left - (finished && !fin),
				      (uint64_t)MIN(t->mss, room - (t->nxt - t->una)));

		if (t->nxt == t->una) {
			t->asked_at = t->net->now;
			t->due = t->net->now + t->wait;
		}
		send(t, ACK | (fin ? FIN : PSH), t->nxt, t->out_size - left, fin ? 0 : count);
		t->nxt += count;
		t->top = (int32_t)(t->nxt - t->top) > 0 ? t->nxt : t->top;
	}
}

/* ---- in */

static bool parse(const struct net_packet *packet, struct segment *s)
{
	const uint8_t *p = packet->data;
	const uint32_t header = (uint32_t)(p[12] >> 4) * 4;

	if (header < HEADER || header > packet->size)
		return false;
	*s = (struct segment){ .seq = get_be32(p + 4),
			       .ack = get_be32(p + 8),
			       .flags = p[13] & 0x3f,
			       .window = get_be16(p + 14),
			       .options = p + HEADER,
			       .option_size = header - HEADER,
			       .data = p + header,
			       .size = packet->size - header };
	return true;
}

static void take_options(struct tcp *t, const struct segment *s)
{
	const uint8_t *p = s->options;
	uint32_t left = s->option_size;

	t->mss = MSS_DEFAULT;
	while (left && *p != OPT_END) {
		uint32_t size = 1;

		if (*p != OPT_NOP) {
			if (left < 2 || p[1] < 2 || p[1] > left)
				return;
			size = p[1];
		}
		if (*p == OPT_MSS && size == 4)
			t->mss = MIN(MAX(get_be16(p + 2), (uint16_t)64), (uint16_t)MSS_OURS);
		if (*p == OPT_SCALE && size == 3)
			t->peer_scale = MIN(p[2], (uint8_t)14);
		if (IS_ENABLED(CONFIG_TCP_SERVER) && *p == OPT_SCALE && size == 3)
			t->scaled = true;
		if (*p == OPT_SACK_MAY)
			t->sack = true;
		p += size;
		left -= size;
	}
}

static void fail(struct tcp *t, const char *what)
{
	t->state = TCP_FAILED;
	refuse(&t->why, -EIO, "%s", what);
}

static void answered(struct tcp *t)
{
	const uint64_t took = t->net->now - t->asked_at;

	if (!t->tries)
		t->answer_ms = t->answer_ms ? (t->answer_ms * 7 + took) / 8 : took;
	t->wait = MIN(MAX(t->answer_ms * 3, (uint64_t)TCP_WAIT_MIN_MS), (uint64_t)TCP_WAIT_MAX_MS);
	t->tries = 0;
	t->asked_at = t->net->now;
	t->due = t->net->now + t->wait;
}

static void opening_input(struct tcp *t, const struct segment *s)
{
	if (!(s->flags & ACK))
		return;
	if (s->ack != t->iss + 1) { /* the peer has a connection of before with this port */
		if (!(s->flags & RST))
			send(t, RST, s->ack, 0, 0);
		return;
	}
	if (s->flags & RST) {
		fail(t, "connection refused");
		return;
	}
	if (!(s->flags & SYN))
		return;
	t->irs = s->seq;
	t->una = t->nxt = t->top = s->ack;
	t->peer_window = s->window;
	take_options(t, s);
	t->state = TCP_OPEN;
	answered(t);
	t->ack_now = true;
	send_data(t);
}

/* What we have answered is answered in turn. Return: false, the segment is to be dropped */
static bool accepting_input(struct tcp *t, const struct segment *s)
{
	const uint32_t ahead = s->seq - expected(t);

	if (s->flags & RST) {
		if (!ahead)
			fail(t, "the peer has reset the connection");
		return false;
	}
	if (s->flags & SYN) {
		if (s->seq == t->irs)
			send(t, SYN | ACK, t->iss, 0, 0);
		return false;
	}
	if (!(s->flags & ACK) || s->ack != t->iss + 1 || ahead >= TCP_WINDOW)
		return false;
	t->una = t->nxt = t->top = s->ack;
	t->state = TCP_OPEN;
	answered(t);
	return true;
}

/* Nonzero: the host has enough. */
static int deliver(struct tcp *t, const void *bytes, size_t count)
{
	const uint64_t at = t->got;

	t->got += count;
	t->waiting += (uint32_t)count;
	return count ? t->host.data(t->host.ctx, at, bytes, count) : 0;
}

/* Runs that are no longer early. */
static int absorb(struct tcp *t)
{
	for (unsigned int i = 0; i < t->early_count;) {
		const struct tcp_run run = t->early[i];

		if (run.from > t->got) {
			i++;
			continue;
		}
		t->early_count--;
		memmove(&t->early[i], &t->early[i + 1], (t->early_count - i) * sizeof(run));
		if (run.end > t->got && deliver(t, NULL, run.end - t->got))
			return -EIO;
		i = 0;
	}
	return 0;
}

/* The newest run first, those that it touches in it. Return: false, there are too many */
static bool note_early(struct tcp *t, uint64_t from, uint64_t end)
{
	for (unsigned int i = 0; i < t->early_count;) {
		const struct tcp_run run = t->early[i];

		if (run.from > end || run.end < from) {
			i++;
			continue;
		}
		from = MIN(from, run.from);
		end = MAX(end, run.end);
		t->early_count--;
		memmove(&t->early[i], &t->early[i + 1], (t->early_count - i) * sizeof(run));
		i = 0;
	}
	if (t->early_count == TCP_EARLY)
		return false;
	memmove(&t->early[1], &t->early[0], t->early_count * sizeof(t->early[0]));
	t->early[0] = (struct tcp_run){ from, end };
	t->early_count++;
	return true;
}

static void data_input(struct tcp *t, struct segment *s)
{
	int32_t ahead = (int32_t)(s->seq - number(t, t->got));
	const bool fin = s->flags & FIN;

	if (ahead < 0) { /* what is there already is cut off */
		const uint32_t old = (uint32_t)-ahead;

		if (old > s->size || (old == s->size && !fin)) {
			t->ack_now |= s->size || fin;
			return;
		}
		s->data += old;
		s->size -= old;
		ahead = 0;
	}
	if ((uint32_t)ahead >= TCP_WINDOW || s->size > TCP_WINDOW - (uint32_t)ahead) {
		t->ack_now = true;
		return;
	}
	if (fin && !t->has_fin) {
		t->has_fin = true;
		t->fin = t->got + (uint32_t)ahead + s->size;
	}
	if (t->has_fin && span_end(t->got, (uint32_t)ahead + s->size) > t->fin)
		return; /* bytes behind the end */
	if (ahead) {
		const uint64_t at = t->got + (uint32_t)ahead;

		t->ack_now = true;
		if (s->size && t->early_count < TCP_EARLY &&
		    t->host.early(t->host.ctx, at, s->data, s->size))
			(void)note_early(t, at, at + s->size);
	} else if (deliver(t, s->data, s->size) || absorb(t)) {
		fail(t, "the bytes are not wanted");
		return;
	}
	if (t->has_fin && t->got == t->fin) {
		t->state = TCP_ENDED;
		t->ack_now = true;
	}
}

/* Return: false, the segment is to be dropped */
static bool ack_input(struct tcp *t, const struct segment *s)
{
	if (!(s->flags & ACK))
		return false;
	if ((int32_t)(s->ack - t->top) > 0 || (int32_t)(t->una - s->ack) > (int32_t)TCP_WINDOW) {
		t->ack_now = true; /* of something that was never sent: RFC 5961, 5 */
		return false;
	}
	t->peer_window = s->window << t->peer_scale;
	if ((int32_t)(s->ack - t->una) > 0) {
		t->sent += s->ack - t->una;
		t->una = s->ack;
		/* of what was to be sent again it had all but one */
		t->nxt = (int32_t)(t->una - t->nxt) > 0 ? t->una : t->nxt;
		t->burst = MIN(t->burst + 1, (uint32_t)BURST_MAX);
		answered(t);
	}
	send_data(t);
	return true;
}

static void input(struct net_handler *handler, struct net *net, const struct net_packet *packet)
{
	struct tcp *t = (struct tcp *)handler; /* the first member */
	struct segment s;

	if (packet->from != t->to || packet->from_port != t->port || !parse(packet, &s))
		return;
	if (t->state == TCP_OPENING) {
		opening_input(t, &s);
		return;
	}
	if (IS_ENABLED(CONFIG_TCP_SERVER) && t->state == TCP_ACCEPTING && !accepting_input(t, &s))
		return;
	if (t->state != TCP_OPEN && t->state != TCP_ENDED)
		return;
	if (s.flags & RST) { /* only the very next number is believed: RFC 5961, 3 */
		if (s.seq == expected(t) && is_sending(t))
			fail(t, "the server has reset the connection");
		else if (s.seq - expected(t) < TCP_WINDOW)
			t->ack_now = true;
		return;
	}
	if (s.flags & SYN) {
		t->ack_now = true;
		return;
	}
	if ((int32_t)(s.seq + s.size - number(t, t->got)) < -(int32_t)TCP_WINDOW ||
	    !ack_input(t, &s))
		return;
	t->heard = net->now;
	t->probes = 0;
	if (t->state == TCP_OPEN)
		data_input(t, &s);
	else
		t->ack_now |= s.flags & FIN || s.size;
	if (t->ack_now && t->state != TCP_FAILED)
		acknowledge(t); /* at once: the peer counts those that repeat */
	else if (t->waiting && t->ack_due == UINT64_MAX)
		t->ack_due = net->now + TCP_DELAY_MS;
}

/* A connection that stands goes on: the way may be another in a moment (RFC 5461). */
static void unreachable(struct net_handler *handler, const struct net_unreachable *what)
{
	struct tcp *t = (struct tcp *)handler; /* the first member */

	if (t->state == TCP_OPENING && what->to == t->to && what->to_port == t->port &&
	    what->sequence == t->iss)
		fail(t, what->text);
}

void tcp_open(struct tcp *t, struct net *net, const struct tcp_host *host, net_addr_t to,
	      uint16_t port, uint64_t out_size)
{
	memset(t, 0, sizeof(*t));
	t->handler = (struct net_handler){ .protocol = NET_TCP,
					   .port = net_random_port(net),
					   .input = input,
					   .unreachable = unreachable };
	t->net = net;
	t->host = *host;
	t->to = to;
	t->port = port;
	t->burst = BURST;
	t->out_size = out_size;
	t->iss = net_random(net);
	t->una = t->iss;
	t->nxt = t->iss + 1;
	t->wait = TCP_WAIT_MS;
	t->heard = t->asked_at = net->now;
	t->due = net->now + t->wait;
	t->state = TCP_OPENING;
	net_listen(net, &t->handler);
	send(t, SYN, t->iss, 0, 0);
}

void tcp_more(struct tcp *t, uint64_t count)
{
	t->out_size += count;
	t->heard = t->net->now;
	t->probes = 0;
	if (is_sending(t))
		send_data(t);
}

bool tcp_accept(struct tcp *t, struct net *net, const struct tcp_host *host,
		const struct net_packet *packet)
{
	struct segment s;

	if (!parse(packet, &s))
		return false;
	memset(t, 0, sizeof(*t));
	t->handler = (struct net_handler){ .protocol = NET_TCP,
					   .port = packet->to_port,
					   .input = input };
	t->net = net;
	t->host = *host;
	t->to = packet->from;
	t->port = packet->from_port;
	if (IS_ENABLED(CONFIG_IPV6))
		t->asked[0] = packet->to;
	t->burst = BURST;
	t->passive = true;
	t->irs = s.seq;
	t->iss = net_random(net);
	t->una = t->iss;
	t->nxt = t->iss + 1;
	t->peer_window = s.window;
	take_options(t, &s);
	t->wait = TCP_WAIT_MS;
	t->heard = t->asked_at = net->now;
	t->due = net->now + t->wait;
	t->state = TCP_ACCEPTING;
	send(t, SYN | ACK, t->iss, 0, 0);
	return true;
}

void tcp_finish(struct tcp *t)
{
	t->finished = true;
	tcp_more(t, 1);
}

bool tcp_is_closed(const struct tcp *t)
{
	return t->state == TCP_ENDED && t->finished && t->sent == t->out_size;
}

/* RFC 9293, 3.10.7.1 */
void tcp_refuse(struct net *net, const struct net_packet *packet)
{
	struct tcp t = { .net = net,
			 .handler = { .port = packet->to_port },
			 .to = packet->from,
			 .port = packet->from_port };
	struct segment s;

	if (IS_ENABLED(CONFIG_IPV6))
		t.asked[0] = packet->to;
	if (!parse(packet, &s) || s.flags & RST)
		return;
	if (s.flags & ACK) {
		send(&t, RST, s.ack, 0, 0);
		return;
	}
	t.irs = s.seq + s.size + !!(s.flags & SYN) + !!(s.flags & FIN) - 1;
	send(&t, RST | ACK, 0, 0, 0);
}

/* Nobody has answered in time. */
static void again(struct tcp *t)
{
	if (++t->tries > TCP_TRIES) {
		fail(t, "the server does not answer");
		return;
	}
	t->wait = MIN(t->wait * 2, (uint64_t)TCP_WAIT_MAX_MS);
	t->due = t->net->now + t->wait;
	if (t->tries > 2)
		net_forget(t->net, t->to);
	if (t->state == TCP_OPENING) {
		send(t, SYN, t->iss, 0, 0);
		return;
	}
	if (IS_ENABLED(CONFIG_TCP_SERVER) && t->state == TCP_ACCEPTING) {
		send(t, SYN | ACK, t->iss, 0, 0);
		return;
	}
	t->nxt = t->una;
	t->burst = t->tries > 2 ? 1 : BURST; /* one frame alone waits for the way to be found */
	t->peer_window = MAX(t->peer_window, (uint32_t)1); /* a window of 0 is asked about */
	send_data(t);
}

static void probe(struct tcp *t)
{
	if (t->probes == TCP_PROBES) {
		fail(t, "the server is silent");
		return;
	}
	t->probes++;
	send(t, ACK, t->nxt - 1, 0, 0);
}

void tcp_poll(struct tcp *t)
{
	const uint64_t now = t->net->now;

	if ((t->state < TCP_OPENING || t->state > TCP_OPEN) && !is_sending(t)) {
		if (t->state == TCP_ENDED && t->ack_now)
			acknowledge(t);
		return;
	}
	if (t->una != t->nxt && now >= t->due)
		again(t);
	else if (is_sending(t) && t->una == t->nxt && unsent(t) && now >= t->due)
		again(t);
	if (t->state != TCP_OPEN)
		return;
	/* at first at once: a window that grows by acknowledgements must not wait for a timer */
	if (t->ack_now || t->waiting >= (t->got < TCP_PROMPT ? 1 : 2 * MSS_OURS) ||
	    now >= t->ack_due)
		acknowledge(t);
	if ((now - t->heard) / TCP_PROBE_MS > t->probes)
		probe(t);
}

void tcp_stop(struct tcp *t)
{
	if (!t->net)
		return;
	if (is_sending(t) && !(IS_ENABLED(CONFIG_TCP_SERVER) && tcp_is_closed(t)))
		send(t, RST | ACK, t->nxt, 0, 0);
	else if (t->state == TCP_ENDED && !is_passive(t))
		send(t, FIN | ACK, t->nxt, 0, 0);
	net_unlisten(t->net, &t->handler);
	t->state = TCP_IDLE;
}
