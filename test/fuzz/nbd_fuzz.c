/* SPDX-License-Identifier: BSD-2-Clause */
/* Any stream to what reads NBD in it: no byte goes beyond the memory of the requests. */
#include <stdlib.h>
#include <string.h>

#include "net/bytes.h"
#include "net/nbd.h"

#define SIZE 600

static struct net net;
static struct nbd n;

static void sent(void *ctx, const void *frame, size_t size)
{
	(void)ctx;
	(void)frame;
	if (size > NET_FRAME_MAX)
		abort();
}

static void add_name(void *ctx, const char *name, const char *description)
{
	(void)ctx;
	if (strlen(name) > NBD_NAME_MAX || strlen(description) > NBD_KEEP)
		abort();
}

/* As TCP would hand it over: in pieces, now and then some of them early. */
static int stream(const uint8_t *bytes, size_t size)
{
	static uint64_t at;
	uint8_t *copy;
	int err = 0;

	for (size_t part; size && !err; size -= part, bytes += part, at += part) {
		part = MIN(size, (size_t)1 + bytes[0] % 64);
		copy = malloc(part);
		memcpy(copy, bytes, part);
		if (bytes[0] & 64 && n.tcp.host.early(n.tcp.host.ctx, at, copy, part))
			err = n.tcp.host.data(n.tcp.host.ctx, at, NULL, part);
		else
			err = n.tcp.host.data(n.tcp.host.ctx, at, copy, part);
		free(copy);
	}
	return err;
}

static void answer(uint32_t option, uint32_t type, uint32_t size)
{
	uint8_t head[20] = { 0, 3, 0xe8, 0x89, 4, 0x55, 0x65, 0xa9 };

	put_be32(head + 8, option);
	put_be32(head + 12, type);
	put_be32(head + 16, size);
	if (stream(head, sizeof(head)))
		abort();
}

/* The server's part of the handshake, as it should be. */
static void shake_hands(bool structured)
{
	uint8_t info[12] = { [7] = 4, [8] = 0, [11] = 5 };

	if (stream((const uint8_t *)"NBDMAGICIHAVEOPT\0\3", 18))
		abort();
	answer(8, structured ? 1 : 0x80000001, 0);
	answer(7, 3, sizeof(info));
	if (stream(info, sizeof(info)))
		abort();
	answer(7, 1, 0);
	if (n.state != NBD_READY)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t mac[6] = { 2 }, seed[16];
	const struct net_link link = { sent, NULL };
	const struct nbd_host names = { NULL, add_name };
	struct nbd_request list[2] = { { .size = SIZE }, { .offset = 5000, .size = SIZE } };
	struct why why;
	uint8_t kind;

	if (!size)
		return 0;
	kind = data[0];
	net_init(&net, &link, mac, seed);
	net.ip = 0x0a000001;
	net.mask = 0xffffff00;
	net.arp[0] = (struct net_arp){ .state = NET_ARP_KNOWN, .ip = 0x0a000002 };
	for (unsigned int i = 0; i < ARRAY_SIZE(list); i++)
		list[i].bytes = calloc(1, SIZE); /* so that a write beyond it is seen */
	if (nbd_open(&n, &net, 0x0a000002, 1, "x", kind & 1 ? &names : NULL, &why))
		abort();
	if (!(kind & 1) && kind & 2) {
		shake_hands(kind & 4);
		n.cookie = 0;
		nbd_transfer(&n, kind & 8 ? NBD_WRITE : NBD_READ, list, ARRAY_SIZE(list));
	}
	(void)!stream(data + 1, size - 1);
	nbd_poll(&n);
	nbd_stop(&n);
	if (net.handlers)
		abort();
	for (unsigned int i = 0; i < ARRAY_SIZE(list); i++)
		free(list[i].bytes);
	return 0;
}
