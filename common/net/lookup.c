/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is there, and under which address. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/net/net.h"
#include "net/addr.h"
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
static bool six; /* with CONFIG_IPV6: which family is asked for */

static int ask(struct net *net, const char *name, net_addr_t *ip, struct why *why)
{
	net_addr_t servers[2] = { netif_var_ip("dnsip"), netif_var_ip("dnsip2") };
	int err;

	if (IS_ENABLED(CONFIG_IPV6) && (!net->ip || !(servers[0] || servers[1])))
		netif_ip6_name_servers(net, servers);
	if (net_is_v6(servers[0])) {
		err = netif_ip6_way(net, servers[0], why);
		if (err)
			return err;
	}
	net_poll(net, netif_ms());
	if (IS_ENABLED(CONFIG_IPV6))
		d.six = six;
	err = dns_start(&d, net, name, servers);
	if (!err)
		err = netif_run(dns_over, &d);
	dns_stop(&d);
	*why = d.why;
	if (err == -EINTR || err == -EIO)
		return netif_ended(err, why);
	if (err)
		return err;
	if (d.state != DNS_DONE)
		return -ENOENT;
	*ip = d.ip;
	return 0;
}

/* A name without a dot is looked for in the domains of here first. */
static int search_for(struct net *net, const char *name, net_addr_t *ip, struct why *why)
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

/* An address as it is, or in brackets. */
static bool is_address(const char *name, net_addr_t *ip)
{
	const size_t size = strlen(name);

	return !net_parse_addr(name, ip) || (size && net_bracketed(name, size, ip) == size);
}

static int no_address(const char *name, struct why *why)
{
	return refuse(why, -EINVAL, "'%.60s' is no address of IPv6 that a host can have", name);
}

int netif_dns(struct net *net, const char *name, net_addr_t *ip, struct why *why)
{
	int err;

	if (!IS_ENABLED(CONFIG_IPV6))
		return search_for(net, name, ip, why);
	if (is_address(name, ip))
		return 0;
	if (strchr(name, ':'))
		return no_address(name, why);
	six = !net->ip || env_is_yes("use_ip6");
	err = search_for(net, name, ip, why);
	if (err != -ENOENT || d.tries == DNS_TRIES || !net->ip)
		return err;
	six = !six;
	return search_for(net, name, ip, why);
}

int netif_dns6(struct net *net, const char *name, net_addr_t *ip, struct why *why)
{
	six = true;
	if (!is_address(name, ip) && !strchr(name, ':'))
		return search_for(net, name, ip, why);
	return is_address(name, ip) && net_is_v6(*ip) ? 0 : no_address(name, why);
}

static struct ping {
	struct net_handler handler;
	struct net *net;
	net_addr_t to;
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

int netif_ping(struct net *net, net_addr_t to)
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
