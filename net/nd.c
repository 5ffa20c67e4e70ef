/* SPDX-License-Identifier: BSD-2-Clause */
/* Neighbours and routers: who asks, who answers, and what addresses that makes. */
#include "net/nd.h"

#include <string.h>

#include "net/bytes.h"
#include "net/inside.h"
#include "net/sum.h"

#define ETH_SIZE  14
#define ETH_IP6	  0x86dd
#define IP_SIZE	  40
#define ALERT_SIZE 8

#define OPT_SOURCE 1 /* a MAC address */
#define OPT_TARGET 2
#define OPT_PREFIX 3
#define OPT_MTU	   5
#define OPT_RDNSS  25
#define MAC_OPTION 8 /* bytes */

#define NA_ROUTER    0x80
#define NA_SOLICITED 0x40
#define NA_OVERRIDE  0x20

#define RA_SIZE	     16
#define RA_MANAGED   0x80
#define RA_OTHER     0x40
#define PREFIX_SIZE  32
#define PREFIX_WIRE  0x80
#define PREFIX_MAKES 0x40 /* addresses */
#define SHORTEST_MS  (2 * 60 * 60 * UINT64_C(1000)) /* RFC 4862, 5.5.3 e */

#define GROUP(low)   ip6_of(UINT64_C(0xff02) << 48, low)
#define ALL_NODES    GROUP(1)
#define ALL_ROUTERS  GROUP(2)

net_addr_t nd_group(net_addr_t addr)
{
	return GROUP(UINT64_C(0x1ff000000) | (uint32_t)(addr & 0xffffff));
}

const uint8_t *nd_mac(net_addr_t group, uint8_t *mac)
{
	mac[0] = mac[1] = 0x33;
	put_be32(mac + 2, (uint32_t)group);
	return mac;
}

/* The last 64 bits of our addresses: RFC 4291, appendix A. */
static uint64_t interface_id(const struct net *net)
{
	const uint8_t *m = net->mac;

	return (uint64_t)(get_be16(m) ^ 0x0200) << 48 | (uint64_t)m[2] << 40 |
	       UINT64_C(0xfffe) << 24 | (uint64_t)m[3] << 16 | get_be16(m + 4);
}

/* ---- out: in a frame of its own, since one that waits for an answer may be in net->out */

void nd_send(struct net *net, net_addr_t from, net_addr_t to, const uint8_t *mac, uint8_t *body,
	     size_t size)
{
	static const uint8_t alert[ALERT_SIZE] = { NET_ICMP6, 0, 5, 2, 0, 0, 1, 0 };
	const bool report = body[0] == ICMP6_MLD_REPORT;
	uint8_t frame[ETH_SIZE + IP_SIZE + ALERT_SIZE + ND_BODY_MAX] = { 0 };
	uint8_t *ip = frame + ETH_SIZE, *p = ip + IP_SIZE;

	if (mac)
		memcpy(frame, mac, NET_MAC_SIZE);
	else
		nd_mac(to, frame);
	memcpy(frame + NET_MAC_SIZE, net->mac, NET_MAC_SIZE);
	put_be16(frame + 12, ETH_IP6);
	put_be32(ip, UINT32_C(6) << 28);
	ip[6] = report ? 0 : NET_ICMP6;
	ip[7] = report ? 1 : ND_HOP_LIMIT;
	ip6_put(ip + 8, from);
	ip6_put(ip + 24, to);
	if (report) {
		memcpy(p, alert, sizeof(alert)); /* RFC 2711: every router looks */
		p += sizeof(alert);
	}
	memcpy(p, body, size);
	put_be16(p + 2, (uint16_t)~net_sum(p, size, net_pseudo_sum(from, to, NET_ICMP6, size)));
	p += size;
	put_be16(ip + 4, (uint16_t)(p - ip - IP_SIZE));
	net->link.send(net->link.ctx, frame, (size_t)(p - frame));
}

static size_t put_mac(const struct net *net, uint8_t *at, uint8_t option)
{
	at[0] = option;
	at[1] = 1;
	memcpy(at + 2, net->mac, NET_MAC_SIZE);
	return MAC_OPTION;
}

void nd_ask(struct net *net, net_addr_t target)
{
	const net_addr_t from = ip6_source(net, target);
	uint8_t body[24 + MAC_OPTION] = { ICMP6_NS };

	if (!from)
		return;
	ip6_put(body + 8, target);
	put_mac(net, body + 24, OPT_SOURCE);
	nd_send(net, from, nd_group(target), NULL, body, sizeof(body));
}

/* Switches that listen have to know that we do. */
static void report(struct net *net, net_addr_t group)
{
	uint8_t body[24] = { ICMP6_MLD_REPORT };

	ip6_put(body + 8, group);
	nd_send(net, ip6_link_local(net), group, NULL, body, sizeof(body));
}

void nd_probe(struct net *net, struct ip6_address *own)
{
	uint8_t body[24] = { ICMP6_NS };

	own->state = IP6_TENTATIVE;
	own->due = net->now + IP6_NEIGHBOUR_MS;
	report(net, nd_group(own->addr));
	ip6_put(body + 8, own->addr);
	nd_send(net, 0, nd_group(own->addr), NULL, body, sizeof(body));
}

static void ask_routers(struct net *net)
{
	const net_addr_t from = ip6_link_local(net);
	uint8_t body[8 + MAC_OPTION] = { ICMP6_RS };
	size_t size = 8;

	if (from)
		size += put_mac(net, body + size, OPT_SOURCE);
	net->ip6->solicits++;
	net->ip6->solicit_due = net->now + IP6_SOLICIT_MS;
	nd_send(net, from, ALL_ROUTERS, NULL, body, size);
}

static void advertise(struct net *net, const struct ip6_address *own, net_addr_t to,
		      const uint8_t *mac)
{
	uint8_t body[24 + MAC_OPTION] = { ICMP6_NA };

	body[4] = NA_OVERRIDE | (to ? NA_SOLICITED : 0);
	ip6_put(body + 8, own->addr);
	put_mac(net, body + 24, OPT_TARGET);
	nd_send(net, own->addr, to ? to : ALL_NODES, to ? mac : NULL, body, sizeof(body));
}

/* ---- addresses of ours */

static struct ip6_address *new_own(struct net *net)
{
	for (unsigned int i = 1; i < IP6_ADDRESSES; i++) { /* the first is the wire's */
		if (net->ip6->own[i].state == IP6_FREE)
			return &net->ip6->own[i];
	}
	return NULL;
}

void nd_start(struct net *net)
{
	net->ip6->own[0] =
		(struct ip6_address){ .addr = ip6_of(UINT64_C(0xfe80) << 48, interface_id(net)),
				      .preferred_until = IP6_FOREVER,
				      .valid_until = IP6_FOREVER,
				      .origin = IP6_LINK,
				      .length = 64 };
	nd_probe(net, &net->ip6->own[0]);
}

void nd_need_routers(struct net *net)
{
	struct ip6 *ip6 = net->ip6;

	if ((ip6->heard && net->now - ip6->heard_at < IP6_HEARD_MS) ||
	    (ip6->solicits && ip6->solicit_due != IP6_FOREVER))
		return;
	ip6->solicits = 0;
	ask_routers(net);
}

void ip6_set(struct net *net, net_addr_t addr, uint8_t length)
{
	struct ip6_address *own;

	for (unsigned int i = 1; i < IP6_ADDRESSES; i++) {
		own = &net->ip6->own[i];
		if (own->origin == IP6_SET && own->addr != addr)
			own->state = IP6_FREE;
	}
	if (!addr)
		return;
	own = ip6_own(net, addr);
	if (own && own->state != IP6_DUPLICATE) {
		if (own->origin == IP6_SET)
			own->length = length;
		return;
	}
	if (!own)
		own = new_own(net);
	if (!own)
		own = &net->ip6->own[IP6_ADDRESSES - 1]; /* what a person says goes before */
	*own = (struct ip6_address){ .addr = addr,
				     .preferred_until = IP6_FOREVER,
				     .valid_until = IP6_FOREVER,
				     .origin = IP6_SET,
				     .length = length };
	nd_probe(net, own);
}

/* ---- options */

/* What follows a message's fixed part: none of them is empty, all of them are whole. */
static bool options_are_whole(const uint8_t *p, uint32_t size)
{
	while (size) {
		if (size < 8 || !p[1] || p[1] * 8u > size)
			return false;
		size -= p[1] * 8u;
		p += p[1] * 8u;
	}
	return true;
}

static const uint8_t *find_option(const uint8_t *p, uint32_t size, uint8_t which)
{
	while (size && *p != which) {
		size -= p[1] * 8u;
		p += p[1] * 8u;
	}
	return size ? p : NULL;
}

/* ---- neighbours */

static void ns_input(struct net *net, const struct nd_message *m)
{
	const uint8_t *mac = find_option(m->data + 24, m->size - 24, OPT_SOURCE);
	const net_addr_t target = ip6_get(m->data + 8);
	struct ip6_address *own = ip6_own(net, target);

	if (!own || own->state == IP6_DUPLICATE || (mac ? mac[2] : m->mac[0]) & 1 ||
	    (!m->from && (mac || m->to != nd_group(target))))
		return;
	if (own->state == IP6_OWN)
		advertise(net, own, m->from, mac ? mac + 2 : m->mac);
	else if (!m->from)
		own->state = IP6_DUPLICATE; /* it asks whether it may have it, as we do */
}

static void na_input(struct net *net, const struct nd_message *m)
{
	const uint8_t *mac = find_option(m->data + 24, m->size - 24, OPT_TARGET);
	const net_addr_t target = ip6_get(m->data + 8);
	struct ip6_address *own = ip6_own(net, target);
	const bool solicited = m->data[4] & NA_SOLICITED;

	if (!m->from || ip6_is_group(target) || (solicited && ip6_is_group(m->to)))
		return;
	if (own && own->state == IP6_TENTATIVE)
		own->state = IP6_DUPLICATE;
	else if (!own && solicited)
		net_answer(net, target, mac ? mac + 2 : m->mac);
}

/* ---- routers */

static uint64_t until(const struct net *net, uint32_t seconds)
{
	return seconds == UINT32_MAX ? IP6_FOREVER : net->now + seconds * UINT64_C(1000);
}

/* One that is there, else one that is over, else NULL. */
static struct ip6_known *place(const struct net *net, struct ip6_known *list, unsigned int count,
			       net_addr_t addr)
{
	struct ip6_known *over = NULL;

	for (unsigned int i = 0; i < count; i++) {
		if (list[i].addr == addr)
			return &list[i];
		if (list[i].until <= net->now)
			over = &list[i];
	}
	return over;
}

static void know(const struct net *net, struct ip6_known *list, unsigned int count, net_addr_t addr,
		 uint8_t length, uint32_t seconds)
{
	struct ip6_known *known = place(net, list, count, addr);

	if (known)
		*known = (struct ip6_known){ addr, until(net, seconds), length };
}

/* RFC 4862, 5.5.3: an address of ours with this prefix; a forged lifetime cannot end it soon. */
static void make_address(struct net *net, net_addr_t prefix, uint32_t valid, uint32_t preferred)
{
	const net_addr_t addr = prefix | interface_id(net);
	struct ip6_address *own = ip6_own(net, addr);
	const uint64_t end = until(net, valid);

	if (!own) {
		own = valid ? new_own(net) : NULL;
		if (!own)
			return;
		*own = (struct ip6_address){ .addr = addr,
					     .preferred_until = until(net, preferred),
					     .valid_until = end,
					     .origin = IP6_ROUTER,
					     .length = 64 };
		nd_probe(net, own);
		return;
	}
	if (own->origin != IP6_ROUTER)
		return;
	own->preferred_until = until(net, preferred);
	if (end > own->valid_until || valid > SHORTEST_MS / 1000)
		own->valid_until = end;
	else if (own->valid_until - net->now > SHORTEST_MS)
		own->valid_until = net->now + SHORTEST_MS;
}

static void prefix_input(struct net *net, const uint8_t *p)
{
	const uint8_t length = p[2];
	const uint32_t valid = get_be32(p + 4), preferred = get_be32(p + 8);
	net_addr_t prefix;

	if (p[1] * 8 < PREFIX_SIZE || length > 128)
		return;
	prefix = ip6_prefix(ip6_get(p + 16), length);
	if (!net_is_v6(prefix) || ip6_is_link_local(prefix) || ip6_is_group(prefix))
		return;
	if (p[3] & PREFIX_WIRE)
		know(net, net->ip6->prefix, IP6_PREFIXES, prefix, length, valid);
	if (p[3] & PREFIX_MAKES && length == 64 && preferred <= valid)
		make_address(net, prefix, valid, preferred);
}

static void rdnss_input(struct net *net, const uint8_t *p)
{
	for (unsigned int i = 0; i < (p[1] - 1u) / 2; i++) {
		const net_addr_t addr = ip6_get(p + 8 + 16 * i);

		if (net_is_v6(addr) && !ip6_is_group(addr))
			know(net, net->ip6->name_server, IP6_NAME_SERVERS, addr, 128,
			     get_be32(p + 4));
	}
}

static void ra_input(struct net *net, const struct nd_message *m)
{
	struct ip6 *ip6 = net->ip6;
	const uint8_t *p = m->data + RA_SIZE;
	uint32_t left = m->size - RA_SIZE;

	if (!ip6_is_link_local(m->from))
		return;
	ip6->heard = true;
	ip6->heard_at = net->now;
	ip6->solicit_due = IP6_FOREVER;
	ip6->managed = m->data[5] & RA_MANAGED;
	ip6->other = m->data[5] & RA_OTHER;
	if (m->data[4])
		ip6->hop_limit = m->data[4];
	know(net, ip6->router, IP6_ROUTERS, m->from, 128, get_be16(m->data + 6));
	for (; left; left -= p[1] * 8u, p += p[1] * 8u) {
		if (p[0] == OPT_PREFIX)
			prefix_input(net, p);
		else if (p[0] == OPT_RDNSS)
			rdnss_input(net, p);
		else if (p[0] == OPT_MTU && !get_be16(p + 4) && get_be16(p + 6) >= IP6_SEND_MAX)
			ip6->mtu = MIN(get_be16(p + 6), (uint16_t)NET_MTU);
	}
}

/* A router that asks who listens gets the answer again. */
static void query_input(struct net *net, const struct nd_message *m)
{
	if (m->hop_limit != 1 || !ip6_is_link_local(m->from))
		return;
	for (unsigned int i = 0; i < IP6_ADDRESSES; i++) {
		const struct ip6_address *own = &net->ip6->own[i];

		if (own->state == IP6_OWN || own->state == IP6_TENTATIVE)
			report(net, nd_group(own->addr));
	}
}

void nd_input(struct net *net, const struct nd_message *m)
{
	const uint8_t type = m->data[0];
	const uint32_t fixed = type == ICMP6_RA ? RA_SIZE : 24;

	if (type == ICMP6_MLD_QUERY)
		query_input(net, m);
	if (m->hop_limit != ND_HOP_LIMIT || type < ICMP6_RA || m->size < fixed ||
	    !options_are_whole(m->data + fixed, m->size - fixed))
		return;
	if (type == ICMP6_RA)
		ra_input(net, m);
	else if (type == ICMP6_NS)
		ns_input(net, m);
	else
		na_input(net, m);
}

net_addr_t ip6_name_server(const struct net *net, unsigned int nth)
{
	for (unsigned int i = 0; i < IP6_NAME_SERVERS; i++) {
		const struct ip6_known *server = &net->ip6->name_server[i];

		if (server->until > net->now && !nth--)
			return server->addr;
	}
	return 0;
}

/* ---- time */

void nd_poll(struct net *net)
{
	struct ip6 *ip6 = net->ip6;

	for (unsigned int i = 0; i < IP6_ADDRESSES; i++) {
		struct ip6_address *own = &ip6->own[i];

		if (own->state == IP6_TENTATIVE && net->now >= own->due) {
			own->state = IP6_OWN; /* nobody has objected */
			report(net, nd_group(own->addr));
		}
		if (own->state != IP6_FREE && net->now >= own->valid_until)
			own->state = IP6_FREE;
	}
	if (net->now < ip6->solicit_due)
		return;
	if (ip6->solicits < IP6_SOLICIT_TRIES)
		ask_routers(net);
	else
		ip6->solicit_due = IP6_FOREVER;
}

uint64_t nd_due(const struct net *net)
{
	const struct ip6 *ip6 = net->ip6;
	uint64_t due = ip6->solicit_due;

	for (unsigned int i = 0; i < IP6_ADDRESSES; i++) {
		if (ip6->own[i].state == IP6_TENTATIVE)
			due = MIN(due, ip6->own[i].due);
	}
	return due;
}
