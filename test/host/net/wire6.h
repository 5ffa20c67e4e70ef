/* SPDX-License-Identifier: BSD-2-Clause */
/* A wire with one interface on it, and a test that says what it likes to it by IPv6. */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "net/addr.h"
#include "net/bytes.h"
#include "net/nd.h"
#include "net/sum.h"

#define WIRE6_SEEN 8
#define WIRE6_RA   (16 + 8 + 32 + 24)

/* What the interface has sent: ICMPv6's type (0: other packets). @mac is who talks to it. */
static struct wire6 {
	uint64_t now;
	unsigned int sent, asked_routers;
	uint8_t type[WIRE6_SEEN], last_type, last_mac[6];
	net_addr_t from[WIRE6_SEEN], to[WIRE6_SEEN], last_to;
	uint8_t last[NET_FRAME_MAX];
	size_t last_size;
	uint8_t mac[6];
} wire6;

static inline void wire6_take(void *ctx, const void *frame, size_t size)
{
	const uint8_t *f = frame, *ip = f + 14, *p = ip + 40;
	uint8_t type = 0;

	(void)ctx;
	if (get_be16(f + 12) != 0x86dd)
		return;
	assert_true(size >= 54 && size == 54u + get_be16(ip + 4) && size <= 14 + 1500);
	if (ip[6] == 0)
		p += 8;
	if (ip[6] == NET_ICMP6 || ip[6] == 0) {
		const size_t count = size - (size_t)(p - f);

		type = p[0];
		assert_int_equal(net_sum(p, count,
					 net_pseudo_sum(ip6_get(ip + 8), ip6_get(ip + 24),
							NET_ICMP6, count)),
				 0xffff);
	}
	if (wire6.sent < WIRE6_SEEN) {
		wire6.type[wire6.sent] = type;
		wire6.from[wire6.sent] = ip6_get(ip + 8);
		wire6.to[wire6.sent] = ip6_get(ip + 24);
	}
	wire6.sent++;
	wire6.asked_routers += type == ICMP6_RS;
	wire6.last_type = type;
	wire6.last_to = ip6_get(ip + 24);
	memcpy(wire6.last_mac, f, 6);
	memcpy(wire6.last, f, size);
	wire6.last_size = size;
}

static inline void wire6_init(struct net *net, uint64_t now)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 }, seed[16] = { 1 };
	const struct net_link link = { wire6_take, NULL };

	wire6 = (struct wire6){ .now = now, .mac = { 2, 0, 0, 0, 0, 9 } };
	net_init(net, &link, mac, seed);
	net->now = now;
}

static inline void wire6_pass(struct net *net, uint64_t ms)
{
	for (uint64_t step; ms; ms -= step) {
		step = ms > 100000 ? 1000 : 1;
		wire6.now += step;
		net_poll(net, wire6.now);
	}
}

static inline net_addr_t wire6_addr(const char *text)
{
	net_addr_t addr = 0;

	if (text)
		(void)!ip6_parse(text, &addr);
	return addr;
}

static inline void wire6_packet_hops(struct net *net, const char *from, const char *to,
				     uint8_t next, const uint8_t *body, size_t size, uint8_t hops)
{
	uint8_t *frame = malloc(54 + size), *ip = frame + 14;
	const net_addr_t group = wire6_addr(to);

	if (ip6_is_group(group))
		nd_mac(group, frame);
	else
		memcpy(frame, net->mac, 6);
	memcpy(frame + 6, wire6.mac, 6);
	put_be16(frame + 12, 0x86dd);
	put_be32(ip, UINT32_C(6) << 28);
	put_be16(ip + 4, (uint16_t)size);
	ip[6] = next;
	ip[7] = hops;
	ip6_put(ip + 8, wire6_addr(from));
	ip6_put(ip + 24, group);
	memcpy(ip + 40, body, size);
	net_input(net, frame, 54 + size, false, wire6.now);
	free(frame);
}

static inline void wire6_packet(struct net *net, const char *from, const char *to, uint8_t next,
				const uint8_t *body, size_t size)
{
	wire6_packet_hops(net, from, to, next, body, size, 64);
}

/* The checksum where UDP (at 6), else ICMPv6 (at 2) has it. */
static inline void wire6_sum(uint8_t *body, size_t size, const char *from, const char *to,
			     uint8_t protocol)
{
	uint8_t *sum = body + (protocol == NET_UDP ? 6 : 2);

	put_be16(sum, 0);
	put_be16(sum, (uint16_t)~net_sum(body, size,
					 net_pseudo_sum(wire6_addr(from), wire6_addr(to), protocol,
							size)));
}

/* @text NULL: what is there already. */
static inline void wire6_udp(uint8_t *udp, const char *from, const char *to, uint16_t from_port,
			     uint16_t to_port, const char *text, size_t size)
{
	put_be16(udp, from_port);
	put_be16(udp + 2, to_port);
	put_be16(udp + 4, (uint16_t)(8 + size));
	if (text)
		memcpy(udp + 8, text, size);
	wire6_sum(udp, 8 + size, from, to, NET_UDP);
}

struct wire6_ra {
	const char *prefix, *server;
	uint8_t length, flags, code, ra_flags;
	uint32_t valid, preferred;
	uint16_t lifetime, mtu;
	bool damage, empty_option;
	size_t cut;
};

static inline void wire6_ra_bytes(uint8_t *p, const struct wire6_ra *ra, const char *from)
{
	memset(p, 0, WIRE6_RA);
	p[0] = ICMP6_RA;
	p[1] = ra->code;
	p[4] = 64;
	p[5] = ra->ra_flags;
	put_be16(p + 6, ra->lifetime);
	p[16] = 5; /* MTU */
	p[17] = ra->empty_option ? 0 : 1;
	put_be32(p + 20, ra->mtu);
	p[24] = 3; /* prefix */
	p[25] = 4;
	p[26] = ra->length;
	p[27] = ra->flags;
	put_be32(p + 28, ra->valid);
	put_be32(p + 32, ra->preferred);
	ip6_put(p + 40, wire6_addr(ra->prefix));
	p[56] = 25; /* name servers */
	p[57] = 3;
	put_be32(p + 60, 3600);
	ip6_put(p + 64, wire6_addr(ra->server));
	wire6_sum(p, WIRE6_RA - ra->cut, from, "ff02::1", NET_ICMP6);
	if (ra->damage)
		p[2] ^= 1;
}

static inline void wire6_ra(struct net *net, const struct wire6_ra *ra, uint8_t hops,
			    const char *from)
{
	uint8_t body[WIRE6_RA];

	wire6_ra_bytes(body, ra, from);
	wire6_packet_hops(net, from, "ff02::1", NET_ICMP6, body, WIRE6_RA - ra->cut, hops);
}

static inline size_t wire6_neighbour_bytes(uint8_t *p, uint8_t type, const char *from,
					   const char *to, const char *target, uint8_t flags)
{
	size_t size = 24;

	memset(p, 0, 32);
	p[0] = type;
	p[4] = flags;
	ip6_put(p + 8, wire6_addr(target));
	if (from) {
		p[24] = type == ICMP6_NS ? 1 : 2;
		p[25] = 1;
		memcpy(p + 26, wire6.mac, 6);
		size = 32;
	}
	wire6_sum(p, size, from, to, NET_ICMP6);
	return size;
}

static inline void wire6_ns(struct net *net, const char *target, const char *from, uint8_t hops)
{
	uint8_t body[32];
	char to[IP6_TEXT];
	size_t size;

	ip6_text(nd_group(wire6_addr(target)), to);
	size = wire6_neighbour_bytes(body, ICMP6_NS, from, to, target, 0);
	wire6_packet_hops(net, from, to, NET_ICMP6, body, size, hops);
}

static inline void wire6_ns_probe(struct net *net, const char *target)
{
	wire6_ns(net, target, NULL, 255);
}

static inline void wire6_na(struct net *net, const char *target, const char *from, const char *to,
			    uint8_t flags, uint8_t hops)
{
	uint8_t body[32];
	const size_t size = wire6_neighbour_bytes(body, ICMP6_NA, from, to, target, flags);

	wire6_packet_hops(net, from, to, NET_ICMP6, body, size, hops);
}

static inline void wire6_query(struct net *net, const char *from, uint8_t hops)
{
	static const uint8_t alert[8] = { NET_ICMP6, 0, 5, 2, 0, 0, 1, 0 };
	uint8_t body[8 + 24] = { 0 };

	memcpy(body, alert, 8);
	body[8] = ICMP6_MLD_QUERY;
	wire6_sum(body + 8, 24, from, "ff02::1", NET_ICMP6);
	wire6_packet_hops(net, from, "ff02::1", 0, body, sizeof(body), hops);
}

/* Somebody says that a datagram of the interface's did not arrive. */
static inline void wire6_error(struct net *net, const char *by, uint8_t type, uint8_t code,
			       const char *from, const char *to, uint16_t from_port,
			       uint16_t to_port)
{
	uint8_t body[8 + 40 + 8] = { type, code };

	body[8] = 0x60;
	put_be16(body + 12, 8);
	body[14] = NET_UDP;
	ip6_put(body + 16, wire6_addr(from));
	ip6_put(body + 32, wire6_addr(to));
	put_be16(body + 48, from_port);
	put_be16(body + 50, to_port);
	put_be16(body + 52, 8);
	wire6_sum(body, sizeof(body), by, "fd00::1", NET_ICMP6);
	wire6_packet(net, by, "fd00::1", NET_ICMP6, body, sizeof(body));
}
