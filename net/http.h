/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http.h - a file from an HTTP/1.1 server
 *
 * A connection that breaks is opened again, and the file goes on where it ended (Range), as long as
 * the server says that it is the same file (ETag or Last-Modified), in what it answers, too; else
 * it starts anew. A server that is busy then (5xx, 408, 429) is asked again. Bytes that come out of
 * order go to their place at once.
 */
#pragma once

#include "lib/base/base64.h"
#include "lib/base/types.h"
#include "lib/base/why.h"
#include "net/tcp.h"

#define HTTP_PORT         80
#define HTTP_TLS_PORT     443
#define HTTP_HOST_MAX     128
#define HTTP_PATH_MAX     2048
#define HTTP_USER_MAX     96  /* "user:password" */
#define HTTP_LINE_MAX     (HTTP_PATH_MAX + HTTP_HOST_MAX + 64)
#define HTTP_HEADERS_MAX  100 /* lines of a head */
#define HTTP_REDIRECTS    5
#define HTTP_TRIES        8   /* connections in a row that bring nothing further */
#define HTTP_SILENCE_MS   60000 /* of a server that is there, and says nothing */
#define HTTP_PAUSE_MS     500 /* before the next; twice as long each time, to 8 seconds */
#define HTTP_DRAIN_MAX    16384 /* of a redirect's own text, for a connection that stays */
#define HTTP_DRAIN_MS     1000
#define HTTP_SIZE_UNKNOWN UINT64_MAX

struct tls;

/**
 * struct http_url - http://[user[:password]@]host[:port]/path
 * @secure: https, with CONFIG_TLS
 * @user:   with the password, in base64: for that host alone; "": nobody
 * @host:   an address of IPv6 has its brackets
 */
struct http_url {
	char host[HTTP_HOST_MAX], path[HTTP_PATH_MAX], user[BASE64_SIZE(HTTP_USER_MAX)];
	uint16_t port;
	bool secure;
};

/**
 * http_parse_url() - take an address apart
 * @text: "http://...", "https://..."
 *
 * What @url was before counts for its user: another server's are not told to this one.
 *
 * Errors: -ENOTSUP https without CONFIG_TLS; -EINVAL another scheme, no host, too long, or
 *         characters that no address has,
 *         with the sentence
 */
int __must_check http_parse_url(struct http_url *url, const char *text, struct why *why);

/**
 * http_follow() - where a redirect leads
 * @url:      the address that was asked; becomes the one that @location names, seen from there
 * @location: a whole address, "//host/path", "/path", "?query", or relative to the path
 *
 * Errors: as http_parse_url(), -EPERM from https to http; @url is what it was, then
 * Spec:   RFC 3986, 4.2 and 5.2, but for "..": servers know it
 */
int __must_check http_follow(struct http_url *url, const char *location, struct why *why);

/**
 * struct http_host - whose bytes they are
 * @begin: a file of @size bytes begins at 0, also when it starts anew; nonzero refuses it
 * @data:  bytes at @at of the file; NULL for those that @early took. Nonzero refuses them
 * @early: bytes further on; true where they were put to their place
 * @tls:   ready by tls_init(), for https
 */
struct http_host {
	void *ctx;
	int (*begin)(void *ctx, uint64_t size, struct why *why);
	int (*data)(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why);
	bool (*early)(void *ctx, uint64_t at, const void *bytes, size_t count);
	struct tls *tls;
};

enum http_state {
	HTTP_IDLE,
	HTTP_HEAD,
	HTTP_BODY,
	HTTP_DRAIN,
	HTTP_PAUSE,
	HTTP_DONE,
	HTTP_REDIRECT,
	HTTP_FAILED
};
enum http_body { HTTP_BY_LENGTH, HTTP_BY_CHUNKS, HTTP_TO_END };

/**
 * struct http - one file
 * @state:   HTTP_DONE: @done bytes are there; HTTP_REDIRECT: @location says where to ask;
 *           HTTP_FAILED: @why tells
 * @resumed: connections that went on with a file
 * @anew:    how often the file was another one, and began again
 * @closes:  the server closes the connection behind its answer
 * @kept:    HTTP_REDIRECT: it stays, and nothing is on the way
 * @again:   it was there already when this file was asked for, behind @request_at bytes of ours and
 *           @answer_at of the server's
 */
struct http {
	struct tcp tcp;
	struct net *net;
	struct http_host host;
	struct http_url url;
	net_addr_t server;
	enum http_state state;
	enum http_body body;
	char request[HTTP_HOST_MAX + HTTP_PATH_MAX + 400 + BASE64_SIZE(HTTP_USER_MAX) + 24];
	char line[HTTP_LINE_MAX];
	char tag[128], modified[64], new_tag[128], new_modified[64];
	char location[HTTP_PATH_MAX + HTTP_HOST_MAX];
	unsigned int line_size, lines, status, fruitless, resumed, anew, chunk_state;
	uint64_t size, done, before; /* of the file; before: done when the connection began */
	uint64_t furthest;           /* and how far any came */
	uint64_t length, range_from, range_size, chunk, body_at, request_at, answer_at;
	bool has_length, has_range, chunked, began, line_cut, closes, kept, again;
	uint64_t due, heard, stirred; /* stirred: when the stream had more than @heard bytes */
	struct why why;
};

/**
 * http_start() - ask for a file
 * @h:      filled
 * @server: the address of url->host
 *
 * Spec: RFC 9110, 9112
 */
void http_start(struct http *h, struct net *net, const struct http_host *host,
		const struct http_url *url, net_addr_t server);

/**
 * http_next() - HTTP_REDIRECT: ask where it leads
 *
 * By the same connection, where that is to the same server, without TLS, and stays; should it be
 * closed meanwhile another is opened, and nobody hears of it (RFC 9112, 9.3.1).
 */
void http_next(struct http *h, const struct http_host *host, const struct http_url *url,
	       net_addr_t server);

/** http_poll() - time passes, and what came is acknowledged */
void http_poll(struct http *h);

/** http_stop() - close the connection */
void http_stop(struct http *h);
