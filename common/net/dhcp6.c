/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp6.h's machine, the variables and the lines. */
#include "net/dhcp6.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/net/net.h"
#include "net/addr.h"

#define ARCH_ARM64_UBOOT 0x16 /* IANA's "Processor Architecture Types" */
#define TFTP_SCHEME	 "tftp://"
#define SAID_MAX	 12 /* messages without end are none */

static unsigned int shown;

static bool over(void *ctx)
{
	struct dhcp6 *d = ctx;

	dhcp6_poll(d);
	for (; shown < d->asked; shown++)
		printf("DHCPv6 multicast %u\n", shown + 1);
	if (d->state < DHCP6_BOUND && d->asked > SAID_MAX)
		d->state = DHCP6_FAILED;
	return d->state >= DHCP6_BOUND;
}

static void set_addr(const char *name, net_addr_t addr)
{
	char text[IP6_TEXT];

	if (addr)
		(void)!env_set(name, ip6_text(addr, text));
}

/* "tftp://[fd00::1]/name;mode=octet" is a server and a name; all else is whole what it is. */
static int set_file(struct net *net, const char *url, struct why *why)
{
	const char *host = url + strlen(TFTP_SCHEME), *path;
	char name[DHCP6_URL_SIZE];
	net_addr_t server;
	size_t size;
	int err;

	if (strncmp(url, TFTP_SCHEME, strlen(TFTP_SCHEME))) {
		(void)!env_set("bootfile", url);
		return 0;
	}
	size = strcspn(host, "/");
	path = host + size + (host[size] == '/');
	memcpy(name, host, size); /* of a url of that size */
	name[size] = '\0';
	err = netif_dns6(net, name, &server, why);
	if (err)
		return err;
	set_addr("serverip6", server);
	size = strcspn(path, ";");
	memcpy(name, path, size);
	name[size] = '\0';
	(void)!env_set("bootfile", name);
	return 0;
}

static void set_variables(struct net *net, const struct dhcp6_lease *l)
{
	char text[IP6_TEXT + 4], addr[IP6_TEXT];

	if (l->addr) {
		snprintf(text, sizeof(text), "%s/%u", ip6_text(l->addr, addr),
			 net->ip6->heard ? 128u : 64u); /* who is on the wire, a router tells */
		(void)!env_set("ip6addr", text);
	}
	set_addr("dnsip6", l->dns[0]);
	if (l->search[0])
		(void)!env_set("dnssearch", l->search);
	if (l->params[0])
		(void)!env_set("bootfileparams", l->params);
}

/* From now on it can be sent from: an address of the lease, or one of a prefix. */
static int settle(struct net *net, net_addr_t leased, uint64_t begun, struct why *why)
{
	const net_addr_t any = ip6_of(UINT64_C(0x2000) << 48, 0);
	const struct ip6_address *own;
	char text[IP6_TEXT];
	int err;

	do {
		err = netif_ip6_way(net, net->ip6->own[0].addr, why);
		for (unsigned int i = 0; !err && i < IP6_ADDRESSES; i++) {
			if (net->ip6->own[i].state == IP6_TENTATIVE)
				err = -EAGAIN;
		}
	} while (err == -EAGAIN);
	if (err)
		return err;
	own = leased ? ip6_own(net, leased) : NULL;
	if (own && own->state == IP6_DUPLICATE)
		return refuse(why, -EADDRINUSE, "another machine has the leased address %s",
			      ip6_text(leased, text));
	if (!ip6_source(net, any))
		return netif_ip6_way(net, any, why);
	printf("DHCPv6 client bound to address %s (%" PRIu64 " ms)\n",
	       ip6_text(leased ? leased : ip6_source(net, any), text), netif_ms() - begun);
	return 0;
}

int netif_dhcp6(struct net *net, struct why *why)
{
	static struct dhcp6 d;
	struct dhcp6_request ask = { .arch = (uint16_t)env_get_hex("bootp_arch",
								   ARCH_ARM64_UBOOT) };
	const uint64_t begun = netif_ms();
	int err = netif_ip6_way(net, 0, why);

	if (err == -EINTR || err == -EIO || !ip6_link_local(net))
		return err;
	netif_uuid(ask.uuid);
	ask.stateful = net->ip6->managed || !net->ip6->heard;
	shown = 0;
	net_poll(net, netif_ms());
	dhcp6_start(&d, net, &ask);
	err = netif_run(over, &d);
	dhcp6_stop(&d);
	if (err)
		return netif_ended(err, why);
	if (d.state != DHCP6_BOUND)
		return refuse(why, -ETIMEDOUT, "Retry time exceeded; no DHCPv6 server answers");
	why->text[0] = '\0';
	set_variables(net, &d.lease);
	err = settle(net, d.lease.addr, begun, why);
	return err || !d.lease.url[0] ? err : set_file(net, d.lease.url, why);
}
