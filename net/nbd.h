/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nbd.h - a disk that a server has: NBD, fixed newstyle, exports by name
 *
 * All requests of a batch are on their way together, and what is read goes to its place at once,
 * also what TCP brings out of order. Structured replies are asked for; their pieces must come in
 * order, as all servers send them.
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"
#include "net/tcp.h"

#define NBD_PORT        10809
#define NBD_NAME_MAX    255 /* the protocol has 4096 */
#define NBD_BATCH       32
#define NBD_REQUEST_MAX (UINT32_C(32) << 20) /* what every server takes */
#define NBD_OPTION_MAX  (UINT32_C(64) << 10) /* bytes of an answer to an option */
#define NBD_ANSWERS_MAX 1000                 /* and how many of them, exports to list among them */
#define NBD_SILENCE_MS  20000
#define NBD_KEEP        512 /* of an answer; the rest is passed over */

enum nbd_state { NBD_IDLE, NBD_OPENING, NBD_READY, NBD_BUSY, NBD_LISTED, NBD_FAILED };

enum nbd_command { NBD_READ, NBD_WRITE, NBD_DISC, NBD_FLUSH };

/**
 * struct nbd_request - bytes of the disk, and where they are or go
 * @done:  it was answered
 * @error: of NBD, 0: none
 */
struct nbd_request {
	uint64_t offset;
	uint32_t size;
	uint8_t *bytes;
	bool done;
	uint32_t error;
};

/**
 * struct nbd_host - who lists exports
 * @name: one of them; both texts are printable, and good until it returns
 */
struct nbd_host {
	void *ctx;
	void (*name)(void *ctx, const char *name, const char *description);
};

/**
 * struct nbd - a connection to a server
 * @state:  NBD_READY: nbd_transfer() may be called, and those that it was given are answered;
 *          NBD_LISTED: all names were told; NBD_FAILED: @why tells, @err is -EIO, or -ETIMEDOUT,
 *          or -EPROTO, or -ENOENT where the server does not have that
 * @size, @block, @request_max: of the export, in bytes; a request is a multiple of @block
 * @said:   the server's words about the last request that failed; may be empty
 */
struct nbd {
	struct tcp tcp;
	struct net *net;
	struct nbd_host host;
	enum nbd_state state;
	int err;
	uint64_t size;
	uint32_t block, request_max;
	bool read_only, can_flush, structured;
	char said[128];
	struct why why;
	/* out: the handshake, then the batch from @batch_at of the stream on */
	uint8_t hello[80 + NBD_NAME_MAX];
	uint32_t hello_size;
	uint64_t batch_at, cookie;
	enum nbd_command command;
	struct nbd_request *list;
	unsigned int count, open;
	/* in */
	unsigned int phase, answers;
	uint8_t head[NBD_KEEP + 1];
	uint32_t have, need, skip, option, type, length;
	unsigned int which; /* of @list */
	uint32_t filled[NBD_BATCH];
	uint64_t payload_at; /* of the stream */
	uint32_t payload;    /* bytes of it that are left */
	bool last, heard_size;
	uint64_t heard;
};

/**
 * nbd_open() - connect to an export
 * @n:    filled
 * @name: at most NBD_NAME_MAX bytes; "": the server's default
 * @host: NULL; else its exports are listed instead
 *
 * Errors: -E2BIG the name is too long
 * Spec:   "The NBD protocol", doc/proto.md of github.com/NetworkBlockDevice/nbd
 */
int __must_check nbd_open(struct nbd *n, struct net *net, net_addr_t server, uint16_t port,
			  const char *name, const struct nbd_host *host, struct why *why);

/**
 * nbd_transfer() - read, write or flush
 * @n:    NBD_READY
 * @list: up to NBD_BATCH requests of 1 to @request_max bytes each, inside the disk; they and their
 *        memory stay until the state is another than NBD_BUSY. Those that are done are left out.
 *        NBD_FLUSH: one, of 0 bytes
 */
void nbd_transfer(struct nbd *n, enum nbd_command command, struct nbd_request *list,
		  unsigned int count);

/** nbd_poll() - time passes, and what came is acknowledged */
void nbd_poll(struct nbd *n);

/** nbd_stop() - close the connection; the server is told */
void nbd_stop(struct nbd *n);
