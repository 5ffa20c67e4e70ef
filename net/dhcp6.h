/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp6.h - what a DHCPv6 server knows: an address, or only the rest; and what to boot
 *
 * Needs the wire's own address (ip6_link_local()). Of the servers that have an address the one that
 * prefers itself most is taken, and the lease is not renewed: a loader does not run that long.
 */
#pragma once

#include "lib/base/types.h"
#include "net/net.h"

#define DHCP6_TRIES	5 /* of one message: 1, 2, 4, 8, 8 seconds, each up to a tenth more */
#define DHCP6_UUID_SIZE 16
#define DHCP6_ID_MAX	130 /* RFC 8415, 11.1 */
#define DHCP6_URL_SIZE	256
#define DHCP6_AT_ONCE	255 /* a preference for which nobody waits */

/**
 * struct dhcp6_request - what to ask for
 * @stateful: an address, too; else what the router's other-flag is about
 * @arch:     option 61, a number of IANA's list
 * @uuid:     this machine's; all zero: its MAC address stands for it
 */
struct dhcp6_request {
	bool stateful;
	uint16_t arch;
	uint8_t uuid[DHCP6_UUID_SIZE];
};

/**
 * struct dhcp6_lease - what the server said; 0 and "" for what it did not
 * @url:    of the boot file (59); @params: for it (60), a blank between two
 * @search: the domains to look names up in (24), a blank between two
 * Strings have printable characters only, others are '?'. One that is too long is none.
 */
struct dhcp6_lease {
	net_addr_t addr, dns[2];
	uint32_t valid;
	char url[DHCP6_URL_SIZE], params[DHCP6_URL_SIZE], search[DHCP6_URL_SIZE];
	uint8_t server[DHCP6_ID_MAX];
	size_t server_size;
};

enum dhcp6_state {
	DHCP6_IDLE,
	DHCP6_SOLICIT,
	DHCP6_REQUEST,
	DHCP6_INFORM,
	DHCP6_BOUND,
	DHCP6_FAILED
};

/**
 * struct dhcp6 - one exchange; @asked: messages so far; DHCP6_BOUND: @lease is good
 * @rank:    DHCP6_SOLICIT, with an address in @lease: the preference of who offered it
 * @refuser: the server that last refused what it had offered
 */
struct dhcp6 {
	struct net_handler handler;
	struct net *net;
	struct dhcp6_request ask;
	enum dhcp6_state state;
	unsigned int tries, asked;
	uint32_t xid;
	uint64_t begun, due;
	struct dhcp6_lease lease;
	int rank;
	uint8_t refuser[DHCP6_ID_MAX];
	size_t refuser_size;
};

/**
 * dhcp6_start() - begin to ask
 * @d: filled
 *
 * Spec: RFC 8415; 3646 (23, 24), 5970 (59 to 62), 6355 (the UUID)
 */
void dhcp6_start(struct dhcp6 *d, struct net *net, const struct dhcp6_request *ask);

/** dhcp6_poll() - time passes: after net_poll(), which sets it */
void dhcp6_poll(struct dhcp6 *d);

/** dhcp6_stop() - listen no longer */
void dhcp6_stop(struct dhcp6 *d);
