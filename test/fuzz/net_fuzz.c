/* SPDX-License-Identifier: BSD-2-Clause */
/* Any frames at any time, to an interface that has a question out in each protocol. */
#include <stdlib.h>
#include <string.h>

#include "net/bytes.h"
#include "net/dhcp.h"
#include "net/dns.h"
#include "net/sntp.h"
#include "net/sum.h"
#include "net/tftp.h"

static struct net net;
static struct dhcp dhcp;
static struct dns dns;
static struct sntp sntp;
static struct tftp tftp;
static uint64_t expected;

static void drop(void *ctx, const void *frame, size_t size)
{
	(void)ctx;
	(void)frame;
	if (size > NET_FRAME_MAX)
		abort();
}

static int take(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	volatile uint8_t sum = 0;

	(void)ctx;
	(void)why;
	if (at != expected)
		abort();
	expected += count;
	for (size_t i = 0; i < count; i++)
		sum = (uint8_t)(sum + ((const uint8_t *)bytes)[i]);
	return 0;
}

static void give(void *ctx, uint64_t at, void *bytes, size_t count)
{
	(void)ctx;
	if (at > 100000 || count > 100000 - at)
		abort();
	memset(bytes, 0, count);
}

/* An error about something that may have been sent. */
static void repair_icmp(uint8_t *icmp, size_t size)
{
	if (size >= 8 + 28) {
		icmp[0] = icmp[0] & 1 ? 11 : 3;
		icmp[8] = (uint8_t)(0x45 + (icmp[8] & 3));
		icmp[17] = NET_UDP;
		put_be32(icmp + 20, net.ip);
		put_be32(icmp + 24, 0x0a000002);
		put_be16(icmp + 28, icmp[1] & 1 ? dns.handler.port : tftp.handler.port);
		put_be16(icmp + 30, icmp[1] & 1 ? 53 : 69);
	}
	put_be16(icmp + 2, 0);
	put_be16(icmp + 2, (uint16_t)~net_sum(icmp, size, 0));
}

/* A frame whose sums and ids are right, so that what is inside gets looked at. */
static void repair(uint8_t *f, size_t size, unsigned int kind)
{
	size_t header = 20;

	if (size < 14 + 20 + 8)
		return;
	memcpy(f, net.mac, 6);
	put_be16(f + 12, 0x0800);
	f[14] = 0x45;
	put_be16(f + 16, (uint16_t)(size - 14));
	put_be16(f + 20, get_be16(f + 20) & 0x2003);
	f[23] = kind == 3 ? NET_ICMP : NET_UDP;
	put_be32(f + 26, 0x0a000002);
	put_be32(f + 30, net.ip);
	put_be16(f + 24, 0);
	put_be16(f + 24, (uint16_t)~net_sum(f + 14, header, 0));
	if (kind == 3) {
		repair_icmp(f + 34, size - 34);
		return;
	}
	put_be16(f + 38, (uint16_t)(size - 34));
	put_be16(f + 40, 0);
	f += 34;
	size -= 34;
	if (kind == 0) {
		put_be16(f, 67);
		put_be16(f + 2, 68);
		if (size > 8 + 240) {
			f[8] = 2;
			put_be32(f + 12, dhcp.xid);
			memcpy(f + 36, net.mac, 6);
			put_be32(f + 8 + 236, 0x63825363);
		}
	} else if (kind == 1) {
		put_be16(f, 53);
		put_be16(f + 2, dns.handler.port);
		if (size > 8 + 12) {
			put_be16(f + 8, dns.id);
			put_be16(f + 10, 0x8180);
			put_be16(f + 12, 1);
		}
		if (size > 8 + 12 + 20)
			memcpy(f + 20, "\4host\7example\0\0\1\0\1", 19);
	} else if (f[3] & 1) {
		put_be16(f, SNTP_PORT);
		put_be16(f + 2, sntp.handler.port);
		if (size >= 8 + SNTP_SIZE && sntp.origin) {
			f[8] = (uint8_t)((f[8] & 0xc0) | (f[8] & 0x20 ? 0x1c : 0x24));
			put_be32(f + 8 + 24, (uint32_t)(sntp.origin >> 32));
			put_be32(f + 8 + 28, (uint32_t)sntp.origin);
		}
	} else {
		put_be16(f, tftp.peer ? tftp.peer : 1000);
		put_be16(f + 2, tftp.handler.port);
	}
}

/* A time is one of the 136 years that 32 bits of seconds are of; a failure has a sentence. */
static void check_time(void)
{
	if (sntp.state == SNTP_DONE &&
	    (sntp.seconds > UINT32_MAX || sntp.ms > 999 || !sntp.stratum || sntp.stratum > 15))
		abort();
	if (sntp.state == SNTP_FAILED && !sntp.why.text[0])
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t mac[6] = { 2 }, seed[16];
	const struct net_link link = { drop, NULL };
	const struct tftp_host host = { NULL, NULL, take, give };
	const net_addr_t servers[2] = { 0x0a000002, 0 };
	struct dhcp_request ask = { .vendor_class = "x", .host = "" };
	struct tftp_request get = { 0x0a000002, 69, "file", 1468, 8, 0, false, 100000 };
	uint64_t now = 0;

	if (!size)
		return 0;
	net_init(&net, &link, mac, seed);
	ask.want_file = data[0] & 1;
	get.put = data[0] & 2;
	dhcp_start(&dhcp, &net, &ask);
	net.ip = 0x0a000001;
	net.mask = 0xffffff00;
	if (dns_start(&dns, &net, "host.example", servers) || tftp_start(&tftp, &net, &host, &get))
		abort();
	sntp_start(&sntp, &net, 0x0a000002);
	expected = 0;
	data++;
	size--;
	while (size >= 3) {
		const size_t length = MIN((size_t)get_be16(data), size - 3);
		const unsigned int what = data[2];
		uint8_t *frame = malloc(length + 1);

		memcpy(frame, data + 3, length);
		if (what & 4)
			repair(frame, length, what & 3);
		now += what >> 3;
		net_input(&net, frame, length, what == 0xff, now);
		net_poll(&net, now);
		dhcp_poll(&dhcp);
		dns_poll(&dns);
		tftp_poll(&tftp);
		sntp_poll(&sntp);
		check_time();
		free(frame);
		data += 3 + length;
		size -= 3 + length;
	}
	dhcp_stop(&dhcp);
	dns_stop(&dns);
	tftp_stop(&tftp);
	sntp_stop(&sntp);
	if (net.handlers)
		abort();
	return 0;
}
