/* SPDX-License-Identifier: BSD-2-Clause */
/* sntp.h - what time is it? One question to one server */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"
#include "net/net.h"

#define SNTP_PORT  123
#define SNTP_SIZE  48
#define SNTP_TRIES 4 /* 1, 2, 4, 8 seconds */

enum sntp_state { SNTP_IDLE, SNTP_ASKED, SNTP_DONE, SNTP_FAILED };

/**
 * struct sntp - one question
 * @state:    SNTP_DONE: the rest is known; SNTP_FAILED: @why tells
 * @origin:   64 random bits that the answer has to repeat; 0: none is out
 * @sent:     when the question left, ms
 * @seconds:  since 1970-01-01 00:00:00 UTC when the answer came, @ms of the next
 * @came:     that moment in net->now's time
 * @delay_ms: there and back, without the server's own time
 */
struct sntp {
	struct net_handler handler;
	struct net *net;
	enum sntp_state state;
	net_addr_t server;
	uint64_t origin, sent, due;
	unsigned int tries;
	uint64_t seconds, came;
	unsigned int ms, delay_ms, stratum;
	struct why why;
};

/**
 * sntp_start() - begin to ask
 *
 * The question leaves when the next hop's address is known, and its time is counted from there. It
 * tells nothing of this machine's clock: random bits stand for its time.
 *
 * Spec: RFC 4330 (SNTPv4), 5 "SNTP Client Operations", and the eras of 3
 */
void sntp_start(struct sntp *s, struct net *net, net_addr_t server);

/** sntp_poll() - time passes */
void sntp_poll(struct sntp *s);

/** sntp_stop() - listen no longer */
void sntp_stop(struct sntp *s);
