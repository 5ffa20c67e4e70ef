/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tftp.h - a file from or to a TFTP server
 *
 * Options: block size, file size, timeout, and windows of several blocks; a server that knows none
 * of them is served as well. Block numbers go round after 65,535.
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"
#include "net/net.h"

#define TFTP_PORT	 69
#define TFTP_BLOCK	 512   /* where nobody negotiates */
#define TFTP_BLOCK_MIN	 8
#define TFTP_BLOCK_MAX	 65464
#define TFTP_WINDOW_MAX	 256
#define TFTP_FILE_MAX	 300
#define TFTP_TRIES	 10    /* without any progress between them */
#define TFTP_WAIT_MS	 1000  /* to the first answer; then by what answers take */
#define TFTP_WAIT_MIN_MS 200
#define TFTP_WAIT_MAX_MS 4000
#define TFTP_SIZE_UNKNOWN UINT64_MAX

/**
 * struct tftp_host - whose bytes they are
 * @size: a get: so long it will be, before any byte; nonzero refuses it
 * @data: a get: bytes at @at of the file, in order, each once; nonzero refuses them
 * @read: a put: give @count bytes at @at
 */
struct tftp_host {
	void *ctx;
	int (*size)(void *ctx, uint64_t size, struct why *why);
	int (*data)(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why);
	void (*read)(void *ctx, uint64_t at, void *bytes, size_t count);
};

/**
 * struct tftp_request - what to transfer
 * @port:   of the server, TFTP_PORT
 * @block:  bytes to ask for, TFTP_BLOCK_MIN to TFTP_BLOCK_MAX; a put has NET_UDP_MAX - 4 at most
 * @window: blocks to ask for, 1 to TFTP_WINDOW_MAX
 * @put:    send @size bytes
 * @tries:  0 for TFTP_TRIES
 */
struct tftp_request {
	net_addr_t server;
	uint16_t port;
	const char *file;
	uint32_t block, window, tries;
	bool put;
	uint64_t size;
};

enum tftp_state { TFTP_IDLE, TFTP_ASKED, TFTP_RUNNING, TFTP_DONE, TFTP_FAILED };

/**
 * struct tftp - one transfer
 * @state:  TFTP_DONE: @done bytes are there; TFTP_FAILED: @why tells
 * @error:  what the server said, where it did: its number plus 1
 * @next:   the block that comes next, from 1; a put: the first that was not acknowledged
 * @repeat: how often something was sent again
 */
struct tftp {
	struct net_handler handler;
	struct net *net;
	struct tftp_host host;
	struct tftp_request ask;
	enum tftp_state state;
	char file[TFTP_FILE_MAX];
	uint16_t peer;
	uint32_t block, window;
	bool plain, behind;
	uint64_t size, next, sent, done;
	uint32_t in_window, tries, repeat;
	uint64_t due, wait, asked_at, answer_ms;
	unsigned int error;
	struct why why;
};

/**
 * tftp_start() - ask the server
 * @t:    filled
 * @host: copied
 * @ask:  copied, with the file's name
 *
 * Errors: -EINVAL the name is empty or too long, or a number of @ask is out of bounds; t->why
 * Spec:   RFC 1350, 2347, 2348, 2349, 7440
 */
int __must_check tftp_start(struct tftp *t, struct net *net, const struct tftp_host *host,
			    const struct tftp_request *ask);

/** tftp_poll() - time passes */
void tftp_poll(struct tftp *t);

/** tftp_stop() - listen no longer; a transfer that runs is ended, and the server told */
void tftp_stop(struct tftp *t);
