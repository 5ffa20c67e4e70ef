/* SPDX-License-Identifier: BSD-2-Clause */
/* syslog.h's datagrams: lines of the log, to ${syslogip}. */
#include "net/syslog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/console/log.h"
#include "common/env/env.h"
#include "common/net/net.h"
#include "lib/base/num.h"
#include "net/addr.h"

#define WAIT_MS 20 /* for a word that nobody listens */
#define BATCH   32 /* lines between two looks */

static struct job {
	struct net_handler handler; /* the first member */
	struct net *net;
	net_addr_t server;
	unsigned int severity, count;
	uint64_t until;
	char host[64];
	bool known;
	struct why why;
} job;

static void nothing(struct net_handler *handler, struct net *net, const struct net_packet *packet)
{
	(void)handler;
	(void)net;
	(void)packet;
}

static void unreachable(struct net_handler *handler, const struct net_unreachable *what)
{
	struct job *j = (struct job *)handler;

	if (what->to == j->server && what->to_port == SYSLOG_PORT)
		refuse(&j->why, -EHOSTUNREACH, "%s", what->text);
}

static bool found(void *ctx)
{
	struct job *j = ctx;

	j->known = net_ask(j->net, j->server);
	return j->known || net_is_unreachable(j->net, j->server);
}

static bool waited(void *ctx)
{
	const struct job *j = ctx;

	return j->why.text[0] || j->net->now >= j->until;
}

/* Time for what comes back. */
static int look(struct job *j, unsigned int ms)
{
	j->until = netif_ms() + ms;
	return netif_run(waited, j);
}

static int send(struct job *j, const char *text, size_t size)
{
	const struct syslog_line line = syslog_parse(text, size);

	if (!line.text_size || line.severity > j->severity)
		return 0;
	net_udp_send(j->net, j->server, SYSLOG_PORT, j->handler.port,
		     syslog_format((char *)net_udp_room(j->net), &line, j->host));
	return ++j->count % BATCH ? 0 : look(j, 0);
}

/* What the ring has behind @at, line by line. */
static int send_ring(struct job *j, const struct logring *ring, uint64_t *at)
{
	static char line[SYSLOG_LINE_MAX];
	size_t have = 0, count;
	const char *text;
	int err = 0;

	while (!err && (count = logring_read(ring, at, &text))) {
		for (size_t i = 0; i < count && !err; i++) {
			if (text[i] != '\n') {
				if (have < sizeof(line))
					line[have++] = text[i];
				continue;
			}
			err = send(j, line, have);
			have = 0;
		}
	}
	return err ? err : have ? send(j, line, have) : 0;
}

/* "err", "warn", "info", "debug", or 0 to 7. */
static int take_level(struct job *j, struct why *why)
{
	static const char names[][6] = { "err", "warn", "info", "debug" };
	static const uint8_t severity[] = { SYSLOG_ERR, SYSLOG_WARN, SYSLOG_INFO, SYSLOG_DEBUG };
	const char *text = env_get("sysloglevel");
	uint64_t number;

	j->severity = SYSLOG_DEBUG;
	if (!text)
		return 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(text, names[i]))
			continue;
		j->severity = severity[i];
		return 0;
	}
	if (num_parse(text, 10, &number) || number > SYSLOG_DEBUG)
		return refuse(why, -EINVAL,
			      "sysloglevel: '%.20s' is not err, warn, info, debug or 0 to 7", text);
	j->severity = (unsigned int)number;
	return 0;
}

static int begin(struct job *j, struct net *net, struct why *why)
{
	const char *server = env_get("syslogip"), *name = env_get("hostname");
	int err;

	*j = (struct job){ .handler = { .protocol = NET_UDP,
					.port = net_random_port(net),
					.input = nothing,
					.unreachable = unreachable },
			   .net = net };
	if (!IS_ENABLED(CONFIG_IPV6) && !net->ip)
		return refuse(why, -EINVAL, "*** ERROR: `ipaddr' not set");
	if (!server)
		return refuse(why, -EINVAL, "*** ERROR: `syslogip' not set");
	if (name)
		snprintf(j->host, sizeof(j->host), "%.63s", name);
	err = take_level(j, why);
	if (!err)
		err = netif_dns(net, server, &j->server, why);
	if (IS_ENABLED(CONFIG_IPV6) && !err)
		err = netif_way(net, j->server, why);
	if (!err && !name)
		net_addr_text(net_source(net, j->server), j->host);
	return err;
}

int netif_syslog(struct net *net, const char *text, unsigned int *count, struct why *why)
{
	static uint64_t told; /* of the ring */
	const struct logring *ring = log_text();
	uint64_t at = told;
	int err = begin(&job, net, why);

	if (err)
		return err;
	net_listen(net, &job.handler);
	err = netif_run(found, &job);
	if (!err && !job.known)
		refuse(&job.why, -EHOSTUNREACH, "the syslog server is not there");
	if (!err && job.known && text)
		err = send(&job, text, strlen(text));
	else if (!err && job.known && ring)
		err = send_ring(&job, ring, &at);
	if (!err && job.known)
		err = look(&job, WAIT_MS);
	net_unlisten(net, &job.handler);
	*count = job.count;
	if (err)
		return netif_ended(err, why);
	if (job.why.text[0]) {
		*why = job.why;
		return -EHOSTUNREACH;
	}
	told = text ? told : at;
	return 0;
}
