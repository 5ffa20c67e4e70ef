/* SPDX-License-Identifier: BSD-2-Clause */
/* Any datagrams to a server that takes a file. */
#include <stdlib.h>
#include <string.h>

#include "net/bytes.h"
#include "net/tftpsrv.h"

static struct net net;
static struct tftpsrv s;
static uint64_t expected;

static void sent(void *ctx, const void *frame, size_t size)
{
	(void)ctx;
	(void)frame;
	if (size > NET_FRAME_MAX)
		abort();
}

static int take_size(void *ctx, uint64_t size, struct why *why)
{
	(void)ctx;
	expected = 0;
	return size > 100000 ? refuse(why, -1, "too large") : 0;
}

static int take(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	volatile uint8_t sum = 0;

	(void)ctx;
	(void)why;
	if (at != expected || count > TFTPSRV_BLOCK_MAX)
		abort();
	expected += count;
	for (size_t i = 0; i < count; i++)
		sum = (uint8_t)(sum + ((const uint8_t *)bytes)[i]);
	return 0;
}

/* Byte 0: to which port; the next: how long the payload is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t mac[6] = { 2 }, seed[16];
	const struct net_link link = { sent, NULL };
	const struct tftp_host host = { NULL, take_size, take, NULL };
	uint64_t now = 0;

	net_init(&net, &link, mac, seed);
	net.ip = 0x0a000001;
	net.mask = 0xffffff00;
	net.arp[0] = (struct net_arp){ .state = NET_ARP_KNOWN, .ip = 0x0a000002 };
	expected = 0;
	tftpsrv_start(&s, &net, &host);
	while (size >= 2) {
		const size_t count = MIN((size_t)data[1], size - 2);
		struct net_handler *to = data[0] & 1 ? &s.data : &s.request;
		uint8_t *copy = malloc(count);
		struct net_packet packet = { .from = 0x0a000002,
					     .from_port = data[0] & 2 ? 1000 : 1001,
					     .data = copy,
					     .size = (uint32_t)count };

		memcpy(copy, data + 2, count);
		to->input(to, &net, &packet);
		free(copy);
		now += data[0] >> 2;
		net_poll(&net, now);
		tftpsrv_poll(&s);
		data += 2 + count;
		size -= 2 + count;
	}
	tftpsrv_stop(&s);
	if (net.handlers)
		abort();
	return 0;
}
