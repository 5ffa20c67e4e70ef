/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip6.h - IPv6 beside IPv4 on one interface (CONFIG_IPV6): addresses, neighbours, routers
 *
 * Who sends to an address of IPv6 (net_udp_send(), tcp.h ...) uses this; here is what lets one
 * wait until there is an address to send from. It is idle until ip6_start(): a boot by IPv4 has
 * no packet of it.
 *
 * Addresses are made of the MAC address and the prefixes that routers advertise, or are set; each
 * is asked for on the wire before it is used. A neighbour's address is learnt only from an answer
 * to a question of ours. No packet of ours is longer than 1,280 bytes, so that no router has to say
 * that it is too long (RFC 8200, 5 allows that to boot ROMs); those that come may have 1,500.
 */
#pragma once

#include "lib/base/types.h"
#include "net/family.h"

#define NET_MAC_SIZE	6

#define IP6_SEND_MAX	  1280
#define IP6_ADDRESSES	  6 /* of ours */
#define IP6_PREFIXES	  4 /* whose hosts are on the wire */
#define IP6_ROUTERS	  2
#define IP6_NAME_SERVERS  2
#define IP6_SOLICIT_TRIES 3 /* RFC 4861, 10: for routers, and for a neighbour */
#define IP6_SOLICIT_MS	  4000
#define IP6_HEARD_MS	  60000 /* a router's word, before it is asked for again */
#define IP6_NEIGHBOUR_MS  1000 /* also: to say that an address is one's own */
#define IP6_FOREVER	  UINT64_MAX

/* What IPv4's header is shorter: packets are written where both leave room. */
#define NET_HEADROOM (IS_ENABLED(CONFIG_IPV6) ? 20 : 0)

struct net;
struct net_packet;
struct why;

enum ip6_state { IP6_FREE, IP6_TENTATIVE, IP6_OWN, IP6_DUPLICATE };
enum ip6_origin { IP6_LINK, IP6_SET, IP6_ROUTER };

/** struct ip6_address - one of ours; @due: of IP6_TENTATIVE, when nobody has objected */
struct ip6_address {
	net_addr_t addr;
	uint64_t due, preferred_until, valid_until;
	enum ip6_state state;
	enum ip6_origin origin;
	uint8_t length;
};

/**
 * struct ip6_ops - what net.c has done of IPv6
 * @send:  of what is in net_ip_room()
 * @ask:   where is a neighbour?
 * @input: of a frame, whoever it is for
 * The others are ip6_source(), ip6_hop(), net_ping(), net_poll(), net_due().
 */
struct ip6_ops {
	net_addr_t (*source)(const struct net *net, net_addr_t to);
	net_addr_t (*hop)(const struct net *net, net_addr_t to);
	void (*send)(struct net *net, net_addr_t to, uint8_t protocol, size_t size);
	void (*ping)(struct net *net, net_addr_t to, uint16_t id, uint16_t sequence);
	void (*ask)(struct net *net, net_addr_t target);
	void (*input)(struct net *net, const uint8_t *frame, size_t size, bool checked);
	void (*poll)(struct net *net);
	uint64_t (*due)(const struct net *net);
};

/**
 * struct ip6 - what an interface knows
 * @ops:      NULL before ip6_start()
 * @heard:    a router has advertised, last @heard_at; @managed, @other: it says that DHCPv6 has
 *            addresses, or more
 * @mtu:      of the wire
 * @answer_from: while an answer is sent: who was asked, of us; else 0
 * @gateway:  that was set; else the routers that advertise
 * @solicits: questions for routers so far
 */
struct ip6 {
	const struct ip6_ops *ops;
	bool heard, managed, other;
	net_addr_t answer_from;
	uint8_t hop_limit;
	uint16_t mtu;
	unsigned int solicits;
	uint64_t solicit_due, heard_at;
	net_addr_t gateway;
	struct ip6_address own[IP6_ADDRESSES];
	struct ip6_known {
		net_addr_t addr;
		uint64_t until;
		uint8_t length;
	} prefix[IP6_PREFIXES], router[IP6_ROUTERS], name_server[IP6_NAME_SERVERS];
};

/**
 * ip6_start() - begin: an address of this wire's, and a question for routers
 *
 * Again: what is known stays, and routers are asked once more where none has answered in the last
 * minute: none is heard while the interface stands still.
 * Spec: RFC 4861, 4862, 2464; IPv6 itself RFC 8200, 4443
 */
void ip6_start(struct net *net);

/**
 * ip6_set() - an address that somebody has chosen; those of the same origin that are not it go
 * @length: bits of the prefix whose hosts are on the wire, 128: it alone
 * @origin: IP6_SET; 0 for @addr takes those away
 */
void ip6_set(struct net *net, net_addr_t addr, uint8_t length);

/**
 * ip6_source() - which of ours a packet to @to comes from
 *
 * Return: 0: none reaches so far
 * Spec:   RFC 6724, 5: scope, preferred ones, the longest common prefix
 */
net_addr_t ip6_source(const struct net *net, net_addr_t to);

/** ip6_link_local() - the one of this wire; 0: not yet, or another machine has it */
net_addr_t ip6_link_local(const struct net *net);

/** ip6_is_link_local() - of fe80::/10 */
bool ip6_is_link_local(net_addr_t addr);

/** ip6_is_group() - a multicast address */
bool ip6_is_group(net_addr_t addr);

/** ip6_name_server() - one that a router has told, 0: none; @nth from 0 */
net_addr_t ip6_name_server(const struct net *net, unsigned int nth);

/**
 * ip6_way() - can a packet go to @to?
 * @to: 0: wherever routers lead
 *
 * Errors: -EAGAIN not yet: time will tell; -EADDRINUSE, -ENETUNREACH, -EADDRNOTAVAIL, with the
 *         sentence: it will not
 */
int __must_check ip6_way(const struct net *net, net_addr_t to, struct why *why);

/* ---- for net/ itself */

/** ip6_hop() - the neighbour that a packet to @to is handed to */
net_addr_t ip6_hop(const struct net *net, net_addr_t to);

/** ip6_get(), ip6_put() - an address in a packet */
net_addr_t ip6_get(const uint8_t *bytes);
void ip6_put(uint8_t *bytes, net_addr_t addr);

/** ip6_of() - the first and the last 64 bits of an address */
static inline net_addr_t ip6_of(uint64_t high, uint64_t low)
{
	return (net_addr_t)high << 16 << 16 << 16 << 16 | low;
}

/** ip6_prefix() - the first @length bits of an address */
net_addr_t ip6_prefix(net_addr_t addr, unsigned int length);

/** ip6_own() - ours, in whatever state; NULL: it is not */
struct ip6_address *ip6_own(const struct net *net, net_addr_t addr);
