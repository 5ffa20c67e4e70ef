/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/nbd.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "arch/mem.h"
#include "lib/base/span.h"
#include "net/bytes.h"
#include "net/text.h"

#define MAGIC             UINT64_C(0x4e42444d41474943) /* NBDMAGIC */
#define MAGIC_OPTION      UINT64_C(0x49484156454f5054) /* IHAVEOPT */
#define MAGIC_ANSWER      UINT64_C(0x0003e889045565a9)
#define MAGIC_REQUEST     UINT32_C(0x25609513)
#define MAGIC_SIMPLE      UINT32_C(0x67446698)
#define MAGIC_STRUCTURED  UINT32_C(0x668e33ef)

#define FIXED_NEWSTYLE    1
#define NO_ZEROES         2

#define OPT_LIST          3
#define OPT_GO            7
#define OPT_STRUCTURED    8

#define REP_ACK           1
#define REP_SERVER        2
#define REP_INFO          3
#define REP_ERROR         (UINT32_C(1) << 31)
#define REP_UNSUP         (REP_ERROR | 1)
#define REP_POLICY        (REP_ERROR | 2)
#define REP_TLS_REQD      (REP_ERROR | 5)
#define REP_UNKNOWN       (REP_ERROR | 6)

#define INFO_EXPORT       0
#define INFO_BLOCK_SIZE   3

#define EXPORT_READ_ONLY  2
#define EXPORT_SEND_FLUSH 4

#define CHUNK_DONE        1
#define CHUNK_NONE        0
#define CHUNK_DATA        1
#define CHUNK_HOLE        2
#define CHUNK_ERROR       0x8000 /* a bit */

#define GREETING_SIZE     18
#define OPTION_SIZE       16
#define ANSWER_SIZE       20
#define REQUEST_SIZE      28
#define SIMPLE_SIZE       16
#define CHUNK_SIZE        20

#define BLOCK_MAX         (UINT32_C(64) << 10)

/* What the next bytes are. */
enum { GREETING, ANSWER, ANSWER_DATA, REPLY, CHUNK, CHUNK_HEAD, PAYLOAD };

static uint64_t get_be64(const uint8_t *p)
{
	return (uint64_t)get_be32(p) << 32 | get_be32(p + 4);
}

static void put_be64(uint8_t *p, uint64_t value)
{
	put_be32(p, (uint32_t)(value >> 32));
	put_be32(p + 4, (uint32_t)value);
}

static int fail(struct nbd *n, int err, const char *what)
{
	n->state = NBD_FAILED;
	n->err = err;
	return refuse(&n->why, err, "%s", what);
}

static void expect(struct nbd *n, unsigned int phase, uint32_t size)
{
	n->phase = phase;
	n->have = 0;
	n->need = size;
}

/* ---- out */

static void add_option(struct nbd *n, uint32_t option, const uint8_t *data, uint32_t size)
{
	uint8_t *p = n->hello + n->hello_size;

	put_be64(p, MAGIC_OPTION);
	put_be32(p + 8, option);
	put_be32(p + 12, size);
	memcpy(p + OPTION_SIZE, data, size);
	n->hello_size += OPTION_SIZE + size;
}

static void write_hello(struct nbd *n, const char *name)
{
	uint8_t go[4 + NBD_NAME_MAX + 4] = { 0 };
	const uint32_t size = (uint32_t)strlen(name);

	put_be32(n->hello, FIXED_NEWSTYLE | NO_ZEROES);
	n->hello_size = 4;
	if (n->host.name) {
		add_option(n, OPT_LIST, go, 0);
		return;
	}
	put_be32(go, size);
	memcpy(go + 4, name, size);
	put_be16(go + 4 + size, 1);
	put_be16(go + 6 + size, INFO_BLOCK_SIZE);
	add_option(n, OPT_STRUCTURED, go, 0);
	add_option(n, OPT_GO, go, size + 8);
}

static void write_request(const struct nbd *n, unsigned int i, uint8_t *p)
{
	put_be32(p, MAGIC_REQUEST);
	put_be16(p + 4, 0);
	put_be16(p + 6, (uint16_t)n->command);
	put_be64(p + 8, n->cookie + i);
	put_be64(p + 16, n->list[i].offset);
	put_be32(p + 24, n->list[i].size);
}

/* What we send, again and again where it is lost: the handshake, then request behind request. */
static void stream_give(void *ctx, uint64_t at, void *bytes, size_t count)
{
	const struct nbd *n = ctx;
	uint8_t *to = bytes, head[REQUEST_SIZE];
	uint64_t start = n->batch_at;

	for (; count && at < n->hello_size && at < n->batch_at; count--)
		*to++ = n->hello[at++];
	for (unsigned int i = 0; i < n->count && count; i++) {
		const uint32_t data = n->command == NBD_WRITE ? n->list[i].size : 0;
		size_t part;

		if (n->filled[i] == UINT32_MAX)
			continue; /* it was answered before this batch began */
		if (at - start < REQUEST_SIZE) {
			part = (size_t)MIN((uint64_t)count, REQUEST_SIZE - (at - start));
			write_request(n, i, head);
			memcpy(to, head + (at - start), part);
			to += part;
			at += part;
			count -= part;
		}
		start += REQUEST_SIZE;
		if (at >= start && at - start < data) {
			part = (size_t)MIN((uint64_t)count, data - (at - start));
			memcpy(to, n->list[i].bytes + (at - start), part);
			to += part;
			at += part;
			count -= part;
		}
		start += data;
	}
	memset(to, 0, count); /* nothing asks for that */
}

/* ---- the handshake */

static int take_greeting(struct nbd *n)
{
	if (get_be64(n->head) != MAGIC || get_be64(n->head + 8) != MAGIC_OPTION)
		return fail(n, -EPROTO, "that is no NBD server, or one of before 2012");
	if (!(get_be16(n->head + 16) & FIXED_NEWSTYLE) || !(get_be16(n->head + 16) & NO_ZEROES))
		return fail(n, -EPROTO, "the NBD server knows no fixed newstyle negotiation");
	expect(n, ANSWER, ANSWER_SIZE);
	return 0;
}

static int take_answer(struct nbd *n)
{
	if (get_be64(n->head) != MAGIC_ANSWER || ++n->answers > NBD_ANSWERS_MAX)
		return fail(n, -EPROTO, "the NBD server's answers to options make no sense");
	n->option = get_be32(n->head + 8);
	n->type = get_be32(n->head + 12);
	n->length = get_be32(n->head + 16);
	if (n->length > NBD_OPTION_MAX)
		return fail(n, -EPROTO, "the NBD server's answer to an option is too long");
	expect(n, ANSWER_DATA, MIN(n->length, (uint32_t)NBD_KEEP));
	n->skip = n->length - n->need;
	return 0;
}

static int refused(struct nbd *n)
{
	char text[128];

	net_text(text, sizeof(text), n->head, n->need);
	n->state = NBD_FAILED;
	n->err = n->type == REP_UNKNOWN ? -ENOENT : -EIO;
	return refuse(&n->why, n->err, "the NBD server refuses: %s%s%s",
		      n->type == REP_UNKNOWN    ? "it has no such export"
		      : n->type == REP_UNSUP    ? "it does not know NBD_OPT_GO or lists"
		      : n->type == REP_POLICY   ? "its policy forbids that"
		      : n->type == REP_TLS_REQD ? "it wants TLS"
						: "error",
		      text[0] ? ": " : "", text);
}

static int take_info(struct nbd *n)
{
	const uint32_t kind = n->need >= 2 ? get_be16(n->head) : UINT32_MAX;

	if (kind == INFO_EXPORT && n->need >= 12) {
		const uint16_t flags = get_be16(n->head + 10);

		n->size = get_be64(n->head + 2);
		n->read_only = flags & EXPORT_READ_ONLY;
		n->can_flush = flags & EXPORT_SEND_FLUSH;
		n->heard_size = true;
	} else if (kind == INFO_BLOCK_SIZE && n->need >= 14) {
		n->block = get_be32(n->head + 2);
		n->request_max = MIN(get_be32(n->head + 10), NBD_REQUEST_MAX);
	} else if (kind == INFO_EXPORT || kind == INFO_BLOCK_SIZE) {
		return fail(n, -EPROTO, "the NBD server tells too little of the export");
	}
	return 0;
}

static int take_name(struct nbd *n)
{
	const uint32_t size = n->need >= 4 ? get_be32(n->head) : UINT32_MAX;
	char name[NBD_NAME_MAX + 1], about[NBD_KEEP + 1] = "";

	if (n->length < 4 || size > n->length - 4)
		return fail(n, -EPROTO, "a name in the NBD server's list is longer than it says");
	net_text(name, sizeof(name), n->head + 4, MIN(size, n->need - 4));
	if (size < n->need - 4)
		net_text(about, sizeof(about), n->head + 4 + size, n->need - 4 - size);
	n->host.name(n->host.ctx, name, about);
	return 0;
}

static int export_is_there(struct nbd *n)
{
	if (!n->heard_size)
		return fail(n, -EPROTO, "the NBD server does not tell the export's size");
	if (!n->block || (n->block & (n->block - 1)) || n->block > BLOCK_MAX ||
	    n->request_max < n->block)
		return fail(n, -EPROTO, "the NBD server's block sizes make no sense");
	n->state = NBD_READY;
	n->why.text[0] = '\0';
	return 0;
}

static int answer_done(struct nbd *n)
{
	int err = 0;

	if (n->option == OPT_STRUCTURED) {
		n->structured = n->type == REP_ACK;
		expect(n, ANSWER, ANSWER_SIZE);
		return 0;
	}
	if (n->option != (n->host.name ? OPT_LIST : OPT_GO))
		return fail(n, -EPROTO, "the NBD server answers what was not asked");
	if (n->type & REP_ERROR)
		return refused(n);
	if (n->type == REP_INFO && !n->host.name)
		err = take_info(n);
	else if (n->type == REP_SERVER && n->host.name)
		err = take_name(n);
	else if (n->type == REP_ACK && n->host.name)
		n->state = NBD_LISTED;
	else if (n->type == REP_ACK)
		err = export_is_there(n);
	if (n->state == NBD_READY)
		expect(n, REPLY, SIMPLE_SIZE);
	else
		expect(n, ANSWER, ANSWER_SIZE);
	return err;
}

/* ---- replies */

static bool find(struct nbd *n, uint64_t cookie)
{
	const uint64_t i = cookie - n->cookie;

	if (n->state != NBD_BUSY || i >= n->count || n->list[i].done)
		return false;
	n->which = (unsigned int)i;
	return true;
}

static int finish(struct nbd *n)
{
	struct nbd_request *r = &n->list[n->which];

	if (!r->error && n->command == NBD_READ && n->filled[n->which] != r->size)
		return fail(n, -EPROTO, "the NBD server's reply is shorter than what was asked");
	r->done = true;
	n->open--;
	return 0;
}

static int take_simple(struct nbd *n)
{
	struct nbd_request *r = &n->list[n->which];

	r->error = get_be32(n->head + 4);
	if (r->error || n->command != NBD_READ) {
		expect(n, REPLY, SIMPLE_SIZE);
		return finish(n);
	}
	if (n->structured)
		return fail(n, -EPROTO, "the NBD server sends bytes without structure");
	n->last = true;
	n->payload = r->size;
	expect(n, PAYLOAD, 0);
	return 0;
}

static int take_reply(struct nbd *n)
{
	const uint32_t magic = get_be32(n->head);

	if (magic == MAGIC_STRUCTURED && n->structured) {
		n->phase = CHUNK;
		n->need = CHUNK_SIZE;
		return 0;
	}
	if (magic != MAGIC_SIMPLE || !find(n, get_be64(n->head + 8)))
		return fail(n, -EPROTO, "the NBD server answers what was not asked");
	return take_simple(n);
}

static int take_chunk(struct nbd *n)
{
	const uint16_t type = get_be16(n->head + 6);
	uint32_t need = type & CHUNK_ERROR ? 6 : 0;

	n->length = get_be32(n->head + 16);
	if (!find(n, get_be64(n->head + 8)))
		return fail(n, -EPROTO, "the NBD server answers what was not asked");
	n->type = type;
	n->last = get_be16(n->head + 4) & CHUNK_DONE;
	if (type == CHUNK_DATA && n->command == NBD_READ)
		need = 8;
	else if (type == CHUNK_HOLE && n->command == NBD_READ)
		need = 12;
	else if (type != CHUNK_NONE && !(type & CHUNK_ERROR))
		return fail(n, -EPROTO,
			    "the NBD server's reply is of a kind that was not asked for");
	if (n->length < need || (type == CHUNK_HOLE && n->length != need) ||
	    (type == CHUNK_NONE && (n->length || !n->last)) ||
	    (type & CHUNK_ERROR && n->length > NBD_OPTION_MAX))
		return fail(n, -EPROTO, "a part of the NBD server's reply has an impossible size");
	if (type & CHUNK_ERROR)
		need = MIN(n->length, (uint32_t)NBD_KEEP);
	expect(n, CHUNK_HEAD, need);
	n->skip = type & CHUNK_ERROR ? n->length - need : 0;
	return 0;
}

/* Bytes of a read: which, and are they the next? */
static int place(struct nbd *n, uint32_t size)
{
	const struct nbd_request *r = &n->list[n->which];
	const uint64_t offset = get_be64(n->head);
	const uint32_t filled = n->filled[n->which];

	if (offset < r->offset || offset - r->offset != filled || !size || size > r->size - filled)
		return fail(n, -EPROTO, "the NBD server sends another part than was asked for");
	return 0;
}

static void take_error(struct nbd *n)
{
	struct nbd_request *r = &n->list[n->which];
	const uint32_t size = MIN((uint32_t)get_be16(n->head + 4), n->need - 6);

	r->error = get_be32(n->head);
	r->error = r->error ? r->error : EIO;
	net_text(n->said, sizeof(n->said), n->head + 6, size);
}

static int take_chunk_head(struct nbd *n)
{
	struct nbd_request *r = &n->list[n->which];
	uint32_t size;

	if (n->type == CHUNK_DATA) {
		n->payload = n->length - 8;
		if (place(n, n->payload))
			return -EPROTO;
		expect(n, PAYLOAD, 0);
		return 0;
	}
	if (n->type == CHUNK_HOLE) {
		size = get_be32(n->head + 8);
		if (place(n, size))
			return -EPROTO;
		memset(r->bytes + n->filled[n->which], 0, size);
		n->filled[n->which] += size;
	} else if (n->type & CHUNK_ERROR) {
		take_error(n);
	}
	expect(n, REPLY, SIMPLE_SIZE);
	return n->last ? finish(n) : 0;
}

/* ---- in */

static int head_done(struct nbd *n)
{
	switch (n->phase) {
	case GREETING:
		return take_greeting(n);
	case ANSWER:
		return take_answer(n);
	case ANSWER_DATA:
		return answer_done(n);
	case REPLY:
		return take_reply(n);
	case CHUNK:
		return take_chunk(n);
	default:
		return take_chunk_head(n);
	}
}

/* Bytes that were read; NULL: they are at their place already. Return: how many were used. */
static uint32_t payload(struct nbd *n, const uint8_t *bytes, size_t count)
{
	const uint32_t part = (uint32_t)MIN((uint64_t)count, (uint64_t)n->payload);
	uint32_t *filled = &n->filled[n->which];

	if (bytes)
		mem_copy(n->list[n->which].bytes + *filled, bytes, part);
	*filled += part;
	n->payload -= part;
	if (!n->payload)
		expect(n, REPLY, SIMPLE_SIZE);
	return part;
}

static int stream_data(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	struct nbd *n = ctx;
	const uint8_t *p = bytes;
	size_t used = 0;
	uint32_t part;

	n->heard = n->net->now;
	while (used < count || (n->phase != PAYLOAD && n->have == n->need && !n->skip)) {
		const size_t left = count - used;

		if (n->state != NBD_OPENING && n->state != NBD_BUSY)
			return left ? -EIO : 0; /* the server speaks without being asked */
		if (n->phase == PAYLOAD) {
			n->payload_at = at + used;
			part = payload(n, p ? p + used : NULL, left);
			if (!n->payload && n->last && finish(n))
				return -EIO;
		} else if (!p) {
			return -EIO; /* nothing else is taken early */
		} else if (n->have < n->need) {
			part = (uint32_t)MIN(left, (size_t)(n->need - n->have));
			memcpy(n->head + n->have, p + used, part);
			n->have += part;
		} else {
			part = (uint32_t)MIN(left, (size_t)n->skip);
			n->skip -= part;
		}
		used += part;
		if (n->phase != PAYLOAD && n->have == n->need && !n->skip && head_done(n))
			return -EIO;
	}
	n->payload_at = at + used;
	return 0;
}

/* Bytes of the payload that has begun, further on. */
static bool stream_early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	struct nbd *n = ctx;

	if (n->state != NBD_BUSY || n->phase != PAYLOAD || at < n->payload_at ||
	    !span_fits(n->payload, at - n->payload_at, count))
		return false;
	mem_copy(n->list[n->which].bytes + n->filled[n->which] + (at - n->payload_at), bytes,
		 count);
	return true;
}

/* ---- connections */

int nbd_open(struct nbd *n, struct net *net, net_addr_t server, uint16_t port, const char *name,
	     const struct nbd_host *names, struct why *why)
{
	const struct tcp_host host = { n, stream_data, stream_early, stream_give };

	memset(n, 0, sizeof(*n));
	if (strlen(name) > NBD_NAME_MAX)
		return refuse(why, -E2BIG, "an export's name has at most %u characters",
			      NBD_NAME_MAX);
	n->net = net;
	if (names)
		n->host = *names;
	n->block = 1;
	n->request_max = NBD_REQUEST_MAX;
	write_hello(n, name);
	n->batch_at = n->hello_size;
	n->cookie = (uint64_t)net_random(net) << 32 | net_random(net);
	n->heard = net->now;
	n->state = NBD_OPENING;
	expect(n, GREETING, GREETING_SIZE);
	tcp_open(&n->tcp, net, &host, server, port, n->hello_size);
	return 0;
}

void nbd_transfer(struct nbd *n, enum nbd_command command, struct nbd_request *list,
		  unsigned int count)
{
	uint64_t size = 0;

	n->batch_at = n->tcp.out_size;
	n->cookie += n->count;
	n->command = command;
	n->list = list;
	n->count = MIN(count, (unsigned int)NBD_BATCH);
	n->open = 0;
	n->said[0] = '\0';
	for (unsigned int i = 0; i < n->count; i++) {
		n->filled[i] = list[i].done ? UINT32_MAX : 0;
		if (list[i].done)
			continue;
		list[i].error = 0;
		n->open++;
		size += REQUEST_SIZE + (command == NBD_WRITE ? list[i].size : 0);
	}
	n->heard = n->net->now;
	n->state = n->open ? NBD_BUSY : NBD_READY;
	if (size)
		tcp_more(&n->tcp, size);
}

void nbd_poll(struct nbd *n)
{
	if (n->state == NBD_IDLE || n->state == NBD_FAILED || n->state == NBD_LISTED)
		return;
	tcp_poll(&n->tcp);
	/* what was sent is the caller's until it has arrived, too */
	if (n->state == NBD_BUSY && !n->open && n->tcp.sent == n->tcp.out_size)
		n->state = NBD_READY;
	if (n->state == NBD_READY)
		return;
	if (n->tcp.state == TCP_FAILED)
		(void)fail(n, -EIO, n->tcp.why.text);
	else if (n->tcp.state == TCP_ENDED)
		(void)fail(n, -EIO, "the NBD server closed the connection");
	else if (n->net->now - n->heard >= NBD_SILENCE_MS && n->tcp.una == n->tcp.nxt)
		(void)fail(n, -ETIMEDOUT, "the NBD server does not answer");
}

void nbd_stop(struct nbd *n)
{
	if (n->state == NBD_IDLE)
		return;
	if (n->state == NBD_READY) {
		struct nbd_request none = { 0 };

		nbd_transfer(n, NBD_DISC, &none, 1);
	}
	tcp_stop(&n->tcp);
	n->count = 0;
	n->state = NBD_IDLE;
}
