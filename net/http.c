/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/http.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/num.h"
#include "net/addr.h"
#include "net/text.h"
#include "net/tls.h"

enum { CHUNK_SIZE, CHUNK_DATA, CHUNK_BEHIND, CHUNK_TRAILER };

/* ---- addresses */

static int check_characters(const char *text, struct why *why)
{
	for (const char *p = text; *p; p++) {
		if (*p <= ' ' || *p > '~')
			return refuse(why, -EINVAL, "'%.100s' has characters that no address has",
				      text);
	}
	return *text ? 0 : refuse(why, -EINVAL, "an address is missing");
}

static uint16_t usual_port(bool secure)
{
	return IS_ENABLED(CONFIG_TLS) && secure ? HTTP_TLS_PORT : HTTP_PORT;
}

/* "user:password", of which "%40" stands for "@", as the server wants to read it: RFC 7617 */
static int take_user(struct http_url *url, const char *from, const char *end, struct why *why)
{
	uint8_t plain[HTTP_USER_MAX];
	size_t count = 0;

	while (from < end && count < sizeof(plain)) {
		plain[count] = (uint8_t)*from;
		if (*from == '%' && (end - from < 3 || !num_hex_bytes(&plain[count], from + 1, 1)))
			break;
		from += *from == '%' ? 3 : 1;
		count++;
	}
	if (from < end)
		return refuse(why, -EINVAL, "user:password has up to %u characters, %%40 for @",
			      HTTP_USER_MAX);
	base64_encode(url->user, plain, count);
	return 0;
}

static bool is_same_server(const struct http_url *url, const char *host, size_t size, uint64_t port,
			   bool secure)
{
	return url->port == port && strlen(url->host) == size && !memcmp(url->host, host, size) &&
	       (!IS_ENABLED(CONFIG_TLS) || url->secure == secure);
}

/* What is behind "//" of @text. */
static int parse_host(struct http_url *url, const char *text, const char *host, bool secure,
		      struct why *why)
{
	size_t size = strcspn(host, "/?#");
	const char *path = host + size, *at = memchr(host, '@', size), *port;
	uint64_t number = usual_port(secure);
	size_t six;

	if (at) {
		if (take_user(url, host, at, why))
			return -EINVAL;
		size -= (size_t)(at + 1 - host);
		host = at + 1;
	}
	port = memchr(host, ':', size);
	six = IS_ENABLED(CONFIG_IPV6) ? net_bracketed(host, size, NULL) : 0;
	if (six)
		port = host[six] == ':' ? host + six : NULL;
	if (IS_ENABLED(CONFIG_IPV6) && *host == '[' && (!six || (!port && six != size)))
		return refuse(why, -EINVAL, "'%.100s' names no host", text);
	if (port) {
		char digits[6] = { 0 };
		const size_t count = size - (size_t)(port + 1 - host);

		if (count < sizeof(digits))
			memcpy(digits, port + 1, count);
		if (num_parse(digits, 10, &number) || !number || number > 65535)
			return refuse(why, -EINVAL, "'%.100s': a port is 1 to 65535", text);
		size = (size_t)(port - host);
	}
	if (strlen(path) >= sizeof(url->path) - 1)
		return refuse(why, -EINVAL, "the path has more than %u characters", HTTP_PATH_MAX);
	if (!size || size >= sizeof(url->host) || memchr(host, '@', size))
		return refuse(why, -EINVAL, "'%.100s' names no host", text);
	snprintf(url->path, sizeof(url->path), "%s%s", path[0] == '/' ? "" : "/", path);
	url->path[strcspn(url->path, "#")] = '\0';
	if (!at && !is_same_server(url, host, size, number, secure))
		url->user[0] = '\0'; /* what one server is told is no other's business */
	url->port = (uint16_t)number;
	if (IS_ENABLED(CONFIG_TLS))
		url->secure = secure;
	memcpy(url->host, host, size);
	url->host[size] = '\0';
	return 0;
}

int http_parse_url(struct http_url *url, const char *text, struct why *why)
{
	if (check_characters(text, why))
		return -EINVAL;
	if (!strncmp(text, "https://", 8) && IS_ENABLED(CONFIG_TLS))
		return parse_host(url, text, text + 8, true, why);
	if (!strncmp(text, "https://", 8))
		return refuse(why, -ENOTSUP, "%.100s: this Loft has no TLS", text);
	if (strncmp(text, "http://", 7))
		return refuse(why, -EINVAL, "'%.100s' does not begin with http://", text);
	return parse_host(url, text, text + 7, false, why);
}

int http_follow(struct http_url *url, const char *location, struct why *why)
{
	const size_t scheme = strcspn(location, "/?#:"), size = strlen(location);
	const char query = *location == '?';
	size_t keep = 0; /* of the path */

	if (IS_ENABLED(CONFIG_TLS) && url->secure && !strncmp(location, "http:", 5))
		return refuse(why, -EPERM, "a redirect leads from https to %.100s", location);
	if (location[scheme] == ':')
		return http_parse_url(url, location, why);
	if (check_characters(location, why))
		return -EINVAL;
	if (!strncmp(location, "//", 2))
		return parse_host(url, location, location + 2, url->secure, why);
	for (size_t i = 0; *location != '/' && url->path[i] && url->path[i] != '?'; i++)
		keep = url->path[i] == '/' || query ? i + 1 : keep;
	if (size >= sizeof(url->path) - keep)
		return refuse(why, -EINVAL, "the path has more than %u characters", HTTP_PATH_MAX);
	memcpy(url->path + keep, location, size + 1);
	url->path[strcspn(url->path, "#")] = '\0';
	return 0;
}

/* ---- the end of a connection */

static int fail(struct http *h, int err, const char *what)
{
	h->state = HTTP_FAILED;
	return refuse(&h->why, err, "%s", what);
}

static void finish(struct http *h)
{
	h->state = HTTP_DONE;
}

/* ---- head */

static void keep(char *to, size_t room, const char *value)
{
	const size_t size = strlen(value);

	if (size < room)
		memcpy(to, value, size + 1);
	else
		to[0] = '\0'; /* half of it is nothing to ask by */
}

/* "bytes 5-9/10", of "*" where the server does not know */
static int get_range(struct http *h, const char *value)
{
	char from[21];
	const size_t size = strcspn(value += strncmp(value, "bytes ", 6) ? 0 : 6, "-");
	const char *slash = strchr(value, '/');

	if (!slash || size >= sizeof(from))
		return -EINVAL;
	if (!strncmp(value, "*/", 2))
		return 0; /* of an error: no part of it */
	memcpy(from, value, size);
	from[size] = '\0';
	h->range_size = h->size;
	if (num_parse(from, 10, &h->range_from) ||
	    (strcmp(slash, "/*") && num_parse(slash + 1, 10, &h->range_size)))
		return -EINVAL;
	h->has_range = true;
	return 0;
}

static int take_field(struct http *h)
{
	const char *value;

	value = net_field(h->line, "content-length");
	if (value) {
		uint64_t length;

		if (num_parse(value, 10, &length) || (h->has_length && length != h->length))
			return fail(h, -EPROTO, "Content-Length makes no sense");
		h->length = length;
		h->has_length = true;
	}
	value = net_field(h->line, "transfer-encoding");
	if (value) {
		h->chunked = (value[0] | 0x20) == 'c' && !strchr(value, ',');
		if (!h->chunked)
			return fail(h, -EPROTO,
				    "the body is in an encoding that was not asked for");
	}
	value = net_field(h->line, "content-range");
	if (value && get_range(h, value))
		return fail(h, -EPROTO, "Content-Range makes no sense");
	value = net_field(h->line, "connection");
	if (value)
		h->closes |= (value[0] | 0x20) == 'c';
	value = net_field(h->line, "etag");
	if (value)
		keep(h->new_tag, sizeof(h->new_tag), value);
	value = net_field(h->line, "last-modified");
	if (value)
		keep(h->new_modified, sizeof(h->new_modified), value);
	value = net_field(h->line, "location");
	if (value)
		keep(h->location, sizeof(h->location), value);
	if (value && h->status / 100 == 3 && (h->line_cut || !h->location[0]))
		return fail(h, -EPROTO, "a redirect leads to an address that is too long, or none");
	return 0;
}

static int take_status(struct http *h)
{
	uint64_t status;
	char digits[4] = { 0 };

	if (strncmp(h->line, "HTTP/1.", 7) || h->line[8] != ' ')
		return fail(h, -EPROTO, "that is no HTTP server");
	memcpy(digits, h->line + 9, 3);
	if (num_parse(digits, 10, &status) || status < 100)
		return fail(h, -EPROTO, "that is no HTTP server");
	h->status = (unsigned int)status;
	h->closes = h->line[7] == '0';
	return 0;
}

/* A whole file; also where the rest of another was asked for. */
static int begin_whole(struct http *h)
{
	if (h->began)
		h->anew++;
	h->began = true;
	h->done = 0;
	h->size = h->chunked || !h->has_length ? HTTP_SIZE_UNKNOWN : h->length;
	memcpy(h->tag, h->new_tag, sizeof(h->tag));
	memcpy(h->modified, h->new_modified, sizeof(h->modified));
	if (h->host.begin(h->host.ctx, h->size, &h->why)) {
		h->state = HTTP_FAILED;
		return -EPERM;
	}
	return 0;
}

/*
 * A strong tag alone decides. Else each of the two that both parts have: the second may lack one
 * (RFC 9110, 15.3.7).
 */
static bool is_other_file(const struct http *h)
{
	const bool tags = h->tag[0] && h->new_tag[0], same = tags && !strcmp(h->tag, h->new_tag);

	if (h->size != HTTP_SIZE_UNKNOWN && h->has_range && h->range_size != h->size)
		return true;
	if (same && strncmp(h->tag, "W/", 2))
		return false;
	return (tags && !same) ||
	       (h->modified[0] && h->new_modified[0] && strcmp(h->modified, h->new_modified));
}

/* This connection is of no use; the next begins at the first byte. */
static int start_anew(struct http *h)
{
	h->done = 0;
	h->tag[0] = h->modified[0] = '\0';
	refuse(&h->why, -EAGAIN, "the file on the server changes all the time");
	return -EAGAIN;
}

static int begin_rest(struct http *h)
{
	if (h->before && is_other_file(h))
		return start_anew(h);
	if (!h->before || !h->has_range || h->range_from != h->done ||
	    h->range_size == HTTP_SIZE_UNKNOWN || h->chunked || h->range_size < h->done ||
	    (h->has_length && h->length != h->range_size - h->done))
		return fail(h, -EPROTO, "the server sends another part than was asked for");
	h->size = h->range_size;
	h->length = h->range_size - h->done;
	h->has_length = true;
	h->resumed++;
	return 0;
}

static bool is_secure(const struct http *h)
{
	return IS_ENABLED(CONFIG_TLS) && h->url.secure;
}

/* Bytes of ours that nobody has acknowledged would be in the way of the next request. */
static void drained(struct http *h)
{
	h->state = HTTP_REDIRECT;
	h->kept = !h->closes && h->tcp.sent == h->tcp.out_size;
}

/* What a redirect has to say itself is passed over, where the next request may go behind it. */
static int redirect(struct http *h)
{
	if (h->closes || is_secure(h) || h->chunked || !h->has_length ||
	    h->length > HTTP_DRAIN_MAX) {
		h->state = HTTP_REDIRECT;
		return -EAGAIN;
	}
	h->due = h->net->now + HTTP_DRAIN_MS;
	if (h->length)
		h->state = HTTP_DRAIN;
	else
		drained(h);
	return 0;
}

/* What a server says that is busy, or starts again: worth to ask once more. */
static bool is_passing(unsigned int status)
{
	return status >= 500 || status == 408 || status == 429;
}

static int refuse_status(struct http *h)
{
	if (h->status == 416 && h->before)
		return start_anew(h); /* it is shorter by now */
	if (h->began && is_passing(h->status))
		return -EAGAIN;
	if (h->status >= 301 && h->status <= 308 && h->status != 304 && h->location[0])
		return redirect(h);
	h->state = HTTP_FAILED;
	if (!h->why.text[0])
		refuse(&h->why, -EIO, "HTTP error: %u", h->status);
	return -EIO;
}

static int head_done(struct http *h, uint64_t at)
{
	int err;

	if (h->status >= 100 && h->status < 200) { /* another head follows */
		h->lines = 0;
		return 0;
	}
	if (h->status == 200)
		err = begin_whole(h);
	else if (h->status == 206)
		err = begin_rest(h);
	else
		err = refuse_status(h);
	if (err || h->state != HTTP_HEAD)
		return err;
	h->body = h->chunked ? HTTP_BY_CHUNKS : h->has_length ? HTTP_BY_LENGTH : HTTP_TO_END;
	h->body_at = at;
	h->before = h->done;
	h->chunk_state = CHUNK_SIZE;
	h->state = HTTP_BODY;
	if (h->body == HTTP_BY_LENGTH && !h->length)
		finish(h);
	return 0;
}

/* A character of a line; true where the line is whole, in h->line. */
static bool line_char(struct http *h, char c)
{
	if (c != '\n') {
		if (c == '\r')
			return false;
		h->line_cut |= h->line_size == sizeof(h->line) - 1;
		if (!h->line_cut)
			h->line[h->line_size++] = c >= ' ' && c <= '~' ? c : c == '\t' ? ' ' : '?';
		return false;
	}
	h->line[h->line_size] = '\0';
	while (h->line_size && h->line[h->line_size - 1] == ' ')
		h->line[--h->line_size] = '\0';
	h->line_size = 0;
	return true;
}

static int head_line(struct http *h, uint64_t behind)
{
	int err;

	if (h->lines++ == HTTP_HEADERS_MAX)
		return fail(h, -EPROTO, "the head does not end");
	if (h->lines == 1) {
		err = take_status(h);
		if (!err && h->status >= 400)
			refuse(&h->why, -EIO, "HTTP error: %.100s", h->line + 9);
	} else {
		err = h->line[0] ? take_field(h) : head_done(h, behind);
	}
	h->line_cut = false;
	return err;
}

/* ---- body */

static int give(struct http *h, const char *bytes, size_t count)
{
	if (!count)
		return 0;
	if (h->host.data(h->host.ctx, h->done, bytes, count, &h->why)) {
		h->state = HTTP_FAILED;
		return -EPERM;
	}
	h->done += count;
	return 0;
}

static int chunk_line(struct http *h)
{
	uint64_t size;

	if (h->chunk_state == CHUNK_TRAILER) {
		if (!h->line[0])
			finish(h);
		else if (h->lines++ == HTTP_HEADERS_MAX)
			return fail(h, -EPROTO, "the trailer does not end");
		return 0;
	}
	if (h->chunk_state == CHUNK_BEHIND) {
		h->chunk_state = CHUNK_SIZE;
		return h->line[0] ? fail(h, -EPROTO, "a chunk is longer than it says") : 0;
	}
	h->line[strcspn(h->line, "; ")] = '\0';
	if (h->line[1] == 'x' || num_parse(h->line, 16, &size))
		return fail(h, -EPROTO, "a chunk has no size");
	h->chunk = size;
	h->chunk_state = size ? CHUNK_DATA : CHUNK_TRAILER;
	h->lines = 0;
	return 0;
}

/* Return: bytes used, or -E... */
static int64_t chunk_bytes(struct http *h, const char *bytes, size_t count)
{
	size_t used = 0;
	int err;

	if (h->chunk_state == CHUNK_DATA) {
		used = (size_t)MIN((uint64_t)count, h->chunk);
		err = give(h, bytes, used);
		h->chunk -= used;
		if (!h->chunk)
			h->chunk_state = CHUNK_BEHIND;
		return err ? err : (int64_t)used;
	}
	while (used < count) {
		if (!line_char(h, bytes[used++]))
			continue;
		err = chunk_line(h);
		return err ? err : (int64_t)used;
	}
	return (int64_t)used;
}

static int64_t body_bytes(struct http *h, const char *bytes, size_t count)
{
	int err;

	if (h->body == HTTP_BY_CHUNKS)
		return chunk_bytes(h, bytes, count);
	if (h->body == HTTP_BY_LENGTH)
		count = (size_t)MIN((uint64_t)count, h->length - (h->done - h->before));
	err = give(h, bytes, count);
	if (!err && h->body == HTTP_BY_LENGTH && h->done - h->before == h->length)
		finish(h);
	return err ? err : (int64_t)count;
}

static int64_t drain_bytes(struct http *h, size_t count)
{
	count = (size_t)MIN((uint64_t)count, h->length);
	h->length -= count;
	if (!h->length)
		drained(h);
	return (int64_t)count;
}

static int stream_data(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	struct http *h = ctx;
	const char *p = bytes;
	size_t used = 0;

	if (!p) /* early: only bodies with a length have that */
		return body_bytes(h, NULL, count) < 0 ? -EIO : 0;
	while (used < count) {
		int64_t taken = 1;

		if (h->state == HTTP_BODY)
			taken = body_bytes(h, p + used, count - used);
		else if (h->state == HTTP_DRAIN)
			taken = drain_bytes(h, count - used);
		else if (h->state != HTTP_HEAD)
			return h->state == HTTP_DONE ? 0 : -EIO; /* what follows is no concern */
		else if (line_char(h, p[used]))
			taken = head_line(h, at + used + 1) ? -EIO : 1;
		if (taken < 0)
			return -EIO;
		used += (size_t)taken;
	}
	return 0;
}

static bool stream_early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	struct http *h = ctx;

	if (h->state != HTTP_BODY || h->body != HTTP_BY_LENGTH || at < h->body_at)
		return false;
	at -= h->body_at;
	if (at > h->length || count > h->length - at)
		return false;
	return h->host.early(h->host.ctx, h->before + at, bytes, count);
}

/* ---- connections */

static void stream_give(void *ctx, uint64_t at, void *bytes, size_t count)
{
	const struct http *h = ctx;

	memcpy(bytes, h->request + (at - h->request_at), count);
}

/* Around the stream: what TLS makes of it. */
static int secure_data(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	struct http *h = ctx;
	struct tls *tls = h->host.tls;
	const uint32_t before = tls->out_size;
	const int err = tls_data(tls, at, bytes, count);

	if (tls->out_size != before)
		tcp_more(&h->tcp, tls->out_size - before);
	if (!err || !tls->why.text[0])
		return err;
	h->why = tls->why;
	if (tls->final)
		h->state = HTTP_FAILED;
	return err;
}

static bool secure_early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	struct http *h = ctx;

	return tls_early(h->host.tls, at, bytes, count);
}

static void secure_give(void *ctx, uint64_t at, void *bytes, size_t count)
{
	const struct http *h = ctx;

	memcpy(bytes, h->host.tls->out + at, count);
}

static void connect_secure(struct http *h, const struct tcp_host *inside, uint32_t size)
{
	const struct tcp_host host = { h, secure_data, secure_early, secure_give };
	struct tls *tls = h->host.tls;

	if (tls_begin(tls, inside, h->url.host, h->request, size)) {
		h->state = HTTP_FAILED;
		h->why = tls->why;
		return;
	}
	tcp_open(&h->tcp, h->net, &host, h->server, h->url.port, tls->out_size);
}

/* The server has said all. Who cuts the connection says only that there is no more of TLS. */
static bool is_over(const struct http *h)
{
	return h->tcp.state == TCP_ENDED || (is_secure(h) && h->host.tls->closed);
}

/* Return: bytes of the request */
static uint32_t compose(struct http *h)
{
	const bool strong = h->tag[0] && strncmp(h->tag, "W/", 2);
	const char *same = strong ? h->tag : h->modified;
	char *p = h->request;
	char *const end = p + sizeof(h->request);

	p += snprintf(p, (size_t)(end - p), "GET %s HTTP/1.1\r\nHost: %s", h->url.path,
		      h->url.host);
	if (h->url.port != usual_port(h->url.secure))
		p += snprintf(p, (size_t)(end - p), ":%u", h->url.port);
	p += snprintf(p, (size_t)(end - p),
		      "\r\nUser-Agent: Loft\r\nAccept: */*\r\nAccept-Encoding: identity\r\n%s",
		      is_secure(h) ? "Connection: close\r\n" : "");
	if (h->url.user[0])
		p += snprintf(p, (size_t)(end - p), "Authorization: Basic %s\r\n", h->url.user);
	if (h->done && same[0])
		p += snprintf(p, (size_t)(end - p), "Range: bytes=%" PRIu64 "-\r\nIf-Range: %s\r\n",
			      h->done, same);
	p += snprintf(p, (size_t)(end - p), "\r\n");
	h->line_size = h->lines = h->status = 0;
	h->has_length = h->has_range = h->chunked = h->line_cut = false;
	h->why.text[0] = '\0';
	h->new_tag[0] = h->new_modified[0] = h->location[0] = '\0';
	h->before = h->done;
	h->stirred = h->net->now;
	h->state = HTTP_HEAD;
	return (uint32_t)(p - h->request);
}

static void connect(struct http *h)
{
	const struct tcp_host host = { h, stream_data, stream_early, stream_give };
	const uint32_t size = compose(h);

	h->heard = h->request_at = 0;
	h->again = false;
	if (is_secure(h))
		connect_secure(h, &host, size);
	else
		tcp_open(&h->tcp, h->net, &host, h->server, h->url.port, size);
}

/* All but the connection. */
static void begin(struct http *h, struct net *net, const struct http_host *host,
		  const struct http_url *url, net_addr_t server)
{
	memset((char *)h + offsetof(struct http, net), 0, sizeof(*h) - offsetof(struct http, net));
	h->net = net;
	h->host = *host;
	h->url = *url;
	h->server = server;
	h->size = HTTP_SIZE_UNKNOWN;
}

void http_start(struct http *h, struct net *net, const struct http_host *host,
		const struct http_url *url, net_addr_t server)
{
	begin(h, net, host, url, server);
	connect(h);
}

void http_next(struct http *h, const struct http_host *host, const struct http_url *url,
	       net_addr_t server)
{
	const bool same = h->server == server && !(IS_ENABLED(CONFIG_TLS) && url->secure) &&
			  is_same_server(&h->url, url->host, strlen(url->host), url->port, false);
	const bool on = h->kept && same && h->tcp.state == TCP_OPEN;

	begin(h, h->net, host, url, server);
	if (!on) {
		tcp_stop(&h->tcp);
		connect(h);
		return;
	}
	h->again = true;
	h->request_at = h->tcp.out_size;
	h->heard = h->answer_at = h->tcp.got;
	tcp_more(&h->tcp, compose(h));
}

/* Its machine lives, as the probes of TCP see, and nothing comes from it. */
static bool is_silent(struct http *h)
{
	if (h->tcp.state != TCP_OPEN || h->tcp.got != h->heard) {
		h->heard = h->tcp.got;
		h->stirred = h->net->now;
	}
	return h->net->now - h->stirred >= HTTP_SILENCE_MS;
}

/*
 * The connection is over and the file is not whole. While there is nothing to go on with, one that
 * was refused or stood still is not tried again, and one that nobody answered once: whoever typed
 * the address has to know.
 */
static void broken(struct http *h, const char *what)
{
	const bool unheard = h->tcp.state == TCP_FAILED && h->tcp.una == h->tcp.iss;
	const bool never = !h->began && (is_silent(h) ||
					 (unheard && (h->tcp.tries <= TCP_TRIES || h->fruitless)));
	const struct why said = h->why;

	if (h->again && h->tcp.got == h->answer_at) { /* closed before it was asked */
		tcp_stop(&h->tcp);
		connect(h);
		return;
	}
	h->fruitless = h->done > h->furthest ? 0 : h->fruitless + 1;
	h->furthest = MAX(h->furthest, h->done);
	tcp_stop(&h->tcp);
	if (h->fruitless >= HTTP_TRIES || never) {
		h->state = HTTP_FAILED;
		refuse(&h->why, -EIO, "%.180s, at byte %" PRIu64, said.text[0] ? said.text : what,
		       h->done);
		return;
	}
	h->state = HTTP_PAUSE;
	h->due = h->net->now;
	if (h->fruitless)
		h->due += (uint64_t)HTTP_PAUSE_MS << MIN(h->fruitless - 1, 4u);
}

void http_poll(struct http *h)
{
	if (h->state == HTTP_PAUSE && h->net->now >= h->due)
		connect(h);
	if (h->state != HTTP_HEAD && h->state != HTTP_BODY && h->state != HTTP_DRAIN)
		return;
	tcp_poll(&h->tcp);
	if (h->state == HTTP_DRAIN) {
		if (h->net->now >= h->due || h->tcp.state != TCP_OPEN)
			h->state = HTTP_REDIRECT;
		return;
	}
	if (is_over(h) && h->state == HTTP_BODY && h->body == HTTP_TO_END &&
	    (!is_secure(h) || h->host.tls->closed))
		finish(h);
	else if (is_over(h))
		broken(h, "the server closed the connection");
	else if (h->tcp.state == TCP_FAILED)
		broken(h, h->tcp.why.text);
	else if (is_silent(h))
		broken(h, "the server says nothing");
}

void http_stop(struct http *h)
{
	tcp_stop(&h->tcp);
}
