/* SPDX-License-Identifier: BSD-2-Clause */
/* Any output, and any datagrams from anybody, in any order, with the line down, busy, or found. */
#include <stdlib.h>
#include <string.h>

#include "common/net/netconsole.c"

#define HOST UINT32_C(0x0a000002)

static struct net net;
static struct console_tap *tapped;
static bool runs, is_busy, begun;
static uint64_t now;
static size_t typed;

bool netif_is_busy(void)
{
	return is_busy;
}

bool netif_runs(void)
{
	return runs;
}

void netif_poll(void)
{
	net_poll(&net, now);
	if (is_busy)
		abort(); /* packets may be half written */
}

int netif_begin(struct net **out, struct why *why)
{
	if (now % 5 == 4)
		return refuse(why, -1, "no device");
	if (begun)
		abort();
	begun = true;
	*out = &net;
	return 0;
}

void netif_end(void)
{
	if (!begun)
		abort();
	begun = false;
}

uint32_t netif_var_ip(const char *name)
{
	(void)name;
	return HOST;
}

net_addr_t netif_var_any(const char *name)
{
	return netif_var_ip(name);
}

int netif_ip6_way(struct net *on, net_addr_t to, struct why *why)
{
	(void)on;
	(void)to;
	return now % 11 == 10 ? refuse(why, -1, "no way") : 0;
}

int netif_number(const char *name, uint32_t least, uint32_t most, uint32_t *value, struct why *why)
{
	(void)name;
	(void)value;
	return now % 7 == 6 ? refuse(why, -1, "%u to %u", least, most) : 0;
}

void console_tap(struct console_tap *tap)
{
	tapped = tap;
}

void console_typed(const char *bytes, size_t count)
{
	volatile char last;

	typed += count;
	for (size_t i = 0; i < count; i++)
		last = bytes[i];
	(void)last;
}

static void sent(void *ctx, const void *frame, size_t size)
{
	(void)ctx;
	if (size > NET_FRAME_MAX || is_busy || !begun)
		abort();
	if (((const uint8_t *)frame)[13] == 0 && size <= 42)
		abort(); /* nothing, in a datagram */
}

/* Byte 0: what happens; the next: with so many bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t mac[6] = { 2 }, seed[16];
	const struct net_link link = { sent, NULL };
	struct why why;

	memset(&nc, 0, sizeof(nc));
	net_init(&net, &link, mac, seed);
	net.ip = 0x0a000001;
	net.mask = 0xffffff00;
	tapped = NULL;
	begun = is_busy = false;
	runs = true;
	now = 0;
	while (size >= 2) {
		const size_t count = MIN((size_t)data[1], size - 2);
		const struct net_packet packet = { .from = HOST + (data[0] >> 3 & 1),
						   .from_port = 6666,
						   .data = data + 2,
						   .size = (uint32_t)count };
		const size_t before = typed;

		now += data[0] >> 4;
		switch (data[0] & 7) {
		case 0:
			if (!is_busy && !netif_console(data[1] & 1, &why) && (data[1] & 1) != nc.on)
				abort();
			break;
		case 1:
			runs = !runs;
			break;
		case 2:
			is_busy = !is_busy;
			break;
		case 3: /* the host is found */
			net.arp[0] = (struct net_arp){ .state = NET_ARP_KNOWN, .ip = HOST };
			break;
		case 4:
			if (tapped && !is_busy)
				tapped->poll();
			break;
		case 5:
			if (nc.on)
				nc.handler.input(&nc.handler, &net, &packet);
			if (typed - before != (nc.on && packet.from == HOST ? count : 0))
				abort();
			break;
		default:
			if (tapped && tapped->prints((const char *)data + 2, count))
				abort();
		}
		if (nc.size > sizeof(nc.out) || nc.busy || nc.on != begun)
			abort();
		data += 2 + count;
		size -= 2 + count;
	}
	is_busy = false;
	runs = true;
	if (nc.on && netif_console(false, &why))
		abort();
	if (net.handlers || begun)
		abort();
	return 0;
}
