/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is there, and under which address. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/net/net.h"
#include "net/dns.h"

#define PING_MS       10000
#define PING_EVERY_MS 1000

static bool dns_over(void *ctx)
{
	struct dns *d = ctx;

	dns_poll(d);
	if (d->state == DNS_ASKED && net_is_unreachable(d->net, d->server[0])) {
		d->state = DNS_FAILED;
		refuse(&d->why, -EHOSTUNREACH, "the name server is not there");
	}
	return d->state != DNS_ASKED;
}

static struct dns d;

static int ask(struct net *net, const char *name, uint32_t *ip, struct why *why)
{
	const uint32_t servers[2] = { netif_var_ip("dnsip"), netif_var_ip("dnsip2") };
	int err;

	net_poll(net, netif_ms());
	err = dns_start(&d, net, name, servers);
	if (!err)
		err = netif_run(dns_over, &d);
	dns_stop(&d);
	*why = d.why;
	if (err)
		return err == -EINTR ? refuse(why, err, "Abort") : err;
	if (d.state != DNS_DONE)
		return -ENOENT;
	*ip = d.ip;
	return 0;
}

/* A name without a dot is looked for in the domains of here first. */
int netif_dns(struct net *net, const char *name, uint32_t *ip, struct why *why)
{
	const char *search = env_get("dnssearch"), *word = search ? search : env_get("domain");
	static char whole[DNS_NAME_MAX + 1];

	while (word && *word && !strchr(name, '.')) {
		const size_t size = strcspn(word, " ");
		int n = snprintf(whole, sizeof(whole), "%s.%.*s", name, (int)size, word);
		int err = -ENOENT;

		if (size && n > 0 && (size_t)n < sizeof(whole))
			err = ask(net, whole, ip, why);
		if (err != -ENOENT || d.tries == DNS_TRIES)
			return err;
		word += size + (word[size] == ' ');
	}
	return ask(net, name, ip, why);
}

static struct ping {
	struct net_handler handler;
	struct net *net;
	uint32_t to;
	uint16_t sequence;
	uint64_t due, until;
	bool answered, unreachable;
} ping;

static void echoed(struct net_handler *handler, struct net *net, const struct net_packet *packet)
{
	(void)handler;
	(void)net;
	if (packet->from == ping.to && packet->from_port <= ping.sequence)
		ping.answered = true;
}

static void ping_unreachable(struct net_handler *handler, const struct net_unreachable *what)
{
	(void)handler;
	if (what->to != ping.to)
		return;
	ping.unreachable = true;
	printf("%s\n", what->text);
}

static bool ping_over(void *ctx)
{
	struct net *net = ctx;

	if (ping.answered || ping.unreachable || net->now >= ping.until ||
	    net_is_unreachable(net, ping.to))
		return true;
	if (net->now >= ping.due) {
		ping.due = net->now + PING_EVERY_MS;
		net_ping(net, ping.to, ping.handler.port, ++ping.sequence);
	}
	return false;
}

int netif_ping(struct net *net, uint32_t to)
{
	const uint64_t now = netif_ms();
	int err;

	ping = (struct ping){ .handler = { .protocol = NET_ICMP,
					   .port = net_random_port(net),
					   .input = echoed,
					   .unreachable = ping_unreachable },
			      .to = to,
			      .due = now,
			      .until = now + PING_MS };
	net_listen(net, &ping.handler);
	err = netif_run(ping_over, net);
	net_unlisten(net, &ping.handler);
	if (err || ping.answered)
		return err;
	return net_is_unreachable(net, to) ? -EHOSTUNREACH : -ETIMEDOUT;
}
