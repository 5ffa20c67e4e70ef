/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * httpd.h - a page, and files that come in: an HTTP/1.1 server for a person with a browser
 *
 * GET / is the page, GET /status a text of the host's; PUT /name brings bytes, one file at a time.
 * Each connection has one request. Whoever is on the wire may ask: what it costs is bounded.
 *
 * A browser that somebody else's page has sent cannot PUT (it would have to ask first, and is
 * refused), and a name that was bent to this machine's address is no host here.
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"
#include "net/tcp.h"

#define HTTPD_CONNECTIONS 8
#define HTTPD_LINE_MAX	  256
#define HTTPD_LINES_MAX	  64
#define HTTPD_OUT_MAX	  (8 * 1024)
#define HTTPD_TEXT_MAX	  512
#define HTTPD_HEAD_MS	  10000 /* a request's head has to be there */
#define HTTPD_YIELD_MS	  1000	/* and from then on makes place for another */
#define HTTPD_STILL_MS	  20000 /* a file may stand still */
#define HTTPD_ANSWER_MS	  5000	/* an answer has to be fetched */

/**
 * struct httpd_host - whose page it is
 * @page:   what GET / has, @page_size bytes, HTML
 * @status: what GET /status has, of less than HTTPD_TEXT_MAX characters
 * @name:   a host's name under which it may be asked beside its address; may be NULL
 * @begin:  PUT /@name of @size bytes: nonzero refuses it, and the sentence is the answer
 * @data:   as of struct http_host
 * @early:  as of struct http_host
 * @broken: it will not be whole; where it is, httpd_has_whole() says so
 */
struct httpd_host {
	void *ctx;
	const char *page, *name;
	size_t page_size;
	void (*status)(void *ctx, char *text);
	int (*begin)(void *ctx, const char *name, uint64_t size, struct why *why);
	int (*data)(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why);
	bool (*early)(void *ctx, uint64_t at, const void *bytes, size_t count);
	void (*broken)(void *ctx);
};

enum httpd_state { HTTPD_FREE, HTTPD_HEAD, HTTPD_FILE, HTTPD_WHOLE, HTTPD_ANSWER };

struct httpd;

struct httpd_connection {
	struct tcp tcp; /* the first */
	struct httpd *server;
	enum httpd_state state;
	uint64_t since; /* ms: of the state, in a file of the last byte */
	char line[HTTPD_LINE_MAX], method[8], path[32];
	unsigned int line_size, lines;
	bool cut, has_length, has_host, wrong_host, wants_word, no_length;
	uint64_t length, body_at, done;
	uint32_t out_size;
	uint8_t out[HTTPD_OUT_MAX];
};

/** struct httpd - the server; @asked: requests so far */
struct httpd {
	struct net_handler handler;
	struct net *net;
	struct httpd_host host;
	struct httpd_connection *putting; /* who brings a file */
	unsigned int asked;
	struct httpd_connection connection[HTTPD_CONNECTIONS];
};

/**
 * httpd_start() - listen
 * @d:    filled
 * @host: copied
 * @port: of ours
 *
 * Spec: RFC 9110, 9112; RFC 9293 and 5961 by tcp.h
 */
void httpd_start(struct httpd *d, struct net *net, const struct httpd_host *host, uint16_t port);

/** httpd_poll() - time passes, and what came is acknowledged */
void httpd_poll(struct httpd *d);

/**
 * httpd_has_whole() - a file is whole; until httpd_finish() there is no other
 *
 * What is to be done with it is not done in the packet that brought its end: a host may take its
 * time, use the network itself, and needs the stack.
 */
bool httpd_has_whole(const struct httpd *d);

/**
 * httpd_finish() - the answer to whoever brought the file that is whole
 * @done: 200, else 422
 * @text: a line or more; copied
 */
void httpd_finish(struct httpd *d, bool done, const char *text);

/** httpd_is_quiet() - nobody waits for an answer */
bool httpd_is_quiet(const struct httpd *d);

/** httpd_stop() - listen no longer; who is connected is told */
void httpd_stop(struct httpd *d);
