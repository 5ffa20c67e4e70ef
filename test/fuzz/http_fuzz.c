/* SPDX-License-Identifier: BSD-2-Clause */
/* Any segments to a connection, and any stream to what reads HTTP in it. */
#include <stdlib.h>
#include <string.h>

#include "net/bytes.h"
#include "net/http.h"
#include "net/sum.h"

static struct net net;
static struct http h;
static uint32_t iss;
static uint64_t expected;

/* What goes out tells the connection's numbers. */
static void look(void *ctx, const void *frame, size_t size)
{
	const uint8_t *tcp = (const uint8_t *)frame + 34;

	(void)ctx;
	if (size > NET_FRAME_MAX)
		abort();
	if (size >= 54 && tcp[13] == 2)
		iss = get_be32(tcp + 4);
}

static int begin(void *ctx, uint64_t size, struct why *why)
{
	(void)ctx;
	(void)size;
	(void)why;
	expected = 0;
	return 0;
}

static int take(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	volatile uint8_t sum = 0;

	(void)ctx;
	(void)why;
	if (at != expected)
		abort();
	expected += count;
	for (size_t i = 0; bytes && i < count; i++)
		sum = (uint8_t)(sum + ((const uint8_t *)bytes)[i]);
	return 0;
}

static bool early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	(void)ctx;
	(void)bytes;
	if (at < expected || !count)
		abort();
	return at & 1;
}

/* A frame with the segment @bytes; sequence and acknowledgement count from the connection's. */
static void segment(const uint8_t *bytes, size_t size, uint64_t now)
{
	uint8_t f[14 + 20 + 1480] = { 0 }, *ip = f + 14, *tcp = ip + 20;

	if (size < 20 || size > 1480)
		return;
	memcpy(f, net.mac, 6);
	put_be16(f + 12, 0x0800);
	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)(20 + size));
	ip[9] = NET_TCP;
	put_be32(ip + 12, 0x0a000002);
	put_be32(ip + 16, net.ip);
	put_be16(ip + 10, (uint16_t)~net_sum(ip, 20, 0));
	memcpy(tcp, bytes, size);
	put_be16(tcp, 80);
	put_be16(tcp + 2, h.tcp.handler.port);
	if (!(tcp[13] & 2))
		put_be32(tcp + 4, h.tcp.irs + 1 + (uint32_t)h.tcp.got +
					  (uint32_t)(int16_t)get_be16(tcp + 4));
	put_be32(tcp + 8, iss + 1 + get_be16(tcp + 8) % ((uint32_t)h.tcp.out_size + 2));
	net_input(&net, f, 34 + size, true, now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t mac[6] = { 2 }, seed[16];
	static const uint8_t hello[20] = { [12] = 0x50, [13] = 0x12, [14] = 0xff };
	const struct net_link link = { look, NULL };
	const struct http_host host = { NULL, begin, take, early, NULL };
	struct http_url url;
	struct why why;
	uint64_t now = 0;
	char text[100] = { 0 };

	memcpy(text, data, MIN(size, sizeof(text) - 1));
	(void)!http_parse_url(&url, text, &why);
	net_init(&net, &link, mac, seed);
	net.ip = 0x0a000001;
	net.mask = 0xffffff00;
	net.arp[0] = (struct net_arp){ .state = NET_ARP_KNOWN, .ip = 0x0a000002 };
	if (http_parse_url(&url, "http://10.0.0.2/f", &why))
		abort();
	http_start(&h, &net, &host, &url, 0x0a000002);
	segment(hello, sizeof(hello), now);
	if (size && data[0] & 1) { /* one stream, in order */
		uint8_t one[20 + 1000] = { [12] = 0x50, [13] = 0x10, [14] = 0xff };

		for (size_t at = 1, count; at < size; at += count) {
			count = MIN(size - at, (size_t)1 + data[at]);
			memcpy(one + 20, data + at, count);
			segment(one, 20 + count, ++now);
			http_poll(&h);
		}
		size = 0;
	}
	while (size >= 3) {
		const size_t length = MIN((size_t)get_be16(data) % 200, size - 3);

		now += data[2];
		segment(data + 3, length, now);
		net_poll(&net, now);
		http_poll(&h);
		data += 3 + length;
		size -= 3 + length;
	}
	http_stop(&h);
	if (net.handlers)
		abort();
	return 0;
}
