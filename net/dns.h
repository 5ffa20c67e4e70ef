/* SPDX-License-Identifier: BSD-2-Clause */
/* dns.h - the address of a name, one of IPv4 or (CONFIG_IPV6) of IPv6 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"
#include "net/net.h"

#define DNS_NAME_MAX 255
#define DNS_TRIES    4 /* 1, 2, 4, 8 seconds; two servers take turns */

enum dns_state { DNS_IDLE, DNS_ASKED, DNS_DONE, DNS_FAILED };

/**
 * struct dns - one question
 * @six:   the address of IPv6 is asked for; to be set before dns_start(), with CONFIG_IPV6
 * @state: DNS_DONE: @ip is it; DNS_FAILED: @why tells
 */
struct dns {
	struct net_handler handler;
	struct net *net;
	enum dns_state state;
	char name[DNS_NAME_MAX + 1];
	net_addr_t server[2], ip;
	uint16_t id;
	unsigned int tries;
	bool six;
	uint64_t due;
	struct why why;
};

/**
 * dns_start() - begin to ask
 * @d:      filled, but for @six
 * @name:   copied; a dotted address is its own answer
 * @server: two, the second 0 where there is none
 *
 * Errors: -EINVAL no name that a question can hold; -ENODEV no server; the sentence is d->why
 * Spec:   RFC 1035, 3596; aliases are followed within the answer, at most 16 of them
 */
int __must_check dns_start(struct dns *d, struct net *net, const char *name,
			   const net_addr_t server[2]);

/** dns_poll() - time passes */
void dns_poll(struct dns *d);

/** dns_stop() - listen no longer */
void dns_stop(struct dns *d);
