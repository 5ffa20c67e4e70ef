/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp.h - an address from a DHCP server, and what to boot, also from a proxy beside it
 *
 * The lease is not renewed: a loader does not run that long.
 */
#pragma once

#include "lib/base/types.h"
#include "net/net.h"

#define DHCP_NAME_SIZE 128
#define DHCP_FILE_SIZE 256
#define DHCP_UUID_SIZE 16

/** Broadcasts before dhcp_poll() gives up: 1, 2, 4, 8, 8 ... seconds, each up to a quarter off. */
#define DHCP_TRIES 5

/** How long a proxy may take to speak up, after an offer without a boot file. */
#define DHCP_PROXY_MS 400

/**
 * struct dhcp_lease - what the servers said; 0 and "" for what they did not
 * @server:  who gave the address (54)
 * @next:    where the boot file is: siaddr, 150, 66 where it is an address, the proxy's, or
 *           @server; 0 where only the name in @tftp_name says it
 * @search:  the domains to look names up in (119), a blank between two
 * Strings have printable characters only, others are '?'.
 */
struct dhcp_lease {
	uint32_t ip, mask, gateway, dns[2], ntp, server, next;
	uint32_t seconds;
	char host[DHCP_NAME_SIZE], domain[DHCP_NAME_SIZE], root_path[DHCP_FILE_SIZE];
	char boot_file[DHCP_FILE_SIZE], tftp_name[DHCP_NAME_SIZE];
	char config_file[DHCP_FILE_SIZE], path_prefix[DHCP_FILE_SIZE], search[DHCP_FILE_SIZE];
};

/**
 * struct dhcp_request - what to ask for
 * @vendor_class: option 60; "" for none
 * @host:         option 12; "" for none
 * @arch:         option 93, a number of RFC 4578 or IANA's list after it
 * @uuid:         option 97, all zero for none
 * @want_file:    wait for a proxy where the offer has no boot file
 */
struct dhcp_request {
	const char *vendor_class, *host;
	uint16_t arch;
	uint8_t uuid[DHCP_UUID_SIZE];
	bool want_file;
};

enum dhcp_state {
	DHCP_IDLE,
	DHCP_DISCOVER,
	DHCP_OFFERED,
	DHCP_REQUEST,
	DHCP_PROXY,
	DHCP_BOUND,
	DHCP_FAILED
};

/**
 * struct dhcp - one exchange
 * @state: DHCP_BOUND: @lease is good, and the interface has its address; DHCP_FAILED: nobody
 * @tries: broadcasts of DISCOVER so far
 */
struct dhcp {
	struct net_handler handler;
	struct net *net;
	struct dhcp_request ask;
	enum dhcp_state state;
	unsigned int tries, asked;
	uint32_t xid, proxy;
	uint64_t begun, due;
	struct dhcp_lease lease;
	char proxy_file[DHCP_FILE_SIZE];
	uint32_t proxy_next;
	uint16_t item; /* the first of the proxy's menu that is no local disk; 0: it has none */
};

/**
 * dhcp_start() - begin to ask; the interface loses its address
 * @d:   filled
 * @ask: its strings must stay
 *
 * Spec: RFC 2131, 2132, 4578 (PXE), 5859 (150), 5071 (209, 210), PXE 2.1 for the proxy at 4011
 */
void dhcp_start(struct dhcp *d, struct net *net, const struct dhcp_request *ask);

/** dhcp_poll() - time passes: after net_poll(), which sets it */
void dhcp_poll(struct dhcp *d);

/** dhcp_stop() - listen no longer; the interface keeps what it has */
void dhcp_stop(struct dhcp *d);
