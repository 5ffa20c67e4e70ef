/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/net.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/wide.h"
#include "net/addr.h"
#include "net/bytes.h"
#include "net/inside.h"
#include "net/reassembly.h"
#include "net/sum.h"

#define ETH_SIZE 14
#define ETH_IP	 0x0800
#define ETH_ARP	 0x0806
#define ETH_IP6	 0x86dd

#define ARP_SIZE    28
#define ARP_REQUEST 1
#define ARP_REPLY   2

#define IP_SIZE	    20
#define IP_KIND	    0x45 /* version, words of the header */
#define IP_MORE	    0x2000 /* fragments follow */
#define IP_OFFSET   0x1fff
#define IP_TTL	    64
#define IP_LOOPBACK 127

#define UDP_SIZE  8
#define ECHO_SIZE 8
#define ECHO_REPLY   0
#define ECHO_REQUEST 8
#define PING_SIZE    32
#define UNREACHABLE  3
#define TIME_EXCEEDED 11
#define FRAGMENT     4 /* code of UNREACHABLE: nothing of ours is too long */

#define MULTICAST 0xe0000000 /* and above, less the broadcast: class D and E */

static const uint8_t everybody[NET_MAC_SIZE] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static void put_eth(const struct net *net, uint8_t *frame, const uint8_t *to, uint16_t type)
{
	copy_mac(frame, to);
	copy_mac(frame + 6, net->mac);
	put_be16(frame + 12, type);
}

void net_init(struct net *net, const struct net_link *link, const uint8_t *mac, const uint8_t *seed)
{
	memset(net, 0, sizeof(*net));
	net->link = *link;
	copy_mac(net->mac, mac);
	memcpy(net->key, seed, sizeof(net->key));
	net->next_id = (uint16_t)net_random(net);
	put_eth(net, net->out + NET_HEADROOM, everybody, ETH_IP);
}

static void sip_round(uint64_t v[4])
{
#define ROTATE(x, n) ((x) << (n) | (x) >> (64 - (n)))
	v[0] += v[1];
	v[1] = ROTATE(v[1], 13) ^ v[0];
	v[0] = ROTATE(v[0], 32);
	v[2] += v[3];
	v[3] = ROTATE(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = ROTATE(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = ROTATE(v[1], 17) ^ v[2];
	v[2] = ROTATE(v[2], 32);
#undef ROTATE
}

/* SipHash-2-4 of a counter. */
uint32_t net_random(struct net *net)
{
	uint64_t v[4] = { net->key[0] ^ UINT64_C(0x736f6d6570736575),
			  net->key[1] ^ UINT64_C(0x646f72616e646f6d),
			  net->key[0] ^ UINT64_C(0x6c7967656e657261),
			  net->key[1] ^ UINT64_C(0x7465646279746573) };
	const uint64_t words[] = { net->drawn++, UINT64_C(8) << 56 };

	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++) {
		v[3] ^= words[i];
		sip_round(v);
		sip_round(v);
		v[0] ^= words[i];
	}
	v[2] ^= 0xff;
	for (unsigned int i = 0; i < 4; i++)
		sip_round(v);
	return (uint32_t)(v[0] ^ v[1] ^ v[2] ^ v[3]);
}

uint16_t net_random_port(struct net *net)
{
	return (uint16_t)(0xc000 | net_random(net));
}

/* ---- who listens */

void net_listen(struct net *net, struct net_handler *handler)
{
	net_unlisten(net, handler);
	handler->next = net->handlers;
	net->handlers = handler;
}

void net_unlisten(struct net *net, struct net_handler *handler)
{
	for (struct net_handler **link = &net->handlers; *link; link = &(*link)->next) {
		if (*link != handler)
			continue;
		*link = handler->next;
		break;
	}
}

static void deliver(struct net *net, uint8_t protocol, const struct net_packet *packet)
{
	struct net_handler *found = NULL;

	for (struct net_handler *h = net->handlers; h; h = h->next) {
		if (h->protocol != protocol)
			continue;
		if (h->port == packet->to_port) {
			found = h;
			break;
		}
		if (!h->port && !found)
			found = h;
	}
	if (!found)
		return;
	net->seen++;
	found->input(found, net, packet);
}

/* ---- out */

/* NULL: nobody has asked for IPv6. */
static const struct ip6_ops *six(const struct net *net)
{
	return IS_ENABLED(CONFIG_IPV6) ? net->ip6->ops : NULL;
}

static net_addr_t next_hop(const struct net *net, net_addr_t to)
{
	const bool here = ((to ^ net->ip) & net->mask) == 0;

	if (net_is_v6(to))
		return six(net) ? six(net)->hop(net, to) : to;
	return here || !net->gateway ? to : net->gateway;
}

static __attribute__((noinline)) bool is_broadcast_here(const struct net *net, net_addr_t to)
{
	return to == NET_BROADCAST ||
	       (net->ip && ~net->mask > 1 && ((to ^ net->ip) & net->mask) == 0);
}

/* In line as far as nearly all addresses go. */
static inline __attribute__((always_inline)) bool is_broadcast(const struct net *net, net_addr_t to)
{
	return (to | net->mask) == NET_BROADCAST && is_broadcast_here(net, to);
}

static void send_arp(struct net *net, uint16_t operation, const uint8_t *to_mac, uint32_t to)
{
	uint8_t frame[ETH_SIZE + ARP_SIZE] = { 0 };
	uint8_t *arp = frame + ETH_SIZE;

	put_eth(net, frame, to_mac, ETH_ARP);
	put_be16(arp, 1); /* Ethernet */
	put_be16(arp + 2, ETH_IP);
	arp[4] = NET_MAC_SIZE;
	arp[5] = 4;
	put_be16(arp + 6, operation);
	copy_mac(arp + 8, net->mac);
	put_be32(arp + 14, net->ip);
	if (operation == ARP_REPLY)
		copy_mac(arp + 18, to_mac);
	put_be32(arp + 24, to);
	net->link.send(net->link.ctx, frame, sizeof(frame));
}

static struct net_arp *find_arp(const struct net *net, net_addr_t ip)
{
	for (unsigned int i = 0; i < NET_ARP_ENTRIES; i++) {
		const struct net_arp *a = &net->arp[i];

		if (a->state != NET_ARP_FREE && a->ip == ip)
			return (struct net_arp *)a;
	}
	return NULL;
}

/* A free one, else the one that was not used for longest. */
static struct net_arp *new_arp(struct net *net, net_addr_t ip)
{
	struct net_arp *a = &net->arp[0];

	for (unsigned int i = 0; i < NET_ARP_ENTRIES && a->state != NET_ARP_FREE; i++) {
		if (net->arp[i].state == NET_ARP_FREE || net->arp[i].used < a->used)
			a = &net->arp[i];
	}
	*a = (struct net_arp){ .ip = ip };
	return a;
}

static void ask(struct net *net, struct net_arp *a)
{
	a->state = NET_ARP_ASKED;
	a->due = net->now + ((uint64_t)NET_ARP_WAIT_MS << a->tries);
	a->tries++;
	if (net_is_v6(a->ip)) {
		a->due = net->now + IP6_NEIGHBOUR_MS;
		if (six(net))
			six(net)->ask(net, a->ip);
		return;
	}
	send_arp(net, ARP_REQUEST, everybody, a->ip);
}

/* Return: the next hop's MAC address; NULL: it was asked for */
static const uint8_t *resolve(struct net *net, net_addr_t hop)
{
	struct net_arp *a = find_arp(net, hop);

	if (!a)
		a = new_arp(net, hop);
	a->used = net->now;
	if (a->state == NET_ARP_KNOWN)
		return a->mac;
	if (a->state == NET_ARP_FREE)
		ask(net, a);
	return NULL;
}

const uint8_t *net_resolve(struct net *net, net_addr_t hop)
{
	return IS_ENABLED(CONFIG_IPV6) ? resolve(net, hop) : NULL;
}

bool net_ask(struct net *net, net_addr_t to)
{
	return is_broadcast(net, to) || resolve(net, next_hop(net, to));
}

static void hold(struct net *net, const uint8_t *frame, size_t size, net_addr_t hop)
{
	memcpy(net->held, frame, size);
	net->held_size = size;
	net->held_for = hop;
}

void net_hold(struct net *net, const uint8_t *frame, size_t size, net_addr_t hop)
{
	if (IS_ENABLED(CONFIG_IPV6))
		hold(net, frame, size, hop);
}

static void send_ip(struct net *net, uint32_t to, size_t size)
{
	uint8_t *const frame = net->out + NET_HEADROOM;
	const net_addr_t hop = next_hop(net, to);
	const uint8_t *mac = is_broadcast(net, to) ? everybody : resolve(net, hop);

	if (mac) {
		copy_mac(frame, mac); /* the rest is there from the start */
		net->link.send(net->link.ctx, frame, ETH_SIZE + size);
		return;
	}
	hold(net, frame, ETH_SIZE + size, hop);
}

static uint32_t halves(uint32_t number)
{
	return (number >> 16) + (number & UINT16_MAX);
}

static uint16_t fold(uint32_t sum)
{
	return (uint16_t)halves(halves(sum));
}

void net_ip_send(struct net *net, net_addr_t to, uint8_t protocol, size_t size)
{
	const uint16_t id = net->next_id++, total = (uint16_t)(IP_SIZE + size);
	const uint32_t sum = (IP_KIND << 8) + total + id + (IP_TTL << 8 | protocol) +
			     halves(net->ip) + halves((uint32_t)to);
	uint8_t *ip = net->out + NET_HEADROOM + ETH_SIZE;

	if (net_is_v6(to)) {
		if (six(net))
			six(net)->send(net, to, protocol, size);
		return;
	}
	if (size > NET_MTU - IP_SIZE)
		return;
	put_be16(ip, IP_KIND << 8);
	put_be16(ip + 2, total);
	put_be16(ip + 4, id);
	put_be16(ip + 6, 0);
	ip[8] = IP_TTL;
	ip[9] = protocol;
	put_be32(ip + 12, net->ip);
	put_be32(ip + 16, (uint32_t)to);
	put_be16(ip + 10, (uint16_t)~fold(sum));
	send_ip(net, to, IP_SIZE + size);
}

static uint32_t all_halves(net_addr_t addr)
{
	uint32_t sum = halves((uint32_t)addr);

	while (net_is_v6(addr)) {
		addr = addr >> 16 >> 16;
		sum += halves((uint32_t)addr);
	}
	return sum;
}

uint32_t net_pseudo_sum(net_addr_t from, net_addr_t to, uint8_t protocol, size_t size)
{
	return all_halves(from) + all_halves(to) + protocol + (uint16_t)size;
}

void net_udp_send(struct net *net, net_addr_t to, uint16_t to_port, uint16_t from_port, size_t size)
{
	uint8_t *udp = net_ip_room(net);
	uint16_t sum;

	if (size > net_udp_max(to))
		return;
	size += UDP_SIZE;
	put_be16(udp, from_port);
	put_be16(udp + 2, to_port);
	put_be16(udp + 4, (uint16_t)size);
	put_be16(udp + 6, 0);
	sum = net_sum(udp, size, net_pseudo_sum(net_source(net, to), to, NET_UDP, size));
	put_be16(udp + 6, sum == 0xffff ? sum : (uint16_t)~sum);
	net_ip_send(net, to, NET_UDP, size);
}

void net_ping(struct net *net, net_addr_t to, uint16_t id, uint16_t sequence)
{
	uint8_t *icmp = net_ip_room(net);

	if (net_is_v6(to)) {
		if (six(net))
			six(net)->ping(net, to, id, sequence);
		return;
	}
	memset(icmp, 0, ECHO_SIZE + PING_SIZE);
	icmp[0] = ECHO_REQUEST;
	put_be16(icmp + 4, id);
	put_be16(icmp + 6, sequence);
	put_be16(icmp + 2, (uint16_t)~net_sum(icmp, ECHO_SIZE + PING_SIZE, 0));
	net_ip_send(net, to, NET_ICMP, ECHO_SIZE + PING_SIZE);
}

/* ---- ARP */

static bool has_failed(const struct net *net, net_addr_t hop)
{
	const struct net_arp *a = find_arp(net, hop);

	return a && a->state == NET_ARP_FAILED;
}

bool net_has_failed(const struct net *net, net_addr_t hop)
{
	return IS_ENABLED(CONFIG_IPV6) && has_failed(net, hop);
}

bool net_is_unreachable(const struct net *net, net_addr_t to)
{
	return has_failed(net, next_hop(net, to));
}

void net_forget(struct net *net, net_addr_t to)
{
	struct net_arp *a = find_arp(net, next_hop(net, to));

	if (a && a->state != NET_ARP_ASKED)
		a->state = NET_ARP_FREE;
}

static void learn(struct net *net, struct net_arp *a, const uint8_t *mac)
{
	if (mac[0] & 1)
		return; /* a group is nobody's address */
	copy_mac(a->mac, mac);
	a->state = NET_ARP_KNOWN;
	if (!net->held_size || net->held_for != a->ip)
		return;
	copy_mac(net->held, a->mac);
	net->link.send(net->link.ctx, net->held, net->held_size);
	net->held_size = 0;
}

/* Only who was asked for is learnt: nobody else's word moves an address. */
static void answer(struct net *net, struct net_arp *a, const uint8_t *mac)
{
	if (a && (a->state == NET_ARP_ASKED || a->state == NET_ARP_FAILED))
		learn(net, a, mac);
}

void net_answer(struct net *net, net_addr_t from, const uint8_t *mac)
{
	if (IS_ENABLED(CONFIG_IPV6))
		answer(net, find_arp(net, from), mac);
}

static void arp_input(struct net *net, const uint8_t *arp, size_t size)
{
	static const uint8_t kind[] = { 0, 1, 8, 0, NET_MAC_SIZE, 4, 0 };
	uint32_t from, to;

	if (size < ARP_SIZE || memcmp(arp, kind, sizeof(kind)))
		return;
	from = get_be32(arp + 14);
	to = get_be32(arp + 24);
	if (!net->ip || to != net->ip || from == net->ip)
		return;
	answer(net, find_arp(net, from), arp + 8);
	if (arp[7] == ARP_REQUEST && !(arp[8] & 1))
		send_arp(net, ARP_REPLY, arp + 8, from);
}

void net_poll(struct net *net, uint64_t now)
{
	net->now = now;
	if (now == net->polled)
		return; /* nothing is due in less than a millisecond */
	net->polled = now;
	for (unsigned int i = 0; i < NET_ARP_ENTRIES; i++) {
		struct net_arp *a = &net->arp[i];

		if (a->state != NET_ARP_ASKED || now < a->due)
			continue;
		if (a->tries < (net_is_v6(a->ip) ? IP6_SOLICIT_TRIES : NET_ARP_TRIES)) {
			ask(net, a);
			continue;
		}
		a->state = NET_ARP_FAILED;
		if (net->held_for == a->ip)
			net->held_size = 0;
	}
	if (six(net))
		six(net)->poll(net);
	for (unsigned int i = 0; i < NET_REASSEMBLY; i++) {
		if (net->assembly[i].busy && now >= net->assembly[i].until)
			net->assembly[i].busy = false;
	}
}

uint64_t net_due(const struct net *net)
{
	uint64_t due = six(net) ? six(net)->due(net) : UINT64_MAX;

	for (unsigned int i = 0; i < NET_ARP_ENTRIES; i++) {
		if (net->arp[i].state == NET_ARP_ASKED)
			due = MIN(due, net->arp[i].due);
	}
	return due;
}

/* ---- in */

static void tell_undelivered(struct net *net, uint8_t protocol, uint16_t port,
			     const struct net_unreachable *what)
{
	for (struct net_handler *h = net->handlers; h; h = h->next) {
		if (h->protocol != protocol || h->port != port || !port || !h->unreachable)
			continue;
		h->unreachable(h, what);
		return;
	}
}

void net_undelivered(struct net *net, uint8_t protocol, uint16_t port,
		     const struct net_unreachable *what)
{
	if (IS_ENABLED(CONFIG_IPV6))
		tell_undelivered(net, protocol, port, what);
}

/*
 * A router or the host itself says that a packet of ours did not arrive, and quotes its head: what
 * of it is not ours is not believed.
 */
static void error_input(struct net *net, const struct net_packet *packet)
{
	static const char *const reasons[] = { "network unreachable", "host unreachable",
					       "protocol unreachable", "port unreachable" };
	const uint8_t *icmp = packet->data, *ip = icmp + ECHO_SIZE, *inner;
	const bool late = icmp[0] == TIME_EXCEEDED;
	const uint32_t size = packet->size - ECHO_SIZE;
	const uint32_t header = size < IP_SIZE ? 0 : (uint32_t)(ip[0] & 15) * 4;
	char from[NET_IP_TEXT], text[64];
	struct net_unreachable what = { .text = text };

	if (header < IP_SIZE || ip[0] >> 4 != 4 || size < header || size - header < 8 ||
	    get_be32(ip + 12) != net->ip || !net->ip || packet->to != net->ip ||
	    get_be16(ip + 6) & IP_OFFSET || (!late && icmp[1] == FRAGMENT))
		return;
	inner = ip + header;
	what.to = get_be32(ip + 16);
	what.to_port = get_be16(inner + 2);
	what.sequence = get_be32(inner + 4);
	snprintf(text, sizeof(text), "%s says: %s", net_ip_text(packet->from, from),
		 late				 ? "the way is too long"
		 : icmp[1] < ARRAY_SIZE(reasons) ? reasons[icmp[1]]
						 : "the way there is closed");
	tell_undelivered(net, ip[9], get_be16(ip[9] == NET_ICMP ? inner + 4 : inner), &what);
}

static void icmp_input(struct net *net, struct net_packet *packet)
{
	const uint8_t *icmp = packet->data;
	uint8_t *out = net_ip_room(net);

	if (packet->size < ECHO_SIZE || net_sum(icmp, packet->size, 0) != 0xffff)
		return;
	if (icmp[0] == UNREACHABLE || icmp[0] == TIME_EXCEEDED)
		error_input(net, packet);
	if (icmp[1])
		return;
	if (icmp[0] == ECHO_REQUEST && packet->to == net->ip && net->ip &&
	    packet->size <= NET_MTU - IP_SIZE) {
		memcpy(out, icmp, packet->size);
		out[0] = ECHO_REPLY;
		put_be16(out + 2, 0);
		put_be16(out + 2, (uint16_t)~net_sum(out, packet->size, 0));
		net_ip_send(net, packet->from, NET_ICMP, packet->size);
	}
	if (icmp[0] != ECHO_REPLY)
		return;
	packet->to_port = get_be16(icmp + 4);
	packet->from_port = get_be16(icmp + 6);
	packet->data += ECHO_SIZE;
	packet->size -= ECHO_SIZE;
	if (packet->to_port)
		deliver(net, NET_ICMP, packet);
}

static inline bool sum_is_right(const struct net_packet *packet, uint8_t protocol)
{
	uint32_t pseudo = net_pseudo_sum(packet->from, packet->to, protocol, packet->size);

	return net_sum(packet->data, packet->size, pseudo) == 0xffff;
}

static void udp_input(struct net *net, struct net_packet *packet, bool checked)
{
	const uint8_t *udp = packet->data;
	uint16_t size;

	if (packet->size < UDP_SIZE)
		return;
	size = get_be16(udp + 4);
	if (size < UDP_SIZE || size > packet->size)
		return;
	packet->size = size;
	if (!checked && (net_is_v6(packet->to) || get_be16(udp + 6)) &&
	    !sum_is_right(packet, NET_UDP))
		return;
	packet->from_port = get_be16(udp);
	packet->to_port = get_be16(udp + 2);
	packet->data += UDP_SIZE;
	packet->size -= UDP_SIZE;
	if (packet->from_port && packet->to_port)
		deliver(net, NET_UDP, packet);
}

static void tcp_input(struct net *net, struct net_packet *packet, bool checked)
{
	if (packet->size < 20 || (!checked && !sum_is_right(packet, NET_TCP)) ||
	    (!net_is_v6(packet->to) && (!net->ip || packet->to != net->ip)))
		return;
	packet->from_port = get_be16(packet->data);
	packet->to_port = get_be16(packet->data + 2);
	if (packet->from_port && packet->to_port)
		deliver(net, NET_TCP, packet);
}

static void datagram_input(struct net *net, uint8_t protocol, struct net_packet *packet,
			   bool checked)
{
	if (protocol == NET_UDP)
		udp_input(net, packet, checked);
	else if (protocol == NET_TCP)
		tcp_input(net, packet, checked);
	else if (protocol == NET_ICMP)
		icmp_input(net, packet);
}

void net_datagram(struct net *net, uint8_t protocol, struct net_packet *packet, bool checked)
{
	if (IS_ENABLED(CONFIG_IPV6))
		datagram_input(net, protocol, packet, checked);
}

void net_deliver(struct net *net, uint8_t protocol, const struct net_packet *packet)
{
	if (IS_ENABLED(CONFIG_IPV6))
		deliver(net, protocol, packet);
}

static bool is_ours(const struct net *net, uint32_t to)
{
	return to == net->ip || is_broadcast(net, to) || (!net->ip && to < MULTICAST);
}

/* Nobody sends from 0.0.0.0 but who has no address yet, to everybody. */
static bool may_send(const struct net *net, uint32_t from, uint32_t to)
{
	return (from || to == NET_BROADCAST) && from < MULTICAST && from >> 24 != IP_LOOPBACK &&
	       (from != net->ip || !from) && !is_broadcast(net, from);
}

/* net_sum() in line: a few words. */
static bool header_is_right(const uint8_t *ip, unsigned int size)
{
	uint64_t sum = (uint64_t)wide_load32(ip) + wide_load32(ip + 4) + wide_load32(ip + 8) +
		       wide_load32(ip + 12) + wide_load32(ip + 16);

	for (unsigned int i = IP_SIZE; i < size; i += 4)
		sum += wide_load32(ip + i);
	return fold(halves((uint32_t)sum) + (uint32_t)(sum >> 32)) == UINT16_MAX;
}

static void ip_input(struct net *net, const uint8_t *ip, size_t size, bool checked)
{
	struct net_packet packet;
	uint32_t header, total, piece;

	if (size < IP_SIZE || ip[0] >> 4 != 4)
		return;
	header = (ip[0] & 15) * 4u;
	total = get_be16(ip + 2);
	if (header < IP_SIZE || total < header || total > size || !header_is_right(ip, header))
		return;
	packet = (struct net_packet){ .from = get_be32(ip + 12),
				      .to = get_be32(ip + 16),
				      .data = ip + header,
				      .size = total - header };
	if (!is_ours(net, packet.to) || !may_send(net, packet.from, packet.to))
		return;
	piece = get_be16(ip + 6);
	if (piece & (IP_MORE | IP_OFFSET)) {
		const struct net_piece p = { .from = packet.from,
					     .id = get_be16(ip + 4),
					     .protocol = ip[9],
					     .offset = (uint32_t)(piece & IP_OFFSET) * 8,
					     .more = piece & IP_MORE,
					     .bytes = packet.data,
					     .size = packet.size };
		struct net_assembly *whole = net_reassemble(net, &p);

		if (!whole)
			return;
		packet.data = whole->bytes;
		packet.size = whole->size;
		checked = false;
	}
	datagram_input(net, ip[9], &packet, checked);
}

void net_input(struct net *net, const void *frame, size_t size, bool checked, uint64_t now)
{
	const uint8_t *eth = frame;

	net->now = now;
	if (six(net) && size >= ETH_SIZE && get_be16(eth + 12) == ETH_IP6) {
		six(net)->input(net, eth, size, checked);
		return;
	}
	if (size < ETH_SIZE || (!same_mac(eth, net->mac) && !same_mac(eth, everybody)))
		return;
	if (get_be16(eth + 12) == ETH_ARP)
		arp_input(net, eth + ETH_SIZE, size - ETH_SIZE);
	else if (get_be16(eth + 12) == ETH_IP)
		ip_input(net, eth + ETH_SIZE, size - ETH_SIZE, checked);
}
