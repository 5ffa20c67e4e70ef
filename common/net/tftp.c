/* SPDX-License-Identifier: BSD-2-Clause */
/* tftp.h's machine, memory and the lines. */
#include "net/tftp.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/console/console.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/net/net.h"
#include "common/net/sink.h"
#include "common/source/progress.h"
#include "lib/base/crc32.h"
#include "net/addr.h"

#define BLOCK_DEFAULT  1468
#define WINDOW_DEFAULT 16
#define TRIES_MAX      1000
#define HASH_BLOCKS    10
#define HASHES_A_LINE  65

/* A transfer: what is shown of it, and whose bytes they are. */
struct job {
	struct tftp tftp;
	struct sink sink;
	paddr_t from;
	uint64_t blocks;
};

static int take_size(void *ctx, uint64_t size, struct why *why)
{
	struct job *job = ctx;

	return sink_check(&job->sink, 0, size, why);
}

static int take(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	struct job *job = ctx;

	return sink_write(&job->sink, at, bytes, count, why);
}

static void give(void *ctx, uint64_t at, void *bytes, size_t count)
{
	const struct job *job = ctx;

	memcpy(bytes, (const void *)(job->from + at), count);
}

void netif_hashes(uint64_t *shown, uint64_t blocks)
{
	for (; *shown + HASH_BLOCKS <= blocks; *shown += HASH_BLOCKS) {
		if (*shown && *shown % (HASH_BLOCKS * HASHES_A_LINE) == 0)
			console_puts("\n\t ");
		console_putc('#');
	}
}

static bool over(void *ctx)
{
	struct job *job = ctx;
	struct tftp *t = &job->tftp;

	tftp_poll(t);
	if (t->tries && t->state < TFTP_DONE && net_is_unreachable(t->net, t->ask.server)) {
		t->state = TFTP_FAILED;
		refuse(&t->why, -EHOSTUNREACH, NETIF_NOBODY);
	}
	if (t->next - job->blocks >= HASH_BLOCKS)
		netif_hashes(&job->blocks, t->next);
	return t->state >= TFTP_DONE;
}

static void print_head(const struct net *net, const struct tftp_request *ask, paddr_t at)
{
	char to[NET_ADDR_TEXT], from[NET_ADDR_TEXT];

	printf("Using %s device\n", netif_name());
	printf("TFTP %s server %s; our IP address is %s", ask->put ? "to" : "from",
	       net_addr_text(ask->server, to), net_addr_text(net_source(net, ask->server), from));
	if (!net_is_v6(ask->server) && ((ask->server ^ net->ip) & net->mask) && net->gateway)
		printf("; sending through gateway %s", net_ip_text(net->gateway, to));
	printf("\nFilename '%s'.\n", ask->file);
	if (ask->put)
		printf("Save address: 0x%" PRIx64 "\nSave size:    0x%" PRIx64 "\nSaving: *", at,
		       ask->size);
	else
		printf("Load address: 0x%" PRIx64 "\nLoading: *", at);
}

static int transfer(struct net *net, struct job *job, const struct tftp_request *ask,
		    struct why *why)
{
	const struct tftp_host host = { job, take_size, take, give };
	struct tftp *t = &job->tftp;
	struct progress progress = progress_begin();
	int err, ended;

	job->blocks = 0;
	net_poll(net, netif_ms());
	err = tftp_start(t, net, &host, ask);
	ended = err ? 0 : netif_run(over, job);
	tftp_stop(t);
	if (!err && !ended && t->state == TFTP_DONE) {
		console_puts(job->blocks ? "\n\t " : "#\n\t ");
		progress_rate(&progress, t->done);
		printf("\ndone\n");
		return 0;
	}
	printf("\n");
	if (ended)
		return netif_ended(ended, why);
	*why = t->why;
	if (t->error) {
		printf("%s\nNot retrying...\n", why->text);
		why->text[0] = '\0';
		return -ENOENT;
	}
	return err ? err : -EIO;
}

static int check_addresses(struct net *net, net_addr_t server, struct why *why)
{
	if (net_is_v6(server))
		return netif_ip6_way(net, server, why);
	if (!net->ip)
		return refuse(why, -EINVAL, "*** ERROR: `ipaddr' not set");
	if (!server)
		return refuse(why, -EINVAL, "*** ERROR: `serverip' not set");
	return 0;
}

static struct job job;

/* What fits a frame: IPv6's header is 20 bytes longer. */
static uint32_t block_default(net_addr_t server)
{
	return net_is_v6(server) ? BLOCK_DEFAULT - 20 : BLOCK_DEFAULT;
}

/* What the variables want of a transfer. */
static int prepare(struct net *net, struct tftp_request *ask, net_addr_t server, const char *file,
		   struct why *why)
{
	uint32_t port = TFTP_PORT;
	int err;

	*ask = (struct tftp_request){ .server = server,
				      .file = file,
				      .block = block_default(server),
				      .window = WINDOW_DEFAULT };
	err = check_addresses(net, server, why)
		      ?: netif_number("tftpdstp", 1, UINT16_MAX, &port, why)
		      ?: netif_number("tftpblocksize", TFTP_BLOCK_MIN, TFTP_BLOCK_MAX, &ask->block,
				      why)
		      ?: netif_number("tftpwindowsize", 1, TFTP_WINDOW_MAX, &ask->window, why)
		      ?: netif_number("tftptimeoutcountmax", 0, TRIES_MAX, &ask->tries, why);
	ask->port = (uint16_t)port;
	return err;
}

int netif_tftp(struct net *net, net_addr_t server, const char *file, paddr_t at,
	       const struct netif_digest *wanted, uint64_t *size, struct why *why)
{
	struct tftp_request ask;
	int err = prepare(net, &ask, server, file, why);

	if (err)
		return err;
	print_head(net, &ask, at);
	sink_begin(&job.sink, at, "TFTP");
	err = transfer(net, &job, &ask, why);
	if (size)
		*size = job.tftp.done;
	return sink_finish(&job.sink, err, job.tftp.done, file, wanted, why);
}

int netif_tftpput(struct net *net, net_addr_t server, const char *file, paddr_t at, uint64_t size,
		  struct why *why)
{
	struct tftp_request ask;
	int err = prepare(net, &ask, server, file, why);

	if (!err && size && !memmap_is_dram(&machine.mem, at, size))
		err = refuse(why, -ENXIO, "0x%" PRIx64 " bytes at 0x%" PRIx64 " are not all DRAM",
			     size, at);
	if (err)
		return err;
	ask.put = true;
	ask.size = size;
	ask.block = MIN(ask.block, (uint32_t)MIN(net_udp_max(server) - 4, (size_t)BLOCK_DEFAULT));
	job.from = at;
	print_head(net, &ask, at);
	err = transfer(net, &job, &ask, why);
	if (!err)
		printf("Bytes transferred = %" PRIu64 " (%" PRIx64 " hex)\n", size, size);
	return err;
}

static int look_size(void *ctx, uint64_t size, struct why *why)
{
	(void)ctx;
	(void)size;
	(void)why;
	return 0;
}

/* In order, each byte once: nothing is kept of them. */
static int look_data(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	uint32_t *crc = ctx;

	(void)at;
	(void)why;
	*crc = crc32(*crc, bytes, count);
	return 0;
}

static bool look_over(void *ctx)
{
	struct tftp *t = ctx;

	tftp_poll(t);
	return t->state >= TFTP_DONE || net_is_unreachable(t->net, t->ask.server);
}

int netif_tftp_look(struct net *net, net_addr_t server, const char *file, struct netif_look *look,
		    struct why *why)
{
	struct tftp_request ask;
	const struct tftp_host host = { &look->crc, look_size, look_data, give };
	struct tftp *t = &job.tftp;
	int err = prepare(net, &ask, server, file, why);

	if (err)
		return err;
	*look = (struct netif_look){ 0 };
	net_poll(net, netif_ms());
	err = tftp_start(t, net, &host, &ask);
	if (!err)
		err = netif_run(look_over, t);
	tftp_stop(t);
	look->size = t->done;
	if (err == -EINTR)
		return refuse(why, err, "Abort");
	if (!err && t->state == TFTP_DONE)
		return 0;
	*why = t->why;
	if (!why->text[0])
		refuse(why, -EIO, "no answer from the server");
	return t->error ? -ENOENT : -EIO;
}
