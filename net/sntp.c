/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/sntp.h"

#include <errno.h>
#include <string.h>

#include "net/bytes.h"
#include "net/text.h"

/* Offsets in a message, and its first byte: leap indicator, version, mode. */
#define STRATUM	    1
#define REFERENCE   12
#define ORIGIN	    24
#define RECEIVED    32
#define TRANSMITTED 40

#define LEAP_UNSET  3
#define VERSION	    4
#define CLIENT	    3
#define SERVER	    4
#define STRATUM_MAX 15

#define ERA_BIT	    UINT64_C(0x80000000)
#define UNIX_ERA_0  UINT64_C(2208988800) /* 1970 in seconds since 1900 */
#define UNIX_ERA_1 \
	UINT64_C(2085978496) /* 2036-02-07 06:28:16, where they begin again, since 1970 */
#define WAIT_MS	    1000
#define TICK_MS	    2 /* times of ours are of whole milliseconds, at both ends */

/* 32 bits of seconds, 32 of their parts. */
static uint64_t get_stamp(const uint8_t *at)
{
	return (uint64_t)get_be32(at) << 32 | get_be32(at + 4);
}

static uint64_t to_ms(uint64_t stamp)
{
	return (stamp >> 32) * 1000 + ((stamp & UINT32_MAX) * 1000 >> 32);
}

static void fail(struct sntp *s, int err, const char *what)
{
	s->state = SNTP_FAILED;
	refuse(&s->why, err, "%s", what);
}

static void send(struct sntp *s)
{
	uint8_t *room = net_udp_room(s->net);

	s->origin = (uint64_t)net_random(s->net) << 32 | net_random(s->net) | 1;
	s->sent = s->net->now;
	s->due = s->net->now + ((uint64_t)WAIT_MS << s->tries++);
	memset(room, 0, SNTP_SIZE);
	room[0] = VERSION << 3 | CLIENT;
	put_be32(room + TRANSMITTED, (uint32_t)(s->origin >> 32));
	put_be32(room + TRANSMITTED + 4, (uint32_t)s->origin);
	net_udp_send(s->net, s->server, SNTP_PORT, s->handler.port, SNTP_SIZE);
}

/* A server that says "go away" says why in four letters. */
static void kissed(struct sntp *s, const uint8_t *code)
{
	char text[5];

	net_text(text, sizeof(text), code, 4);
	s->state = SNTP_FAILED;
	refuse(&s->why, -EACCES, "the time server refuses: '%s'", text);
}

/*
 * Between the server's two times lies what it took, between ours that and the way: half of the way
 * has passed since its second. So no clock of ours has to be within 68 years of its.
 */
static void take_time(struct sntp *s, const uint8_t *m)
{
	const uint64_t received = get_stamp(m + RECEIVED), sent = get_stamp(m + TRANSMITTED);
	const uint64_t took = to_ms(sent - received), whole = s->net->now - s->sent;
	uint64_t ms = sent >> 32;

	if (!sent || (int64_t)(sent - received) < 0 || (took > whole && took - whole > TICK_MS)) {
		fail(s, -EPROTO, "the time server's times make no sense");
		return;
	}
	s->delay_ms = (unsigned int)(whole > took ? whole - took : 0);
	ms = ms & ERA_BIT ? ms - UNIX_ERA_0 : ms + UNIX_ERA_1;
	ms = ms * 1000 + to_ms(sent & UINT32_MAX) + s->delay_ms / 2;
	s->seconds = ms / 1000;
	s->ms = (unsigned int)(ms % 1000);
	s->came = s->net->now;
	s->stratum = m[STRATUM];
	s->state = SNTP_DONE;
}

static void input(struct net_handler *handler, struct net *net, const struct net_packet *p)
{
	struct sntp *s = (struct sntp *)handler; /* the first member */
	const uint8_t *m = p->data;

	(void)net;
	if (s->state != SNTP_ASKED || !s->origin || p->from != s->server ||
	    p->from_port != SNTP_PORT || p->size < SNTP_SIZE || (m[0] & 7) != SERVER ||
	    get_stamp(m + ORIGIN) != s->origin)
		return;
	s->origin = 0;
	if ((m[0] >> 3 & 7) != VERSION)
		fail(s, -EPROTO, "the time server answers in another version of NTP than 4");
	else if (!m[STRATUM] && m[REFERENCE])
		kissed(s, m + REFERENCE);
	else if (m[0] >> 6 == LEAP_UNSET || !m[STRATUM] || m[STRATUM] > STRATUM_MAX)
		fail(s, -EAGAIN, "the time server does not know the time itself");
	else
		take_time(s, m);
}

static void unreachable(struct net_handler *handler, const struct net_unreachable *what)
{
	struct sntp *s = (struct sntp *)handler; /* the first member */

	if (s->state == SNTP_ASKED && s->origin && what->to == s->server &&
	    what->to_port == SNTP_PORT)
		fail(s, -EHOSTUNREACH, what->text);
}

void sntp_start(struct sntp *s, struct net *net, net_addr_t server)
{
	memset(s, 0, sizeof(*s));
	s->net = net;
	s->server = server;
	s->handler = (struct net_handler){ .protocol = NET_UDP,
					   .port = net_random_port(net),
					   .input = input,
					   .unreachable = unreachable };
	net_listen(net, &s->handler);
	s->state = SNTP_ASKED;
	sntp_poll(s);
}

void sntp_poll(struct sntp *s)
{
	if (s->state != SNTP_ASKED || s->net->now < s->due)
		return;
	if (net_is_unreachable(s->net, s->server))
		fail(s, -EHOSTUNREACH, "the time server is not there");
	else if (s->tries == SNTP_TRIES)
		fail(s, -ETIMEDOUT, "the time server does not answer");
	else if (net_ask(s->net, s->server))
		send(s);
}

void sntp_stop(struct sntp *s)
{
	if (s->net)
		net_unlisten(s->net, &s->handler);
}
