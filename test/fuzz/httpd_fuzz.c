/* SPDX-License-Identifier: BSD-2-Clause */
/* Any segments to the page's server, and any request in one stream. */
#include <stdlib.h>
#include <string.h>

#include "net/bytes.h"
#include "net/httpd.h"
#include "net/sum.h"

static struct net net;
static struct httpd d;
static uint64_t expected, length;
static bool coming;
static uint32_t iss;

static void look(void *ctx, const void *frame, size_t size)
{
	const uint8_t *tcp = (const uint8_t *)frame + 34;

	(void)ctx;
	if (size > NET_FRAME_MAX)
		abort();
	if (size >= 54 && tcp[13] == 18)
		iss = get_be32(tcp + 4);
}

static void status(void *ctx, char *text)
{
	(void)ctx;
	strcpy(text, "{}");
}

static int begin(void *ctx, const char *name, uint64_t size, struct why *why)
{
	(void)ctx;
	if (coming)
		abort();
	if (strlen(name) > 30)
		return refuse(why, -1, "no");
	expected = 0;
	length = size;
	coming = true;
	return 0;
}

static int data(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	(void)ctx;
	(void)bytes;
	(void)why;
	if (!coming || at != expected || count > length - at)
		abort();
	expected += count;
	return 0;
}

static bool early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	(void)ctx;
	(void)bytes;
	if (!coming || at < expected || at > length || count > length - at)
		abort();
	return at & 1;
}

static void finish(void)
{
	if (!httpd_has_whole(&d))
		return;
	if (!coming || expected != length)
		abort();
	coming = false;
	httpd_finish(&d, length & 1, "done");
}

static void broken(void *ctx)
{
	(void)ctx;
	if (!coming)
		abort();
	coming = false;
}

static void segment(const uint8_t *bytes, size_t size, uint64_t now, bool raw)
{
	uint8_t f[14 + 20 + 1480] = { 0 }, *ip = f + 14, *tcp = ip + 20;
	const struct tcp *t = &d.connection[0].tcp;

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
	if (!raw)
		put_be16(tcp, 1000);
	put_be16(tcp + 2, 80);
	if (!(tcp[13] & 2))
		put_be32(tcp + 4,
			 t->irs + 1 + (uint32_t)t->got + (uint32_t)(int16_t)get_be16(tcp + 4));
	put_be32(tcp + 8, iss + 1 + get_be16(tcp + 8) % (t->out_size + 2));
	net_input(&net, f, 34 + size, true, now);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const uint8_t mac[6] = { 2 }, seed[16];
	static const uint8_t hello[20] = { [12] = 0x50, [13] = 2, [14] = 0xff };
	const struct net_link link = { look, NULL };
	const struct httpd_host host = { NULL,  "page", "board", 4,   status,
					 begin, data,   early,   broken };
	uint64_t now = 0;

	net_init(&net, &link, mac, seed);
	net.ip = 0x0a000001;
	net.mask = 0xffffff00;
	net.arp[0] = (struct net_arp){ .state = NET_ARP_KNOWN, .ip = 0x0a000002 };
	coming = false;
	httpd_start(&d, &net, &host, 80);
	segment(hello, sizeof(hello), now, false);
	if (size && bytes[0] & 1) { /* one stream, in order */
		uint8_t one[20 + 1000] = { [12] = 0x50, [13] = 0x10, [14] = 0xff };

		for (size_t at = 1, count; at < size; at += count) {
			count = MIN(size - at, (size_t)1 + bytes[at]);
			memcpy(one + 20, bytes + at, count);
			segment(one, 20 + count, ++now, false);
			httpd_poll(&d);
			if (now & 1)
				finish();
		}
		size = 0;
	}
	while (size >= 3) {
		const size_t count = MIN((size_t)get_be16(bytes) % 200, size - 3);

		now += bytes[2] * 16u;
		segment(bytes + 3, count, now, bytes[2] & 1);
		net_poll(&net, now);
		httpd_poll(&d);
		if (bytes[2] & 2)
			finish();
		bytes += 3 + count;
		size -= 3 + count;
	}
	httpd_stop(&d);
	if (net.handlers || coming)
		abort();
	return 0;
}
