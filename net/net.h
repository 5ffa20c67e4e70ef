/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.h - one interface: Ethernet, ARP, IPv4, ICMP and UDP as a machine of packets and time
 *
 * For:  whoever speaks a protocol above IP (dhcp.h, dns.h, tftp.h, tcp.h)
 * In:   net_input() a frame that came, net_poll() the time; both set net->now
 * Out:  frames, by link->send(); packets, to the handlers that listen
 * Not:  no device, no clock, no console, no memory but its own; nothing here waits
 *
 * Addresses are numbers in the CPU's order (family.h); times are milliseconds.
 */
#pragma once

#include "lib/base/types.h"
#include "net/family.h"
#include "net/ip6.h"

#define NET_MTU		1500
#define NET_FRAME_MAX	(14 + NET_MTU)
#define NET_UDP_MAX	(NET_MTU - 20 - 8) /* payload of one frame */

#define NET_ICMP	1
#define NET_TCP		6
#define NET_UDP		17
#define NET_ICMP6	58 /* to a handler NET_ICMP, too */

#define NET_BROADCAST	UINT32_C(0xffffffff)

#define NET_ARP_ENTRIES 8
#define NET_ARP_TRIES	6
#define NET_ARP_WAIT_MS 250 /* doubles each time: 16 seconds in all */

#define NET_REASSEMBLY	  2 /* datagrams at a time */
#define NET_REASSEMBLY_MS 2000
#define NET_DATAGRAM_MAX  65535

struct net;

/**
 * struct net_packet - what a handler gets; good until it returns
 * @data: UDP: the payload; ICMP: what follows an echo's eight bytes; TCP: from its header on
 */
struct net_packet {
	net_addr_t from, to;
	uint16_t from_port, to_port;
	const uint8_t *data;
	uint32_t size;
};

/**
 * struct net_unreachable - ICMP's word about a packet of ours that did not arrive
 * @to, @to_port: where it was sent
 * @sequence:     TCP: its number
 * @text:         who says so and what, without a full stop; good until the handler returns
 */
struct net_unreachable {
	net_addr_t to;
	uint16_t to_port;
	uint32_t sequence;
	const char *text;
};

/**
 * struct net_handler - who listens
 * @protocol: NET_UDP, NET_TCP, NET_ICMP (echo replies)
 * @port:     of ours; the id of an echo; 0: all that nobody else listens to
 * @input:    a packet whose checksums are right; it may send, and must not listen or unlisten
 * @unreachable: what was sent from @port did not arrive; anybody may say so, who knows the port:
 *               the handler looks whether it has sent such a thing. NULL: it does not care
 */
struct net_handler {
	struct net_handler *next;
	uint8_t protocol;
	uint16_t port;
	void (*input)(struct net_handler *handler, struct net *net,
		      const struct net_packet *packet);
	void (*unreachable)(struct net_handler *handler, const struct net_unreachable *what);
};

/** struct net_link - what is below: @send has taken the frame when it returns, or dropped it */
struct net_link {
	void (*send)(void *ctx, const void *frame, size_t size);
	void *ctx;
};

enum net_arp_state { NET_ARP_FREE, NET_ARP_ASKED, NET_ARP_KNOWN, NET_ARP_FAILED };

struct net_arp {
	enum net_arp_state state;
	net_addr_t ip;
	uint8_t mac[NET_MAC_SIZE];
	uint8_t tries;
	uint64_t due, used;
};

/* A datagram that comes in pieces; a bit for each eight bytes that are there. */
struct net_assembly {
	bool busy;
	net_addr_t from;
	net_piece_id_t id;
	uint8_t protocol;
	uint32_t size, have, end; /* size: 0 before the last piece came; end: of the furthest */
	uint64_t until;
	uint8_t there[(NET_DATAGRAM_MAX + 1) / 8 / 8];
	uint8_t bytes[NET_DATAGRAM_MAX + 1];
};

/**
 * struct net - an interface
 * @ip, @mask, @gateway: ours; 0: not known, then any unicast address is taken for ours
 * @now:  of the last net_input() or net_poll(), ms
 * @seen: packets that a handler got
 * @ip6:  none without CONFIG_IPV6; idle until ip6_start()
 */
struct net {
	struct net_link link;
	uint8_t mac[NET_MAC_SIZE];
	uint32_t ip, mask, gateway;
	uint64_t now, polled;
	uint64_t seen;
	uint64_t key[2], drawn;
	uint16_t next_id;
	struct net_handler *handlers;
	struct net_arp arp[NET_ARP_ENTRIES];
	net_addr_t held_for; /* next hop of the frame that waits for an address */
	size_t held_size;
	uint8_t held[NET_FRAME_MAX];
	uint8_t out[NET_FRAME_MAX + NET_HEADROOM];
	struct net_assembly assembly[NET_REASSEMBLY];
	struct ip6 ip6[IS_ENABLED(CONFIG_IPV6)];
};

/**
 * net_init() - an interface without an address
 * @net:  filled
 * @link: copied
 * @mac:  ours
 * @seed: 16 random bytes: ids and ports come from them
 */
void net_init(struct net *net, const struct net_link *link, const uint8_t *mac,
	      const uint8_t *seed);

/** net_random() - 32 bits that nobody who has not the seed can tell */
uint32_t net_random(struct net *net);

/** net_random_port() - a port to send from: 49152 to 65535 */
uint16_t net_random_port(struct net *net);

/** net_listen() - from now on @handler gets its packets; the caller owns it */
void net_listen(struct net *net, struct net_handler *handler);

/** net_unlisten() - and no longer; a handler that does not listen is no error */
void net_unlisten(struct net *net, struct net_handler *handler);

/**
 * net_input() - a frame has come
 * @frame:   untrusted; not kept, not written
 * @size:    bytes
 * @checked: the device has seen to TCP's and UDP's checksum
 * @now:     ms
 *
 * What is not for us, or not right, is dropped without a word.
 * Spec: RFC 791, 826, 768, 792, 1122 (3.2.2.1: what ICMP errors quote)
 */
void net_input(struct net *net, const void *frame, size_t size, bool checked, uint64_t now);

/** net_poll() - time passes: ARP asks again, pieces of datagrams are given up */
void net_poll(struct net *net, uint64_t now);

/** net_due() - when net_poll() has something to do next; UINT64_MAX: nothing */
uint64_t net_due(const struct net *net);

/** net_ip_room() - where the payload of the next net_ip_send() goes: NET_MTU - 20 bytes */
static inline uint8_t *net_ip_room(struct net *net)
{
	return net->out + NET_HEADROOM + 14 + 20; /* behind Ethernet's header and IPv4's */
}

/** net_udp_room() - where the payload of the next net_udp_send() goes: net_udp_max() bytes */
static inline uint8_t *net_udp_room(struct net *net)
{
	return net_ip_room(net) + 8;
}

/**
 * net_udp_send() - send what was written to net_udp_room()
 * @size: of the payload, at most net_udp_max()
 *
 * While the next hop's address is not known, the last frame waits for it.
 */
void net_udp_send(struct net *net, net_addr_t to, uint16_t to_port, uint16_t from_port,
		  size_t size);

/** net_udp_max() - payload of a datagram to @to */
static inline size_t net_udp_max(net_addr_t to)
{
	return net_is_v6(to) ? IP6_SEND_MAX - 40 - 8 : NET_UDP_MAX;
}

/** net_ip_send() - send what was written to net_ip_room(); checksums of @protocol are its own */
void net_ip_send(struct net *net, net_addr_t to, uint8_t protocol, size_t size);

/** net_pseudo_sum() - net_sum()'s @sum for what follows the pseudo header of UDP and TCP */
uint32_t net_pseudo_sum(net_addr_t from, net_addr_t to, uint8_t protocol, size_t size);

/** net_source() - our address for packets to @to; 0: none */
static inline net_addr_t net_source(const struct net *net, net_addr_t to)
{
	if (net_is_v6(to))
		return net->ip6->ops ? net->ip6->ops->source(net, to) : 0;
	return net->ip;
}

/** net_ping() - send an echo request of 32 bytes; the reply comes to a handler of port @id */
void net_ping(struct net *net, net_addr_t to, uint16_t id, uint16_t sequence);

/** net_ask() - is the next hop on the way to @to known? Else it is asked for */
bool net_ask(struct net *net, net_addr_t to);

/** net_is_unreachable() - nobody answered for the next hop on the way to @to */
bool net_is_unreachable(const struct net *net, net_addr_t to);

/** net_forget() - ask again for the next hop on the way to @to: it may be another by now */
void net_forget(struct net *net, net_addr_t to);
