/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets of IPv6 and ICMPv6, out and in, and which address of ours they have. */
#include "net/ip6.h"

#include <stdio.h>
#include <string.h>

#include "net/addr.h"
#include "net/bytes.h"
#include "net/inside.h"
#include "net/nd.h"
#include "net/reassembly.h"
#include "net/sum.h"

#define ETH_SIZE 14
#define ETH_IP	 0x0800
#define ETH_IP6	 0x86dd
#define IP_SIZE	 40
#define HOPS	 64

#define UNREACHABLE   1
#define TIME_EXCEEDED 3
#define PROBLEM	      4
#define ECHO_REQUEST  128
#define ECHO_REPLY    129
#define ECHO_SIZE     8
#define PING_SIZE     32

#define HOP_OPTIONS   0
#define ROUTING	      43
#define FRAGMENT      44
#define OPTIONS	      60
#define HEADERS_MAX   8 /* before what a packet is about */
#define OPT_PAD	      0
#define OPT_DROP      0xc0 /* bits of an option that may not be passed over */

#define ALL_NODES     ip6_of(UINT64_C(0xff02) << 48, 1)

/* ---- out */

/* A frame's head, from whom on. */
static void put_eth(const struct net *net, uint8_t *frame, uint16_t type)
{
	memcpy(frame + NET_MAC_SIZE, net->mac, NET_MAC_SIZE);
	put_be16(frame + 12, type);
}

static void send(struct net *net, net_addr_t from, net_addr_t to, uint8_t protocol, size_t size)
{
	uint8_t *const frame = net->out, *const ip = frame + ETH_SIZE;
	const net_addr_t hop = ip6_hop(net, to);
	uint8_t group[NET_MAC_SIZE];
	const uint8_t *mac;

	if (size > NET_MTU - IP_SIZE || !from)
		return;
	put_be32(ip, UINT32_C(6) << 28);
	put_be16(ip + 4, (uint16_t)size);
	ip[6] = protocol;
	ip[7] = net->ip6->hop_limit ? net->ip6->hop_limit : HOPS;
	ip6_put(ip + 8, from);
	ip6_put(ip + 24, to);
	put_eth(net, frame, ETH_IP6);
	size += ETH_SIZE + IP_SIZE;
	mac = ip6_is_group(to) ? nd_mac(to, group) : net_resolve(net, hop);
	if (mac) {
		memcpy(frame, mac, NET_MAC_SIZE);
		net->link.send(net->link.ctx, frame, size);
	} else {
		net_hold(net, frame, size, hop);
	}
	put_eth(net, frame + NET_HEADROOM, ETH_IP); /* which IPv4 finds there */
}

static void send_chosen(struct net *net, net_addr_t to, uint8_t protocol, size_t size)
{
	send(net, ip6_source(net, to), to, protocol, size);
}

/* What is in net_ip_room() is whole but for its checksum. */
static void send_icmp(struct net *net, net_addr_t from, net_addr_t to, size_t size)
{
	uint8_t *icmp = net_ip_room(net);

	put_be16(icmp + 2, 0);
	put_be16(icmp + 2,
		 (uint16_t)~net_sum(icmp, size, net_pseudo_sum(from, to, NET_ICMP6, size)));
	send(net, from, to, NET_ICMP6, size);
}

static void ping(struct net *net, net_addr_t to, uint16_t id, uint16_t sequence)
{
	uint8_t *icmp = net_ip_room(net);

	memset(icmp, 0, ECHO_SIZE + PING_SIZE);
	icmp[0] = ECHO_REQUEST;
	put_be16(icmp + 4, id);
	put_be16(icmp + 6, sequence);
	send_icmp(net, ip6_source(net, to), to, ECHO_SIZE + PING_SIZE);
}

/* ---- in */

/*
 * Somebody on the way says that a packet of ours did not arrive, and quotes its head. Ours have no
 * headers between IPv6's and what they are about.
 */
static void error_input(struct net *net, const struct net_packet *packet)
{
	static const char *const reasons[] = { "no route",	  "the way there is closed",
					       "beyond its scope", "address unreachable",
					       "port unreachable" };
	const uint8_t *icmp = packet->data, *ip = icmp + ECHO_SIZE, *inner = ip + IP_SIZE;
	char from[IP6_TEXT], text[32 + IP6_TEXT];
	struct net_unreachable what = { .text = text };
	const char *reason = "the way there is closed";
	const struct ip6_address *own;
	uint8_t protocol;

	if (packet->size < ECHO_SIZE + IP_SIZE + 8 || ip[0] >> 4 != 6)
		return;
	own = ip6_own(net, ip6_get(ip + 8));
	if (!own || own->state != IP6_OWN || packet->to != own->addr)
		return;
	if (icmp[0] == UNREACHABLE && icmp[1] < ARRAY_SIZE(reasons))
		reason = reasons[icmp[1]];
	else if (icmp[0] == TIME_EXCEEDED)
		reason = "the way is too long";
	else if (icmp[0] == PROBLEM)
		reason = "it does not understand";
	protocol = ip[6] == NET_ICMP6 ? NET_ICMP : ip[6];
	what.to = ip6_get(ip + 24);
	what.to_port = get_be16(inner + 2);
	what.sequence = get_be32(inner + 4);
	snprintf(text, sizeof(text), "%s says: %s", ip6_text(packet->from, from), reason);
	net_undelivered(net, protocol, get_be16(protocol == NET_ICMP ? inner + 4 : inner), &what);
}

static void echo_input(struct net *net, const struct net_packet *packet)
{
	const struct ip6_address *own = ip6_own(net, packet->to);
	uint8_t *out = net_ip_room(net);

	if (packet->size > NET_MTU - IP_SIZE || (own && own->state != IP6_OWN))
		return;
	memcpy(out, packet->data, packet->size);
	out[0] = ECHO_REPLY;
	send_icmp(net, own ? packet->to : ip6_source(net, packet->from), packet->from,
		  packet->size);
}

/* A packet, and what its header says of it beside. */
struct arrived {
	struct net_packet packet;
	const uint8_t *mac;
	uint8_t hop_limit;
	bool pieces;   /* it came in some: then it is nothing about neighbours (RFC 6980) */
	bool checked;
};

static void icmp_input(struct net *net, struct arrived *a)
{
	struct net_packet *packet = &a->packet;
	const uint8_t *icmp = packet->data;
	const struct nd_message m = { .from = packet->from,
				      .to = packet->to,
				      .hop_limit = a->hop_limit,
				      .mac = a->mac,
				      .data = icmp,
				      .size = packet->size };

	if (packet->size < ECHO_SIZE ||
	    net_sum(icmp, packet->size,
		    net_pseudo_sum(packet->from, packet->to, NET_ICMP6, packet->size)) != 0xffff)
		return;
	if (icmp[0] >= ICMP6_MLD_QUERY && icmp[0] <= ICMP6_NA) {
		if (!a->pieces && !icmp[1])
			nd_input(net, &m);
		return;
	}
	if (!packet->from)
		return;
	if (icmp[0] == UNREACHABLE || icmp[0] == TIME_EXCEEDED || icmp[0] == PROBLEM)
		error_input(net, packet);
	if (icmp[1])
		return;
	if (icmp[0] == ECHO_REQUEST)
		echo_input(net, packet);
	if (icmp[0] != ECHO_REPLY)
		return;
	packet->to_port = get_be16(icmp + 4);
	packet->from_port = get_be16(icmp + 6);
	packet->data += ECHO_SIZE;
	packet->size -= ECHO_SIZE;
	if (packet->to_port)
		net_deliver(net, NET_ICMP, packet);
}

/* What has options that this does not know may be passed over only where they say so. */
static bool options_are_passed(const uint8_t *p, uint32_t size)
{
	while (size) {
		const uint32_t length = *p == OPT_PAD ? 1 : size < 2 ? size + 1 : p[1] + 2u;

		if (length > size || (*p & OPT_DROP))
			return false;
		p += length;
		size -= length;
	}
	return true;
}

/*
 * A piece of a datagram. The others have to be about the same, with nothing more before it: nobody
 * splits a packet between its headers (RFC 7112).
 *
 * Return: false: it is not whole yet
 */
static bool piece_input(struct net *net, struct arrived *a, uint8_t *next)
{
	struct net_packet *packet = &a->packet;
	const uint8_t *head = packet->data;
	const uint16_t place = get_be16(head + 2);
	const struct net_piece piece = { .from = packet->from,
					 .id = get_be32(head + 4),
					 .protocol = head[0],
					 .offset = place & 0xfff8u,
					 .more = place & 1,
					 .bytes = head + 8,
					 .size = packet->size - 8 };
	const struct net_assembly *whole;

	*next = head[0];
	a->pieces = true;
	a->checked = false;
	packet->data += 8;
	packet->size -= 8;
	if (!piece.offset && !piece.more) /* a piece that is all of it: RFC 6946 */
		return true;
	whole = net_is_v6(packet->from) ? net_reassemble(net, &piece) : NULL;
	if (!whole)
		return false;
	packet->data = whole->bytes;
	packet->size = whole->size;
	return *next == NET_UDP || *next == NET_TCP || *next == NET_ICMP6;
}

/* Through the headers that stand before what a packet is about. */
static void headers_input(struct net *net, struct arrived *a, uint8_t next)
{
	struct net_packet *packet = &a->packet;

	for (unsigned int count = 0; count < HEADERS_MAX; count++) {
		const uint8_t *head = packet->data;
		uint32_t length;

		if (next == NET_ICMP6) {
			icmp_input(net, a);
			return;
		}
		if (next == NET_UDP || next == NET_TCP) {
			if (packet->from && !ip6_is_group(packet->to))
				net_datagram(net, next, packet, a->checked);
			return;
		}
		if (packet->size < 8)
			return;
		if (next == FRAGMENT) {
			if (a->pieces || !piece_input(net, a, &next))
				return;
			continue;
		}
		length = (head[1] + 1u) * 8;
		if ((next != HOP_OPTIONS || count) && next != ROUTING && next != OPTIONS)
			return;
		if (length > packet->size || (next == ROUTING && head[3]) ||
		    (next != ROUTING && !options_are_passed(head + 2, length - 2)))
			return;
		next = head[0];
		packet->data += length;
		packet->size -= length;
	}
}

/* Ours, everybody's, or a group's in which we are asked for. */
static bool is_ours(const struct net *net, net_addr_t to)
{
	if (!ip6_is_group(to))
		return ip6_own(net, to);
	if (to == ALL_NODES)
		return true;
	for (unsigned int i = 0; i < IP6_ADDRESSES; i++) {
		const struct ip6_address *own = &net->ip6->own[i];

		if (own->state != IP6_FREE && nd_group(own->addr) == to)
			return true;
	}
	return false;
}

/* Nobody sends from a group, from below 2^32, or from our address but us. */
static bool may_send(const struct net *net, net_addr_t from)
{
	const struct ip6_address *own = ip6_own(net, from);

	return !from || (net_is_v6(from) && !ip6_is_group(from) && (!own || own->state != IP6_OWN));
}

static void input(struct net *net, const uint8_t *frame, size_t size, bool checked)
{
	const uint8_t *ip = frame + ETH_SIZE;
	const bool group = frame[0] == 0x33 && frame[1] == 0x33;
	struct arrived a = { .mac = frame + NET_MAC_SIZE, .hop_limit = 0, .checked = checked };
	uint16_t length;

	if ((!group && memcmp(frame, net->mac, NET_MAC_SIZE)) ||
	    !memcmp(a.mac, net->mac, NET_MAC_SIZE) || size < ETH_SIZE + IP_SIZE || ip[0] >> 4 != 6)
		return;
	size -= ETH_SIZE + IP_SIZE;
	length = get_be16(ip + 4);
	if (length > size)
		return;
	a.hop_limit = ip[7];
	a.packet = (struct net_packet){ .from = ip6_get(ip + 8),
					.to = ip6_get(ip + 24),
					.data = ip + IP_SIZE,
					.size = length };
	if (!net_is_v6(a.packet.to) || !is_ours(net, a.packet.to) || !may_send(net, a.packet.from))
		return;
	headers_input(net, &a, ip[6]);
}

void ip6_start(struct net *net)
{
	static const struct ip6_ops ops = { .source = ip6_source,
					    .hop = ip6_hop,
					    .send = send_chosen,
					    .ping = ping,
					    .ask = nd_ask,
					    .input = input,
					    .poll = nd_poll,
					    .due = nd_due };

	if (!net->ip6->ops) {
		*net->ip6 = (struct ip6){ .ops = &ops, .mtu = NET_MTU };
		nd_start(net);
	}
	nd_need_routers(net);
}
