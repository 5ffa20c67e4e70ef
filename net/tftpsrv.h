/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tftpsrv.h - take one file that a TFTP client puts
 *
 * The first who asks is served, the others get no answer. The client's options count: block size,
 * file size, and windows of several blocks. Block numbers go round after 65,535.
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"
#include "net/net.h"
#include "net/tftp.h"

#define TFTPSRV_BLOCK_MAX  1468 /* what fits a frame */
#define TFTPSRV_WINDOW_MAX 16
#define TFTPSRV_NAME_MAX   128

enum tftpsrv_state {
	TFTPSRV_IDLE,
	TFTPSRV_LISTENING,
	TFTPSRV_TAKING,
	TFTPSRV_LEAVING, /* it failed, and the client is still to be told */
	TFTPSRV_DONE,
	TFTPSRV_FAILED
};

/**
 * struct tftpsrv - one file
 * @state: TFTPSRV_DONE: @done bytes of @file are there; TFTPSRV_FAILED: @why tells
 * @file:  what the client calls it, printable
 * @next:  the block that comes next, from 1
 */
struct tftpsrv {
	struct net_handler request, data;
	struct net *net;
	struct tftp_host host;
	enum tftpsrv_state state;
	char file[TFTPSRV_NAME_MAX];
	net_addr_t client;
	uint16_t port;
	uint32_t block, window, in_window, tries;
	bool options, has_size, has_block, has_window, behind;
	uint64_t size, next, done, due;
	struct why why;
};

/**
 * tftpsrv_start() - listen
 * @s:    filled
 * @host: copied; of its functions @size (where the client tells it) and @data are called
 *
 * Spec: RFC 1350, 2347, 2348, 2349, 7440
 */
void tftpsrv_start(struct tftpsrv *s, struct net *net, const struct tftp_host *host);

/** tftpsrv_poll() - time passes */
void tftpsrv_poll(struct tftpsrv *s);

/** tftpsrv_stop() - listen no longer; a transfer that runs is ended, and the client told */
void tftpsrv_stop(struct tftpsrv *s);
