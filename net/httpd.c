/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/httpd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/num.h"
#include "net/addr.h"
#include "net/text.h"

#define SYN 2
#define RST 4
#define ACK 16
#define FLAGS_AT 13

static void change(struct httpd_connection *c, enum httpd_state state)
{
	c->state = state;
	c->since = c->server->net->now;
}

/* ---- answers */

static void put(struct httpd_connection *c, const void *bytes, size_t count)
{
	count = MIN(count, sizeof(c->out) - c->out_size);
	memcpy(c->out + c->out_size, bytes, count);
	c->out_size += (uint32_t)count;
}

/* What was put is to be sent. */
static void tell(struct httpd_connection *c)
{
	tcp_more(&c->tcp, c->out_size - c->tcp.out_size);
}

static void stream_give(void *ctx, uint64_t at, void *bytes, size_t count)
{
	const struct httpd_connection *c = ctx;

	memcpy(bytes, c->out + at, count);
}

static void answer(struct httpd_connection *c, const char *status, const char *type,
		   const char *body, size_t size)
{
	char head[256];
	const int n =
		snprintf(head, sizeof(head),
			 "HTTP/1.1 %s\r\nContent-Type: %s; charset=utf-8\r\n"
			 "Content-Length: %u\r\nConnection: close\r\nCache-Control: no-store\r\n"
			 "X-Frame-Options: DENY\r\n\r\n",
			 status, type, (unsigned int)size);

	put(c, head, (size_t)n);
	if (strcmp(c->method, "HEAD"))
		put(c, body, size);
	change(c, HTTPD_ANSWER);
	tell(c);
	tcp_finish(&c->tcp);
}

static void say(struct httpd_connection *c, const char *status, const char *text)
{
	char line[HTTPD_TEXT_MAX];
	const int n = snprintf(line, sizeof(line), "%s\n", text);

	answer(c, status, "text/plain", line, MIN((size_t)n, sizeof(line) - 1));
}

/* ---- files */

static void broken(struct httpd_connection *c)
{
	if (c->server->putting != c)
		return;
	c->server->putting = NULL;
	c->server->host.broken(c->server->host.ctx);
}

bool httpd_has_whole(const struct httpd *d)
{
	return d->putting && d->putting->state == HTTPD_WHOLE;
}

void httpd_finish(struct httpd *d, bool done, const char *text)
{
	struct httpd_connection *c = d->putting;

	d->putting = NULL; /* from then on there may be another */
	say(c, done ? "200 OK" : "422 Unprocessable Content", text);
}

static void begin_file(struct httpd_connection *c)
{
	struct httpd *d = c->server;
	struct why why = { "" };
	int err;

	if (c->no_length || !c->has_length) {
		say(c, "411 Length Required", "how long it is has to be said (Content-Length)");
		return;
	}
	if (d->putting) {
		say(c, "409 Conflict", "another file is on its way");
		return;
	}
	err = d->host.begin(d->host.ctx, c->path + 1, c->length, &why);
	if (err) {
		say(c, err == -ENOENT ? "404 Not Found" : "403 Forbidden", why.text);
		return;
	}
	d->putting = c;
	c->done = 0;
	change(c, HTTPD_FILE);
	if (!c->length) {
		change(c, HTTPD_WHOLE);
	} else if (c->wants_word) {
		static const char word[] = "HTTP/1.1 100 Continue\r\n\r\n";

		put(c, word, sizeof(word) - 1);
		tell(c);
	}
}

static int file_bytes(struct httpd_connection *c, const uint8_t *bytes, size_t count)
{
	const struct httpd_host *host = &c->server->host;
	struct why why = { "" };

	count = (size_t)MIN((uint64_t)count, c->length - c->done);
	if (host->data(host->ctx, c->done, bytes, count, &why)) {
		broken(c);
		say(c, "403 Forbidden", why.text);
		return 0;
	}
	c->done += count;
	c->since = c->server->net->now;
	if (c->done == c->length)
		change(c, HTTPD_WHOLE);
	return 0;
}

/* ---- requests */

/* An address, or the one name: a page of somebody else's that calls itself by ours is none. */
static bool is_our_host(const struct httpd *d, const char *text)
{
	char host[64];
	const size_t size = strcspn(text, ":");
	const size_t six = IS_ENABLED(CONFIG_IPV6) ? net_bracketed(text, strlen(text), NULL) : 0;
	uint32_t ip;

	if (six)
		return !text[six] || text[six] == ':';
	if (size >= sizeof(host))
		return false;
	memcpy(host, text, size);
	host[size] = '\0';
	return !net_parse_ip(host, &ip) || !strcmp(host, "localhost") ||
	       (d->host.name && !strcmp(host, d->host.name));
}

/* Return: false, it makes no sense */
static bool take_field(struct httpd_connection *c)
{
	const char *value = net_field(c->line, "content-length");

	if (value) {
		uint64_t length;

		if (c->cut || value[strspn(value, "0123456789")] || num_parse(value, 10, &length) ||
		    (c->has_length && length != c->length))
			return false;
		c->length = length;
		c->has_length = true;
	}
	if (net_field(c->line, "transfer-encoding"))
		c->no_length = true;
	if (net_field(c->line, "expect"))
		c->wants_word = true;
	value = net_field(c->line, "host");
	if (value) {
		if (c->has_host)
			return false;
		c->has_host = true;
		c->wrong_host = c->cut || !is_our_host(c->server, value);
	}
	return true;
}

/* "GET /path HTTP/1.1". Return: false, it is none */
static bool take_request(struct httpd_connection *c)
{
	const size_t method = strcspn(c->line, " ");
	const char *path = c->line + method + (c->line[method] == ' ');
	const size_t size = strcspn(path, " ?");
	const char *version = strchr(path, ' ');

	c->method[0] = c->path[0] = '\0';
	if (c->cut || !method || path[0] != '/' || !version || strncmp(version, " HTTP/1.", 8))
		return false;
	if (method < sizeof(c->method)) {
		memcpy(c->method, c->line, method);
		c->method[method] = '\0';
	}
	if (size < sizeof(c->path)) {
		memcpy(c->path, path, size);
		c->path[size] = '\0';
	}
	return true;
}

static void requested(struct httpd_connection *c)
{
	struct httpd *d = c->server;
	char text[HTTPD_TEXT_MAX] = "";

	d->asked++;
	if (!c->has_host || c->wrong_host) {
		say(c, "403 Forbidden", "this machine is asked by its address");
	} else if (!strcmp(c->method, "PUT")) {
		begin_file(c);
	} else if (strcmp(c->method, "GET") && strcmp(c->method, "HEAD")) {
		say(c, "405 Method Not Allowed", "GET, HEAD or PUT");
	} else if (!strcmp(c->path, "/")) {
		answer(c, "200 OK", "text/html", d->host.page, d->host.page_size);
	} else if (!strcmp(c->path, "/status")) {
		d->host.status(d->host.ctx, text);
		answer(c, "200 OK", "application/json", text, strlen(text));
	} else {
		say(c, "404 Not Found", "there is / and /status");
	}
}

static void head_line(struct httpd_connection *c, uint64_t behind)
{
	c->line[c->line_size] = '\0';
	if (c->lines++ == HTTPD_LINES_MAX) {
		say(c, "431 Request Header Fields Too Large", "the head does not end");
	} else if (c->lines == 1) {
		if (!take_request(c))
			say(c, c->cut ? "414 URI Too Long" : "400 Bad Request",
			    "that is no request");
	} else if (c->line_size) {
		if (!take_field(c))
			say(c, "400 Bad Request", "a field of the head makes no sense");
	} else {
		c->body_at = behind;
		requested(c);
	}
	c->line_size = 0;
	c->cut = false;
}

static void head_char(struct httpd_connection *c, char byte, uint64_t behind)
{
	if (byte == '\n') {
		head_line(c, behind);
	} else if (byte != '\r') {
		c->cut |= c->line_size == sizeof(c->line) - 1;
		if (!c->cut)
			c->line[c->line_size++] = byte >= ' ' && byte <= '~' ? byte
						  : byte == '\t'	     ? ' '
									     : '?';
	}
}

static int stream_data(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	struct httpd_connection *c = ctx;
	const uint8_t *p = bytes;
	size_t used = 0;

	if (!p)
		return c->state == HTTPD_FILE ? file_bytes(c, NULL, count) : 0;
	while (used < count && c->state == HTTPD_HEAD) {
		head_char(c, (char)p[used], at + used + 1);
		used++;
	}
	if (used < count && c->state == HTTPD_FILE)
		return file_bytes(c, p + used, count - used);
	return 0; /* what follows an answer is no concern */
}

static bool stream_early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	struct httpd_connection *c = ctx;
	const struct httpd_host *host = &c->server->host;

	if (c->state != HTTPD_FILE || at < c->body_at)
		return false;
	at -= c->body_at;
	if (at > c->length || count > c->length - at)
		return false;
	return host->early(host->ctx, at, bytes, count);
}

/* ---- connections */

static void drop(struct httpd_connection *c)
{
	broken(c);
	tcp_stop(&c->tcp);
	c->state = HTTPD_FREE;
}

static struct httpd_connection *find(struct httpd *d, net_addr_t from, uint16_t port)
{
	for (unsigned int i = 0; i < HTTPD_CONNECTIONS; i++) {
		struct httpd_connection *c = &d->connection[i];

		if (c->state != HTTPD_FREE && c->tcp.to == from && c->tcp.port == port)
			return c;
	}
	return NULL;
}

/* A free one, else the oldest that has asked nothing yet. */
static struct httpd_connection *make_room(struct httpd *d)
{
	struct httpd_connection *oldest = NULL;

	for (unsigned int i = 0; i < HTTPD_CONNECTIONS; i++) {
		struct httpd_connection *c = &d->connection[i];

		if (c->state == HTTPD_FREE)
			return c;
		if (c->state == HTTPD_HEAD && (!oldest || c->since < oldest->since))
			oldest = c;
	}
	if (!oldest ||
	    (oldest->tcp.state != TCP_ACCEPTING && d->net->now - oldest->since < HTTPD_YIELD_MS))
		return NULL;
	drop(oldest);
	return oldest;
}

static void input(struct net_handler *handler, struct net *net, const struct net_packet *packet)
{
	struct httpd *d = (struct httpd *)handler; /* the first member */
	struct httpd_connection *c = find(d, packet->from, packet->from_port);
	const uint8_t flags = packet->data[FLAGS_AT] & (SYN | RST | ACK);
	struct tcp_host host = { NULL, stream_data, stream_early, stream_give };

	if (c) {
		c->tcp.handler.input(&c->tcp.handler, net, packet);
		return;
	}
	if (flags != SYN) {
		tcp_refuse(net, packet);
		return;
	}
	c = make_room(d);
	if (!c)
		return; /* it will ask again */
	memset(c, 0, offsetof(struct httpd_connection, out));
	c->server = d;
	host.ctx = c;
	if (tcp_accept(&c->tcp, net, &host, packet))
		change(c, HTTPD_HEAD);
}

void httpd_start(struct httpd *d, struct net *net, const struct httpd_host *host, uint16_t port)
{
	memset(d, 0, sizeof(*d));
	d->handler = (struct net_handler){ .protocol = NET_TCP, .port = port, .input = input };
	d->net = net;
	d->host = *host;
	net_listen(net, &d->handler);
}

static void poll(struct httpd_connection *c)
{
	const uint64_t now = c->server->net->now;
	const bool gone =
		c->tcp.state == TCP_FAILED || (c->tcp.state == TCP_ENDED && c->state < HTTPD_WHOLE);

	if (gone || (c->state == HTTPD_ANSWER && tcp_is_closed(&c->tcp)) ||
	    (c->state == HTTPD_ANSWER && now - c->since > HTTPD_ANSWER_MS) ||
	    (c->state == HTTPD_FILE && now - c->since > HTTPD_STILL_MS))
		drop(c);
	else if (c->state == HTTPD_HEAD && now - c->since > HTTPD_HEAD_MS)
		say(c, "408 Request Timeout", "the request does not end");
}

void httpd_poll(struct httpd *d)
{
	for (unsigned int i = 0; i < HTTPD_CONNECTIONS; i++) {
		struct httpd_connection *c = &d->connection[i];

		if (c->state == HTTPD_FREE)
			continue;
		tcp_poll(&c->tcp);
		poll(c);
	}
}

bool httpd_is_quiet(const struct httpd *d)
{
	for (unsigned int i = 0; i < HTTPD_CONNECTIONS; i++) {
		if (d->connection[i].state == HTTPD_ANSWER)
			return false;
	}
	return true;
}

void httpd_stop(struct httpd *d)
{
	for (unsigned int i = 0; i < HTTPD_CONNECTIONS; i++) {
		if (d->connection[i].state != HTTPD_FREE)
			drop(&d->connection[i]);
	}
	net_unlisten(d->net, &d->handler);
}
