/* SPDX-License-Identifier: BSD-2-Clause */
/* ip6.h's machine, its variables, and waiting for it. */
#include "net/ip6.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/net/net.h"
#include "lib/base/log.h"
#include "net/addr.h"

net_addr_t netif_var_ip6(const char *name)
{
	const char *text = env_get(name);
	net_addr_t addr = 0;

	if (text && ip6_parse(text, &addr))
		log_warn("%s: '%s' is no address of IPv6", name, text);
	return addr;
}

net_addr_t netif_var_any(const char *name)
{
	const char *text = env_get(name);

	return text && strchr(text, ':') ? netif_var_ip6(name) : netif_var_ip(name);
}

net_addr_t netif_server(void)
{
	const net_addr_t four = env_is_yes("use_ip6") ? 0 : netif_var_ip("serverip");

	return four ? four : netif_var_ip6("serverip6");
}

static void take_addresses(struct net *net)
{
	const char *text = env_get("ip6addr");
	net_addr_t addr = 0;
	uint8_t length = 64;

	if (text && ip6_parse_prefix(text, &addr, &length))
		log_warn("ip6addr: '%s' is no address of IPv6", text);
	if (addr && (ip6_is_group(addr) || ip6_is_link_local(addr))) {
		log_warn("ip6addr: '%s' is for a group, or for this wire alone", text);
		addr = 0;
	}
	ip6_set(net, addr, length);
	net->ip6->gateway = netif_var_ip6("gatewayip6");
}

struct wait {
	struct net *net;
	net_addr_t to;
	int err;
	struct why *why;
};

static bool over(void *ctx)
{
	struct wait *w = ctx;

	w->err = ip6_way(w->net, w->to, w->why);
	return w->err != -EAGAIN;
}

void netif_ip6_start(struct net *net)
{
	net_poll(net, netif_ms());
	ip6_start(net);
	take_addresses(net);
}

bool netif_has_ip6(const struct net *net)
{
	return net->ip6->ops || env_is_yes("use_ip6") || env_get("ip6addr");
}

int netif_ip6_way(struct net *net, net_addr_t to, struct why *why)
{
	struct wait w = { .net = net, .to = to, .why = why };
	int err;

	netif_ip6_start(net);
	err = netif_run(over, &w);
	if (err)
		return netif_ended(err, why);
	return w.err;
}

/* ${dnsip6}, else what routers say; where neither is known, they are asked. */
void netif_ip6_name_servers(struct net *net, net_addr_t servers[2])
{
	struct why why;
	int err;

	servers[0] = netif_var_ip6("dnsip6");
	servers[1] = 0;
	if (servers[0])
		return;
	err = netif_ip6_way(net, 0, &why);
	for (unsigned int i = 0; !err && i < 2; i++)
		servers[i] = ip6_name_server(net, i);
}
