/* SPDX-License-Identifier: BSD-2-Clause */
/* nd.h - neighbours and routers of ip6.h: RFC 4861, 4862, 8106; multicast listeners of RFC 2710 */
#pragma once

#include "net/net.h"

#define ND_HOP_LIMIT 255 /* what has been routed has less */

#define ICMP6_MLD_QUERY	 130
#define ICMP6_MLD_REPORT 131
#define ICMP6_RS	 133
#define ICMP6_RA	 134
#define ICMP6_NS	 135
#define ICMP6_NA	 136

/** struct nd_message - one that came, its checksum right, its size at least 8; code 0 */
struct nd_message {
	net_addr_t from, to;
	uint8_t hop_limit;
	const uint8_t *mac; /* of the frame */
	const uint8_t *data;
	uint32_t size;
};

/** nd_input() - one of those above has come */
void nd_input(struct net *net, const struct nd_message *m);

/** nd_ask() - where is this neighbour? Nothing happens where there is no address to ask from */
void nd_ask(struct net *net, net_addr_t target);

/** nd_start() - the address of this wire is asked for */
void nd_start(struct net *net);

/** nd_need_routers() - they are asked, unless one has answered, or is being asked */
void nd_need_routers(struct net *net);

/** nd_poll() - time passes; nd_due() - and when that matters next */
void nd_poll(struct net *net);
uint64_t nd_due(const struct net *net);

/** nd_probe() - is anybody else @own? */
void nd_probe(struct net *net, struct ip6_address *own);

/** nd_group() - the group that is asked for @addr: ff02::1:ffXX:XXXX */
net_addr_t nd_group(net_addr_t addr);

/** nd_send() - an ICMPv6 message of at most ND_BODY_MAX bytes, its checksum yet to be made */
#define ND_BODY_MAX 40
void nd_send(struct net *net, net_addr_t from, net_addr_t to, const uint8_t *mac, uint8_t *body,
	     size_t size);

/** nd_mac() - of a group; returns @mac */
const uint8_t *nd_mac(net_addr_t group, uint8_t *mac);
