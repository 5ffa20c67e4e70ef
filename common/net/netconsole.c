/* SPDX-License-Identifier: BSD-2-Clause */
/* The console by UDP, beside the serial line: what is printed goes out, what comes in was typed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/console/console.h"
#include "common/env/env.h"
#include "common/net/net.h"
#include "net/addr.h"

#define PORT     6666 /* as U-Boot's */
#define OUT_SIZE 1232 /* of a datagram of either family */

static struct {
	struct net_handler handler; /* the first member */
	struct net *net;
	net_addr_t to;
	uint16_t port;
	bool on, busy;
	size_t size;
	char out[OUT_SIZE];
} nc;

/* Nothing leaves while a packet of somebody else may be half written. */
static void flush(void)
{
	if (nc.busy || !nc.size || !netif_runs() || !net_source(nc.net, nc.to))
		return;
	nc.busy = true;
	if (net_ask(nc.net, nc.to)) {
		memcpy(net_udp_room(nc.net), nc.out, nc.size);
		net_udp_send(nc.net, nc.to, nc.port, nc.handler.port, nc.size);
		nc.size = 0;
	}
	nc.busy = false;
}

/* What finds no room is lost here: the serial line has it. */
static bool prints(const char *bytes, size_t count)
{
	const bool apart = !netif_is_busy();

	for (; nc.on && count; count--, bytes++) {
		if (nc.size == sizeof(nc.out) && apart)
			flush();
		if (nc.size < sizeof(nc.out))
			nc.out[nc.size++] = *bytes;
		if (*bytes == '\n' && apart)
			flush();
	}
	return false;
}

static void poll(void)
{
	if (!nc.on || nc.busy)
		return;
	nc.busy = true;
	netif_poll();
	nc.busy = false;
	flush();
}

static void input(struct net_handler *handler, struct net *net, const struct net_packet *packet)
{
	(void)handler;
	(void)net;
	if (packet->from == nc.to)
		console_typed((const char *)packet->data, packet->size);
}

int netif_console(bool on, struct why *why)
{
	static struct console_tap tap = { .poll = poll, .prints = prints };
	const net_addr_t to = netif_var_addr("ncip");
	uint32_t out = PORT, in = PORT;
	int err;

	if (nc.on) {
		flush();
		nc.on = false;
		net_unlisten(nc.net, &nc.handler);
		netif_end();
	}
	if (!on)
		return 0;
	if (!to)
		return refuse(why, -EINVAL, "*** ERROR: `ncip' not set");
	err = netif_number("ncoutport", 1, UINT16_MAX, &out, why)
		      ?: netif_number("ncinport", 1, UINT16_MAX, &in, why)
		      ?: netif_begin(&nc.net, why);
	if (err)
		return err;
	err = netif_way(nc.net, to, why);
	if (err) {
		netif_end();
		return err;
	}
	nc.to = to;
	nc.port = (uint16_t)out;
	nc.size = 0;
	nc.handler =
		(struct net_handler){ .protocol = NET_UDP, .port = (uint16_t)in, .input = input };
	net_listen(nc.net, &nc.handler);
	nc.on = true;
	console_tap(&tap);
	return 0;
}
