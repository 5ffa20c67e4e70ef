/* SPDX-License-Identifier: BSD-2-Clause */
/* http.h's machine, memory and the lines. */
#include "net/http.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/console/console.h"
#include "common/env/env.h"
#include "common/net/net.h"
#include "common/net/sink.h"
#include "common/net/tls.h"
#include "common/source/progress.h"
#include "lib/base/crc32.h"
#include "net/addr.h"

#define URL_SIZE (HTTP_HOST_MAX + HTTP_PATH_MAX + 16)

static struct job {
	struct http http;
	struct sink sink;
	struct progress progress;
	unsigned int resumed, anew;
	bool seen; /* the head has told enough of the file */
} job;

static int begin(void *ctx, uint64_t size, struct why *why)
{
	const struct job *j = ctx;

	return sink_check(&j->sink, 0, size == HTTP_SIZE_UNKNOWN ? 1 : size, why);
}

static int take(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	struct job *j = ctx;

	return bytes ? sink_write(&j->sink, at, bytes, count, why) : 0;
}

static bool early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	struct job *j = ctx;

	return !sink_write(&j->sink, at, bytes, count, NULL);
}

static bool over(void *ctx)
{
	struct job *j = ctx;
	struct http *h = &j->http;

	http_poll(h);
	if (IS_ENABLED(CONFIG_IPV6) && h->state == HTTP_HEAD && h->tcp.state == TCP_OPENING &&
	    !h->furthest && net_is_unreachable(h->tcp.net, h->tcp.to)) {
		refuse(&h->why, -EIO, NETIF_NOBODY);
		h->state = HTTP_FAILED;
	}
	if (h->resumed != j->resumed) {
		console_fresh_line();
		printf("The connection broke; going on at byte %" PRIu64 "\n", h->before);
		j->resumed = h->resumed;
	}
	if (h->anew != j->anew) {
		console_fresh_line();
		printf("The file has changed, or the server does not say; starting anew\n");
		j->anew = h->anew;
	}
	if (h->state == HTTP_BODY && h->size != HTTP_SIZE_UNKNOWN)
		progress_step(&j->progress, h->done, h->size);
	return h->state >= HTTP_DONE;
}

static const char *scheme(const struct http_url *url)
{
	return IS_ENABLED(CONFIG_TLS) && url->secure ? "https" : "http";
}

static int follow(struct net *net, struct http_url *url, struct http_host *host,
		  bool (*until)(void *ctx), struct why *why)
{
	net_addr_t server;
	int err;

	for (unsigned int hops = 0; hops <= HTTP_REDIRECTS; hops++) {
		err = netif_dns(net, url->host, &server, why);
		if (IS_ENABLED(CONFIG_IPV6) && !err)
			err = netif_way(net, server, why);
		if (err)
			return err;
		if (IS_ENABLED(CONFIG_TLS) && url->secure && !host->tls)
			err = netif_tls_begin(net, &host->tls, why);
		if (err)
			return err;
		net_poll(net, netif_ms());
		job.resumed = job.anew = 0;
		if (hops)
			http_next(&job.http, host, url, server);
		else
			http_start(&job.http, net, host, url, server);
		err = netif_run(until, &job);
		if (err)
			return netif_ended(err, why);
		if (job.http.state == HTTP_DONE)
			return 0;
		if (job.http.state != HTTP_REDIRECT) {
			*why = job.http.why;
			return -EIO;
		}
		err = http_follow(url, job.http.location, why);
		if (err)
			return err;
		if (until == over)
			printf("Redirected to %s://%s:%u%s\n", scheme(url), url->host, url->port,
			       url->path);
	}
	return refuse(why, -ELOOP, "more than %u redirects", HTTP_REDIRECTS);
}

static int fetch(struct net *net, struct http_url *url, const struct http_host *which,
		 bool (*until)(void *ctx), struct why *why)
{
	struct http_host host = *which;
	const int err = follow(net, url, &host, until, why);

	http_stop(&job.http);
	if (IS_ENABLED(CONFIG_TLS))
		netif_tls_end(host.tls);
	return err;
}

int netif_http(struct net *net, struct http_url *url, paddr_t at, const struct netif_digest *wanted,
	       struct why *why)
{
	const struct http_host host = { &job, begin, take, early, NULL };
	const char *name;
	int err;

	if (!IS_ENABLED(CONFIG_IPV6) && !net->ip)
		return refuse(why, -EINVAL, "*** ERROR: `ipaddr' not set");
	job.progress = progress_begin();
	sink_begin(&job.sink, at, "HTTP");
	err = fetch(net, url, &host, over, why);
	console_fresh_line();
	if (!err)
		progress_end(&job.progress, "transferred", job.http.done);
	name = strrchr(url->path, '/') + 1;
	return sink_finish(&job.sink, err, job.http.done, name[0] ? name : url->host, wanted, why);
}

/* What the head tells of the file, and no more; where it tells too little, all of it. */
static int look_begin(void *ctx, uint64_t size, struct why *why)
{
	const struct http *h = &job.http;
	struct netif_look *look = ctx;

	*look = (struct netif_look){ .size = size == HTTP_SIZE_UNKNOWN ? 0 : size };
	if (size == HTTP_SIZE_UNKNOWN || (!h->tag[0] && !h->modified[0]))
		return 0;
	job.seen = true;
	look->crc = crc32(crc32(0, h->tag, strlen(h->tag)), h->modified, strlen(h->modified));
	return refuse(why, -ECANCELED, "seen");
}

static int look_data(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	struct netif_look *look = ctx;

	(void)why;
	look->crc = crc32(look->crc, bytes, count);
	look->size = at + count;
	return 0;
}

static bool look_early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	(void)ctx;
	(void)at;
	(void)bytes;
	(void)count;
	return false;
}

static bool look_over(void *ctx)
{
	struct job *j = ctx;

	http_poll(&j->http);
	return j->http.state >= HTTP_DONE;
}

int netif_http_look(struct net *net, const struct http_url *url, struct netif_look *look,
		    struct why *why)
{
	const struct http_host host = { look, look_begin, look_data, look_early, NULL };
	static struct http_url at;
	int err;

	if (!IS_ENABLED(CONFIG_IPV6) && !net->ip)
		return refuse(why, -EINVAL, "*** ERROR: `ipaddr' not set");
	at = *url;
	job.seen = false;
	*look = (struct netif_look){ 0 };
	err = fetch(net, &at, &host, look_over, why);
	return err == -EIO && job.seen ? 0 : err;
}

/* The colon behind "host:", or NULL. */
static const char *host_end(const char *text)
{
	const size_t six = IS_ENABLED(CONFIG_IPV6) ? net_bracketed(text, strlen(text), NULL) : 0;

	if (six)
		return text[six] == ':' ? text + six : NULL;
	return strchr(text, ':');
}

static const char *server_text(void)
{
	static char text[IS_ENABLED(CONFIG_IPV6) ? IP6_TEXT + 2 : 1];
	const net_addr_t server = IS_ENABLED(CONFIG_IPV6) ? netif_server() : 0;
	char addr[NET_ADDR_TEXT];

	if (!net_is_v6(server))
		return env_get("serverip");
	snprintf(text, sizeof(text), "[%s]", net_addr_text(server, addr));
	return text;
}

int netif_url(const char *text, struct http_url *url, struct why *why)
{
	static char whole[URL_SIZE];
	const char *colon = host_end(text), *server = server_text();
	const size_t host = colon ? (size_t)(colon - text) : 0;
	const char *path = colon ? colon + 1 : text;
	int n;

	url->host[0] = '\0'; /* nobody's user and password are kept for the next */
	if (strstr(text, "://"))
		return http_parse_url(url, text, why);
	if (!colon && !server)
		return refuse(why, -EINVAL, "*** ERROR: `serverip' not set");
	n = snprintf(whole, sizeof(whole), "http://%.*s%s%s", colon ? (int)host : 64,
		     colon ? text : server, path[0] == '/' ? "" : "/", path);
	if (n < 0 || (size_t)n >= sizeof(whole))
		return refuse(why, -EINVAL, "that address is too long");
	return http_parse_url(url, whole, why);
}
