/* SPDX-License-Identifier: BSD-2-Clause */
/* Any frames of IPv6 at any time, to an interface that has asked for all that there is. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/why.h"
#include "net/bytes.h"
#include "net/dns.h"
#include "net/nd.h"
#include "net/sum.h"
#include "net/tcp.h"
#include "net/tftp.h"

#define SERVER ip6_of(UINT64_C(0xfd00) << 48, 2)
#define OURS   ip6_of(UINT64_C(0xfd00) << 48, 1)

static struct net net;
static struct dns dns;
static struct tftp tftp;
static struct tcp tcp;

/* What goes out is a frame, and its sums are right. */
static void sent(void *ctx, const void *frame, size_t size)
{
	const uint8_t *f = frame, *ip = f + 14;
	const size_t skip = size > 54 && ip[6] == 0 ? 8 : 0;

	(void)ctx;
	if (size < 54 || size > NET_FRAME_MAX || get_be16(f + 12) != 0x86dd ||
	    get_be16(ip + 4) != size - 54)
		abort();
	if (net_sum(ip + 40 + skip, size - 54 - skip,
		    net_pseudo_sum(ip6_get(ip + 8), ip6_get(ip + 24), skip ? NET_ICMP6 : ip[6],
				   size - 54 - skip)) != 0xffff)
		abort();
}

static int take(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	(void)ctx;
	(void)at;
	(void)why;
	for (size_t i = 0; i < count; i++)
		(void)((const volatile uint8_t *)bytes)[i];
	return 0;
}

static int stream(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	return bytes ? take(ctx, at, bytes, count, NULL) : 0;
}

static bool early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	return !take(ctx, at, bytes, count, NULL);
}

static void give(void *ctx, uint64_t at, void *bytes, size_t count)
{
	(void)ctx;
	(void)at;
	memset(bytes, 'x', count);
}

/* A header that is one, and sums that are right, so that what is inside gets looked at. */
static void repair(uint8_t *f, size_t size, unsigned int kind)
{
	uint8_t *ip = f + 14, *p = ip + 40;
	const size_t count = size - 54;
	uint8_t sum = 2;

	memcpy(f, net.mac, 6);
	f[6] = 2;
	f[11] = 9;
	put_be16(f + 12, 0x86dd);
	ip[0] = 0x60;
	put_be16(ip + 4, (uint16_t)count);
	ip[7] = ip[7] & 1 ? 255 : 1;
	ip6_put(ip + 8, kind == 1 ? ip6_of(UINT64_C(0xfe80) << 48, 2) : SERVER);
	ip6_put(ip + 24, kind == 1 ? ip6_of(UINT64_C(0xff02) << 48, 1) : OURS);
	if (kind == 3 && count > 8) { /* headers before it */
		ip[6] = p[0] & 1 ? 44 : p[0] & 2 ? 60 : 0;
		return;
	}
	if (kind <= 1) {
		ip[6] = NET_ICMP6;
		if (kind == 1)
			p[0] = (uint8_t)(ICMP6_RA + p[0] % 3);
		p[1] &= p[1] >> 4;
	} else if (ip[6] & 1) {
		ip[6] = NET_UDP;
		sum = 6;
		put_be16(p, p[0] & 1 ? 53 : tftp.peer ? tftp.peer : 69);
		put_be16(p + 2, p[0] & 1 ? dns.handler.port : tftp.handler.port);
		put_be16(p + 4, (uint16_t)count);
		if (p[0] & 1 && count > 40) {
			put_be16(p + 8, dns.id);
			put_be16(p + 10, 0x8180);
			put_be16(p + 12, 1);
			memcpy(p + 20, "\4host\7example\0\0\34\0\1", 19);
		}
	} else if (count >= 20) {
		ip[6] = NET_TCP;
		sum = 16;
		put_be16(p, 80);
		put_be16(p + 2, tcp.handler.port);
		put_be32(p + 8, tcp.iss + 1);
	}
	put_be16(p + sum, 0);
	put_be16(p + sum, (uint16_t)~net_sum(p, count,
					     net_pseudo_sum(ip6_get(ip + 8), ip6_get(ip + 24),
							    ip[6], count)));
}

/* What is known of the wire stays inside its bounds. */
static void check(void)
{
	const struct ip6 *ip6 = net.ip6;
	struct why why = { "" };

	for (unsigned int i = 0; i < IP6_ADDRESSES; i++) {
		if (ip6->own[i].state != IP6_FREE &&
		    (ip6->own[i].length > 128 || !net_is_v6(ip6->own[i].addr)))
			abort();
	}
	for (unsigned int i = 0; i < IP6_PREFIXES; i++) {
		if (ip6->prefix[i].length > 128)
			abort();
	}
	if (ip6->mtu < IP6_SEND_MAX || ip6->mtu > NET_MTU)
		abort();
	if (ip6_way(&net, SERVER, &why) && ip6_way(&net, SERVER, &why) != -EAGAIN && !why.text[0])
		abort();
}

/* Two bytes of length, a byte of what to do with it, the frame. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 }, seed[16];
	const struct net_link link = { sent, NULL };
	const struct tftp_host host = { NULL, NULL, take, NULL };
	const struct tcp_host streams = { NULL, stream, early, give };
	const net_addr_t servers[2] = { SERVER, 0 };
	const struct tftp_request get = {
		.server = SERVER, .port = 69, .file = "file", .block = 1448, .window = 8
	};
	uint64_t now = 0;

	net_init(&net, &link, mac, seed);
	ip6_start(&net);
	ip6_set(&net, OURS, 64);
	net_poll(&net, now = 1000);
	dns.six = true;
	if (dns_start(&dns, &net, "host.example", servers) || tftp_start(&tftp, &net, &host, &get))
		abort();
	tcp_open(&tcp, &net, &streams, SERVER, 80, 10);
	while (size >= 3) {
		const size_t length = MIN((size_t)get_be16(data) % 1515, size - 3);
		const unsigned int what = data[2];
		uint8_t *frame = malloc(length + 1);

		memcpy(frame, data + 3, length);
		if (what & 4 && length >= 54 + 8)
			repair(frame, length, what & 3);
		now += what >> 3;
		net_input(&net, frame, length, what == 0xff, now);
		net_poll(&net, now);
		dns_poll(&dns);
		tftp_poll(&tftp);
		tcp_poll(&tcp);
		check();
		free(frame);
		data += 3 + length;
		size -= 3 + length;
	}
	dns_stop(&dns);
	tftp_stop(&tftp);
	tcp_stop(&tcp);
	if (net.handlers)
		abort();
	return 0;
}
