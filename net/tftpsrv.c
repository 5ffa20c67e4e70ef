/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/tftpsrv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/num.h"
#include "net/bytes.h"
#include "net/text.h"

enum { RRQ = 1, WRQ, DATA, ACK, ERROR, OACK };
enum { ERR_ANY = 0, ERR_ACCESS = 2, ERR_FULL = 3, ERR_ILLEGAL = 4 };

#define HEADER 4

/* ---- out */

static void send_error(struct tftpsrv *s, net_addr_t to, uint16_t port, uint16_t code,
		       const char *text)
{
	uint8_t *room = net_udp_room(s->net);
	const size_t size = strlen(text) + 1;

	put_be16(room, ERROR);
	put_be16(room + 2, code);
	memcpy(room + HEADER, text, size);
	net_udp_send(s->net, to, port, s->data.port, HEADER + size);
}

static char *put_option(char *p, const char *name, uint64_t value)
{
	const size_t size = strlen(name) + 1;

	memcpy(p, name, size);
	return p + size + snprintf(p + size, 21, "%" PRIu64, value) + 1;
}

/* Up to which block it is there; before the first one also which options count. */
static void acknowledge(struct tftpsrv *s)
{
	uint8_t *room = net_udp_room(s->net);
	char *p = (char *)room + HEADER;
	const bool options = s->options && s->next == 1;

	put_be16(room, options ? OACK : ACK);
	if (options)
		p = (char *)room + 2;
	else
		put_be16(room + 2, (uint16_t)(s->next - 1));
	if (options && s->has_size)
		p = put_option(p, "tsize", s->size);
	if (options && s->has_block)
		p = put_option(p, "blksize", s->block);
	if (options && s->has_window)
		p = put_option(p, "windowsize", s->window);
	s->in_window = 0;
	net_udp_send(s->net, s->client, s->port, s->data.port, (size_t)(p - (char *)room));
}

static void progressed(struct tftpsrv *s)
{
	s->tries = 0;
	s->behind = false;
	s->due = s->net->now + TFTP_WAIT_MS;
}

static void fail(struct tftpsrv *s, uint16_t code)
{
	send_error(s, s->client, s->port, code, s->why.text);
	s->due = s->net->now + TFTP_WAIT_MS;
	s->state = TFTPSRV_LEAVING;
}

/* ---- in */

/* The next text of a request; NULL: it does not end in there. */
static const char *take_text(const char **p, const char *end)
{
	const char *text = *p, *nul = memchr(text, '\0', (size_t)(end - text));

	if (nul)
		*p = nul + 1;
	return nul ? text : NULL;
}

static void take_option(struct tftpsrv *s, const char *name, uint64_t value)
{
	if (!strcasecmp(name, "blksize") && value >= TFTP_BLOCK_MIN) {
		s->block = (uint32_t)MIN(value, (uint64_t)TFTPSRV_BLOCK_MAX);
		s->has_block = true;
	} else if (!strcasecmp(name, "windowsize") && value) {
		s->window = (uint32_t)MIN(value, (uint64_t)TFTPSRV_WINDOW_MAX);
		s->has_window = true;
	} else if (!strcasecmp(name, "tsize")) {
		s->size = value;
		s->has_size = true;
	}
	s->options = s->has_block || s->has_window || s->has_size;
}

static void begin(struct tftpsrv *s, const char *p, const char *end)
{
	const char *name, *value;
	uint64_t number;

	s->block = TFTP_BLOCK;
	s->window = 1;
	s->options = s->has_size = s->has_block = s->has_window = false;
	while ((name = take_text(&p, end)) && (value = take_text(&p, end)))
		if (!num_parse(value, 10, &number))
			take_option(s, name, number);
	s->next = 1;
	s->done = 0;
	s->state = TFTPSRV_TAKING;
	if (s->has_size && s->host.size(s->host.ctx, s->size, &s->why)) {
		fail(s, ERR_FULL);
		return;
	}
	progressed(s);
	acknowledge(s);
}

static void request_input(struct net_handler *handler, struct net *net, const struct net_packet *m)
{
	struct tftpsrv *s = (struct tftpsrv *)handler; /* the first member */
	const char *p = (const char *)m->data + 2, *end = (const char *)m->data + m->size;
	const char *name, *mode;
	const uint16_t what = m->size < 2 ? 0 : get_be16(m->data);

	(void)net;
	if (s->state == TFTPSRV_TAKING && what == WRQ && m->from == s->client &&
	    m->from_port == s->port && s->next == 1)
		acknowledge(s); /* it was lost */
	if (s->state != TFTPSRV_LISTENING || (what != RRQ && what != WRQ))
		return;
	name = take_text(&p, end);
	mode = name ? take_text(&p, end) : NULL;
	if (!mode || !name[0]) {
		send_error(s, m->from, m->from_port, ERR_ILLEGAL, "a name and a mode are missing");
	} else if (what == RRQ) {
		send_error(s, m->from, m->from_port, ERR_ACCESS, "files are only taken here");
	} else if (strcasecmp(mode, "octet")) {
		send_error(s, m->from, m->from_port, ERR_ILLEGAL, "the mode has to be octet");
	} else {
		s->client = m->from;
		s->port = m->from_port;
		net_text(s->file, sizeof(s->file), name, strlen(name));
		begin(s, p, end);
	}
}

static void block_input(struct tftpsrv *s, const struct net_packet *m)
{
	const uint32_t count = m->size - HEADER;
	const bool last = count < s->block;

	if (get_be16(m->data + 2) != (uint16_t)s->next || count > s->block) {
		/* once for each gap: what follows it is on its way already */
		if (!s->behind && count <= s->block)
			acknowledge(s);
		s->behind = true;
		return;
	}
	if (s->host.data(s->host.ctx, s->done, m->data + HEADER, count, &s->why)) {
		fail(s, ERR_FULL);
		return;
	}
	s->done += count;
	s->next++;
	progressed(s);
	if (!last && ++s->in_window < s->window)
		return;
	if (last && s->has_size && s->done != s->size) {
		refuse(&s->why, -EIO, "the file has %" PRIu64 " bytes; %" PRIu64 " came", s->size,
		       s->done);
		fail(s, ERR_ANY);
		return;
	}
	acknowledge(s);
	if (!last)
		return;
	acknowledge(s); /* nobody will be here to say it again */
	s->state = TFTPSRV_DONE;
}

static void data_input(struct net_handler *handler, struct net *net, const struct net_packet *m)
{
	struct tftpsrv *s = (struct tftpsrv *)((char *)handler - offsetof(struct tftpsrv, data));

	(void)net;
	if (s->state != TFTPSRV_TAKING || m->from != s->client || m->from_port != s->port ||
	    m->size < HEADER)
		return;
	if (get_be16(m->data) == DATA) {
		block_input(s, m);
	} else if (get_be16(m->data) == ERROR) {
		refuse(&s->why, -EIO, "the client gave up, error %u", get_be16(m->data + 2));
		s->state = TFTPSRV_FAILED;
	}
}

/* ---- */

void tftpsrv_start(struct tftpsrv *s, struct net *net, const struct tftp_host *host)
{
	memset(s, 0, sizeof(*s));
	s->net = net;
	s->host = *host;
	s->request = (struct net_handler){ .protocol = NET_UDP,
					   .port = TFTP_PORT,
					   .input = request_input };
	s->data = (struct net_handler){ .protocol = NET_UDP,
					.port = net_random_port(net),
					.input = data_input };
	s->state = TFTPSRV_LISTENING;
	net_listen(net, &s->request);
	net_listen(net, &s->data);
}

void tftpsrv_poll(struct tftpsrv *s)
{
	uint64_t wait;

	if (s->state == TFTPSRV_LEAVING && (net_ask(s->net, s->client) || s->net->now >= s->due))
		s->state = TFTPSRV_FAILED;
	if (s->state != TFTPSRV_TAKING || s->net->now < s->due)
		return;
	if (s->tries == TFTP_TRIES) {
		refuse(&s->why, -ETIMEDOUT, "the client is silent");
		fail(s, ERR_ANY);
		return;
	}
	wait = MIN((uint64_t)TFTP_WAIT_MS << s->tries, (uint64_t)TFTP_WAIT_MAX_MS);
	s->due = s->net->now;
	s->due += wait;
	s->tries++;
	s->behind = false;
	acknowledge(s);
}

void tftpsrv_stop(struct tftpsrv *s)
{
	if (!s->net)
		return;
	if (s->state == TFTPSRV_TAKING)
		send_error(s, s->client, s->port, ERR_ANY, "ended");
	net_unlisten(s->net, &s->request);
	net_unlisten(s->net, &s->data);
	s->state = TFTPSRV_IDLE;
}
