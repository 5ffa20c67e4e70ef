/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of ours, and the ways from them. */
#include <errno.h>

#include "lib/base/why.h"
#include "net/addr.h"
#include "net/bytes.h"
#include "net/inside.h"

/* ---- addresses */

net_addr_t ip6_get(const uint8_t *bytes)
{
	net_addr_t addr = 0;

	for (unsigned int i = 0; i < 16; i += 4)
		addr = addr << 16 << 16 | get_be32(bytes + i);
	return addr;
}

void ip6_put(uint8_t *bytes, net_addr_t addr)
{
	for (unsigned int i = 16; i; i -= 4, addr = addr >> 16 >> 16)
		put_be32(bytes + i - 4, (uint32_t)addr);
}

net_addr_t ip6_prefix(net_addr_t addr, unsigned int length)
{
	return length ? addr >> (128 - length) << (128 - length) : 0;
}

bool ip6_is_group(net_addr_t addr)
{
	return ip6_prefix(addr, 8) == ip6_of(UINT64_C(0xff) << 56, 0);
}

bool ip6_is_link_local(net_addr_t addr)
{
	return ip6_prefix(addr, 10) == ip6_of(UINT64_C(0xfe80) << 48, 0);
}

struct ip6_address *ip6_own(const struct net *net, net_addr_t addr)
{
	for (unsigned int i = 0; i < IP6_ADDRESSES; i++) {
		const struct ip6_address *own = &net->ip6->own[i];

		if (own->state != IP6_FREE && own->addr == addr)
			return (struct ip6_address *)own;
	}
	return NULL;
}

net_addr_t ip6_link_local(const struct net *net)
{
	const struct ip6_address *own = &net->ip6->own[0];

	return own->state == IP6_OWN ? own->addr : 0;
}

static unsigned int common_bits(net_addr_t a, net_addr_t b)
{
	unsigned int bits = 128;

	for (net_addr_t differ = a ^ b; differ; differ >>= 1)
		bits--;
	return bits;
}

net_addr_t ip6_source(const struct net *net, net_addr_t to)
{
	const bool wire =
		ip6_is_link_local(to) || ip6_prefix(to, 16) == ip6_of(UINT64_C(0xff02) << 48, 0);
	net_addr_t best = 0;
	unsigned int most = 0;

	if (net->ip6->answer_from) {
		const struct ip6_address *asked = ip6_own(net, net->ip6->answer_from);

		return asked && asked->state == IP6_OWN ? asked->addr : 0;
	}
	if (wire)
		return ip6_link_local(net);
	for (unsigned int i = 0; i < IP6_ADDRESSES; i++) {
		const struct ip6_address *own = &net->ip6->own[i];
		unsigned int bits = common_bits(own->addr, to) + 1;

		if (own->state != IP6_OWN || ip6_is_link_local(own->addr))
			continue;
		if (own->preferred_until > net->now)
			bits += 256;
		if (bits > most) {
			most = bits;
			best = own->addr;
		}
	}
	return best;
}

/* ---- ways */

static bool is_on_wire(const struct net *net, net_addr_t to)
{
	const struct ip6 *ip6 = net->ip6;

	if (ip6_is_link_local(to))
		return true;
	for (unsigned int i = 0; i < IP6_PREFIXES; i++) {
		const struct ip6_known *p = &ip6->prefix[i];

		if (p->until > net->now && ip6_prefix(to, p->length) == p->addr)
			return true;
	}
	for (unsigned int i = 0; i < IP6_ADDRESSES; i++) {
		const struct ip6_address *own = &ip6->own[i];

		if (own->state == IP6_OWN && own->origin == IP6_SET &&
		    ip6_prefix(to, own->length) == ip6_prefix(own->addr, own->length))
			return true;
	}
	return false;
}

/* The one that was set; of those that advertise, one that is not known to be gone. */
static net_addr_t router(const struct net *net)
{
	net_addr_t any = net->ip6->gateway;

	for (unsigned int i = 0; i < IP6_ROUTERS && !net->ip6->gateway; i++) {
		const struct ip6_known *r = &net->ip6->router[i];

		if (r->until <= net->now)
			continue;
		any = any ? any : r->addr;
		if (!net_has_failed(net, r->addr))
			return r->addr;
	}
	return any;
}

net_addr_t ip6_hop(const struct net *net, net_addr_t to)
{
	const net_addr_t by = is_on_wire(net, to) ? 0 : router(net);

	return by ? by : to;
}

static bool is_waiting(const struct net *net)
{
	for (unsigned int i = 0; i < IP6_ADDRESSES; i++) {
		if (net->ip6->own[i].state == IP6_TENTATIVE)
			return true;
	}
	return false;
}

static bool asks_routers(const struct net *net)
{
	return net->ip6->ops && net->ip6->solicit_due != IP6_FOREVER;
}

static int no_source(const struct net *net, struct why *why)
{
	char text[IP6_TEXT];

	for (unsigned int i = 0; i < IP6_ADDRESSES; i++) {
		const struct ip6_address *own = &net->ip6->own[i];

		if (own->state == IP6_DUPLICATE)
			return refuse(why, -EADDRINUSE, "another machine has our address %s",
				      ip6_text(own->addr, text));
	}
	if (!net->ip6->heard)
		return refuse(why, -EADDRNOTAVAIL,
			      "no router has answered with a prefix, and ip6addr is not set");
	return refuse(why, -EADDRNOTAVAIL,
		      net->ip6->managed ? "no address: the router says that dhcp6 has one"
					: "the router advertises no prefix to make an address of");
}

int ip6_way(const struct net *net, net_addr_t to, struct why *why)
{
	char text[IP6_TEXT];

	if (to ? ip6_source(net, to) && (is_on_wire(net, to) || router(net))
	       : ip6_link_local(net) && net->ip6->heard && !is_waiting(net))
		return 0;
	if (is_waiting(net) || (asks_routers(net) && !(to && ip6_is_link_local(to))))
		return -EAGAIN;
	if (to ? !ip6_source(net, to) : !ip6_link_local(net))
		return no_source(net, why);
	return refuse(why, -ENETUNREACH, "%s: no router leads there",
		      to ? ip6_text(to, text) : "::");
}
