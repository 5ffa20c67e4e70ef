/* SPDX-License-Identifier: BSD-2-Clause */
/* inside.h - what net.c does for both families, for ip6.c and nd.c alone */
#pragma once

#include "net/net.h"

/** net_resolve() - the neighbour's MAC address; NULL: it was asked for */
const uint8_t *net_resolve(struct net *net, net_addr_t hop);

/** net_has_failed() - the neighbour @hop, and not whoever leads to it, has not answered */
bool net_has_failed(const struct net *net, net_addr_t hop);

/** net_hold() - the last frame of all that wait for an address */
void net_hold(struct net *net, const uint8_t *frame, size_t size, net_addr_t hop);

/** net_answer() - the neighbour @from says where it is: nothing happens where nobody has asked */
void net_answer(struct net *net, net_addr_t from, const uint8_t *mac);

/** net_datagram() - what a datagram of IPv6 holds has come: UDP, TCP */
void net_datagram(struct net *net, uint8_t protocol, struct net_packet *packet, bool checked);

/** net_deliver() - to the handler of @packet's port, if there is one */
void net_deliver(struct net *net, uint8_t protocol, const struct net_packet *packet);

/** net_undelivered() - what was sent from @port did not arrive */
void net_undelivered(struct net *net, uint8_t protocol, uint16_t port,
		     const struct net_unreachable *what);
