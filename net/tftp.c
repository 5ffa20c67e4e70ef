/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/tftp.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/num.h"
#include "lib/base/span.h"
#include "net/bytes.h"
#include "net/text.h"

enum { RRQ = 1, WRQ, DATA, ACK, ERROR, OACK };
enum { ERR_ANY = 0, ERR_FULL = 3, ERR_OPTIONS = 8 };

#define HEADER 4

static uint64_t put_blocks(const struct tftp *t)
{
	return t->ask.size / t->block + 1; /* the last is short, or empty */
}

/* ---- out */

static char *put_text(char *p, const char *text)
{
	const size_t size = strlen(text) + 1;

	memcpy(p, text, size);
	return p + size;
}

static char *put_option(char *p, const char *name, uint64_t value)
{
	p = put_text(p, name);
	return p + snprintf(p, 21, "%" PRIu64, value) + 1;
}

static void send_request(struct tftp *t)
{
	uint8_t *room = net_udp_room(t->net);
	char *p = (char *)room + 2;

	put_be16(room, t->ask.put ? WRQ : RRQ);
	p = put_text(p, t->file);
	p = put_text(p, "octet");
	if (!t->plain) {
		p = put_option(p, "timeout", 1);
		p = put_option(p, "tsize", t->ask.put ? t->ask.size : 0);
		p = put_option(p, "blksize", t->ask.block);
		if (t->ask.window > 1)
			p = put_option(p, "windowsize", t->ask.window);
	}
	t->asked_at = t->net->now;
	net_udp_send(t->net, t->ask.server, t->ask.port, t->handler.port,
		     (size_t)(p - (char *)room));
}

static void send_error(struct tftp *t, uint16_t code, const char *text)
{
	uint8_t *room = net_udp_room(t->net);

	put_be16(room, ERROR);
	put_be16(room + 2, code);
	put_text((char *)room + HEADER, text);
	net_udp_send(t->net, t->ask.server, t->peer, t->handler.port, HEADER + strlen(text) + 1);
}

static void send_ack(struct tftp *t)
{
	uint8_t *room = net_udp_room(t->net);

	put_be16(room, ACK);
	put_be16(room + 2, (uint16_t)(t->next - 1));
	t->in_window = 0;
	t->asked_at = t->net->now;
	net_udp_send(t->net, t->ask.server, t->peer, t->handler.port, HEADER);
}

static void send_block(struct tftp *t, uint64_t block)
{
	uint8_t *room = net_udp_room(t->net);
	const uint64_t at = (block - 1) * t->block;
	const size_t count = (size_t)MIN((uint64_t)t->block, t->ask.size - at);

	put_be16(room, DATA);
	put_be16(room + 2, (uint16_t)block);
	t->host.read(t->host.ctx, at, room + HEADER, count);
	net_udp_send(t->net, t->ask.server, t->peer, t->handler.port, HEADER + count);
}

/* What is not acknowledged of a window, from its first block on. */
static void send_window(struct tftp *t)
{
	const uint64_t end = MIN(span_end(t->next, t->window), put_blocks(t) + 1);

	t->asked_at = t->net->now;
	for (t->sent = t->next; t->sent < end; t->sent++)
		send_block(t, t->sent);
}

/* ---- the end */

static int fail(struct tftp *t, uint16_t code)
{
	if (t->peer)
		send_error(t, code, t->why.text[0] ? t->why.text : "ended");
	t->state = TFTP_FAILED;
	return -EIO;
}

/* How long an answer takes decides how long one is waited for. */
static void progressed(struct tftp *t)
{
	const uint64_t took = t->net->now - t->asked_at;

	if (!t->tries) /* else nobody knows which of them it answers */
		t->answer_ms = t->answer_ms ? (t->answer_ms * 7 + took) / 8 : took;
	t->wait = MAX(t->answer_ms * 4, (uint64_t)TFTP_WAIT_MIN_MS);
	t->wait = MIN(t->wait, (uint64_t)TFTP_WAIT_MAX_MS);
	t->due = t->net->now + t->wait;
	t->tries = 0;
	t->behind = false;
}

/* ---- in */

static __attribute__((noinline)) void error_input(struct tftp *t, const struct net_packet *m)
{
	const uint16_t code = get_be16(m->data + 2);
	char shown[100];

	if (code == ERR_OPTIONS && t->state == TFTP_ASKED && !t->plain) {
		t->plain = true;
		send_request(t);
		return;
	}
	net_text(shown, sizeof(shown), m->data + HEADER, m->size - HEADER);
	t->error = code + 1u;
	t->state = TFTP_FAILED;
	refuse(&t->why, -EIO, "TFTP error: '%s' (%u)", shown, code);
}

static int take_option(struct tftp *t, const char *name, const char *text)
{
	uint64_t value;

	if (num_parse(text, 10, &value))
		return refuse(&t->why, -EPROTO, "option %.20s has no number", name);
	if (!strcasecmp(name, "blksize")) {
		if (value < TFTP_BLOCK_MIN || value > t->ask.block)
			return refuse(&t->why, -EPROTO,
				      "blocks of %" PRIu64 " bytes, %u were asked for", value,
				      (unsigned int)t->ask.block);
		t->block = (uint32_t)value;
	} else if (!strcasecmp(name, "windowsize")) {
		if (!value || value > t->ask.window)
			return refuse(&t->why, -EPROTO,
				      "windows of %" PRIu64 " blocks, %u were asked for", value,
				      (unsigned int)t->ask.window);
		t->window = (uint32_t)value;
	} else if (!strcasecmp(name, "tsize") && !t->ask.put) {
		t->size = value;
	}
	return 0;
}

static int take_options(struct tftp *t, const struct net_packet *m)
{
	const char *p = (const char *)m->data + 2;
	size_t left = m->size - 2;
	int err = 0;

	while (left && !err) {
		const size_t name = strnlen(p, left);
		const size_t value = name == left ? left : strnlen(p + name + 1, left - name - 1);

		if (name == left || value == left - name - 1)
			return refuse(&t->why, -EPROTO, "the server's options are cut off");
		err = take_option(t, p, p + name + 1);
		p += name + value + 2;
		left -= name + value + 2;
	}
	if (!err && t->size != TFTP_SIZE_UNKNOWN && t->host.size && !t->ask.put)
		err = t->host.size(t->host.ctx, t->size, &t->why);
	return err;
}

static __attribute__((noinline)) void oack_input(struct tftp *t, const struct net_packet *m)
{
	if (t->state == TFTP_ASKED) {
		if (t->plain)
			return;
		t->state = TFTP_RUNNING;
		if (take_options(t, m)) {
			fail(t, ERR_OPTIONS);
			return;
		}
		progressed(t);
	} else if (t->next > 1 || t->done || t->tries) {
		return; /* again, and it does not matter any more, or the timer sees to it */
	}
	if (t->ask.put)
		send_window(t);
	else
		send_ack(t);
}

static void finish(struct tftp *t)
{
	send_ack(t);
	t->state = TFTP_DONE;
	if (t->size == TFTP_SIZE_UNKNOWN || t->size == t->done)
		return;
	t->state = TFTP_FAILED;
	refuse(&t->why, -EIO, "the server said %" PRIu64 " bytes, and %" PRIu64 " came", t->size,
	       t->done);
}

static void block_input(struct tftp *t, const struct net_packet *m)
{
	const uint32_t count = m->size - HEADER;

	if (count > t->block) {
		refuse(&t->why, -EPROTO, "block %" PRIu64 " has %u bytes, not %u", t->next,
		       (unsigned int)count, (unsigned int)t->block);
		fail(t, ERR_ANY);
		return;
	}
	if (count && t->host.data(t->host.ctx, t->done, m->data + HEADER, count, &t->why)) {
		fail(t, ERR_FULL);
		return;
	}
	t->done += count;
	t->next++;
	if (count < t->block) {
		finish(t);
		return;
	}
	progressed(t);
	if (++t->in_window == t->window)
		send_ack(t);
}

static void data_input(struct tftp *t, const struct net_packet *m)
{
	const uint16_t ahead = (uint16_t)(get_be16(m->data + 2) - (uint16_t)t->next);

	if (t->ask.put)
		return;
	if (t->state == TFTP_ASKED) { /* it knows no options */
		if (ahead)
			return;
		t->state = TFTP_RUNNING;
	}
	if (t->state == TFTP_DONE) {
		if (ahead == 0xffff)
			send_ack(t); /* it did not get the last one */
	} else if (!ahead) {
		block_input(t, m);
	} else if (!t->behind) {
		/* a gap, or again what is there: say once where it shall go on */
		t->behind = true;
		t->repeat++;
		send_ack(t);
	}
}

static void ack_input(struct tftp *t, const struct net_packet *m)
{
	const uint16_t ahead = (uint16_t)(get_be16(m->data + 2) - (uint16_t)(t->next - 1));

	if (!t->ask.put)
		return;
	if (t->state == TFTP_ASKED && !ahead) { /* it knows no options */
		t->state = TFTP_RUNNING;
		progressed(t);
		send_window(t);
		return;
	}
	if (t->state != TFTP_RUNNING || !ahead || ahead > t->sent - t->next)
		return; /* an old one must not have everything sent twice */
	t->next += ahead;
	t->done = MIN((t->next - 1) * t->block, t->ask.size);
	progressed(t);
	if (t->next > put_blocks(t))
		t->state = TFTP_DONE;
	else
		send_window(t);
}

static void input(struct net_handler *handler, struct net *net, const struct net_packet *m)
{
	struct tftp *t = (struct tftp *)handler; /* the first member */
	uint16_t kind;

	(void)net;
	if (m->from != t->ask.server || m->size < HEADER || (t->peer && m->from_port != t->peer))
		return;
	kind = get_be16(m->data);
	if (kind < DATA || kind > OACK)
		return;
	if (t->state == TFTP_DONE && kind != DATA)
		return;
	if (t->state == TFTP_ASKED && kind != ERROR) {
		const uint16_t number = get_be16(m->data + 2);

		/* only what can be the first answer decides who the peer is */
		if ((kind == DATA && (t->ask.put || number != 1)) ||
		    (kind == ACK && (!t->ask.put || number)))
			return;
		t->peer = m->from_port;
	}
	if (kind == DATA)
		data_input(t, m);
	else if (kind == ACK)
		ack_input(t, m);
	else if (kind == OACK)
		oack_input(t, m);
	else
		error_input(t, m);
}

static void unreachable(struct net_handler *handler, const struct net_unreachable *what)
{
	struct tftp *t = (struct tftp *)handler; /* the first member */

	if (what->to != t->ask.server || what->to_port != (t->peer ? t->peer : t->ask.port) ||
	    (t->state != TFTP_ASKED && t->state != TFTP_RUNNING))
		return;
	t->state = TFTP_FAILED;
	refuse(&t->why, -EHOSTUNREACH, "%s", what->text);
}

int tftp_start(struct tftp *t, struct net *net, const struct tftp_host *host,
	       const struct tftp_request *ask)
{
	const uint32_t most =
		ask->put ? (uint32_t)net_udp_max(ask->server) - HEADER : TFTP_BLOCK_MAX;

	memset(t, 0, sizeof(*t));
	t->net = net;
	t->host = *host;
	t->ask = *ask;
	if (!ask->file[0] || strlen(ask->file) >= sizeof(t->file))
		return refuse(&t->why, -EINVAL, "a file's name has 1 to %u characters",
			      TFTP_FILE_MAX - 1);
	if (ask->block < TFTP_BLOCK_MIN || ask->block > most || !ask->window ||
	    ask->window > TFTP_WINDOW_MAX)
		return refuse(&t->why, -EINVAL, "no windows of %u blocks of %u bytes",
			      (unsigned int)ask->window, (unsigned int)ask->block);
	strcpy(t->file, ask->file);
	t->ask.file = t->file;
	t->ask.tries = ask->tries ? ask->tries : TFTP_TRIES;
	t->block = TFTP_BLOCK;
	t->window = 1;
	t->size = TFTP_SIZE_UNKNOWN;
	t->next = 1;
	t->wait = TFTP_WAIT_MS;
	t->due = net->now + t->wait;
	t->handler = (struct net_handler){ .protocol = NET_UDP,
					   .port = net_random_port(net),
					   .input = input,
					   .unreachable = unreachable };
	net_listen(net, &t->handler);
	t->state = TFTP_ASKED;
	send_request(t);
	return 0;
}

static __attribute__((noinline)) void again(struct tftp *t)
{
	if (t->state != TFTP_ASKED && t->state != TFTP_RUNNING)
		return;
	if (++t->tries > t->ask.tries) {
		refuse(&t->why, -ETIMEDOUT, "the server does not answer");
		fail(t, ERR_ANY);
		return;
	}
	t->repeat++;
	t->wait = MIN(t->wait * 2, (uint64_t)TFTP_WAIT_MAX_MS);
	t->due = t->net->now + t->wait;
	if (t->tries > 2)
		net_forget(t->net, t->ask.server); /* it may have moved */
	if (t->state == TFTP_ASKED)
		send_request(t);
	else if (t->ask.put)
		send_window(t);
	else
		send_ack(t);
}

void tftp_poll(struct tftp *t)
{
	if (t->net->now >= t->due)
		again(t);
}

void tftp_stop(struct tftp *t)
{
	if (t->net)
		net_unlisten(t->net, &t->handler);
	if (t->state != TFTP_RUNNING)
		return;
	refuse(&t->why, -EINTR, "ended by the user");
	fail(t, ERR_ANY);
}
