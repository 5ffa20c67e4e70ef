/* SPDX-License-Identifier: BSD-2-Clause */
/* tftpsrv.h's machine, memory and the lines. */
#include "net/tftpsrv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "common/console/console.h"
#include "common/net/net.h"
#include "common/net/sink.h"
#include "common/source/progress.h"
#include "net/addr.h"

static struct job {
	struct tftpsrv server;
	struct sink sink;
	struct progress progress;
	uint64_t blocks;
} job;

static int take_size(void *ctx, uint64_t size, struct why *why)
{
	const struct job *j = ctx;

	return sink_check(&j->sink, 0, size, why);
}

static int take(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	struct job *j = ctx;

	return sink_write(&j->sink, at, bytes, count, why);
}

static bool over(void *ctx)
{
	struct job *j = ctx;
	struct tftpsrv *s = &j->server;

	tftpsrv_poll(s);
	if (s->state == TFTPSRV_LISTENING)
		j->progress = progress_begin();
	netif_hashes(&j->blocks, s->next);
	return s->state >= TFTPSRV_DONE;
}

int netif_tftpsrv(struct net *net, paddr_t at, const struct netif_digest *wanted, struct why *why)
{
	const struct tftp_host host = { &job, take_size, take, NULL };
	struct tftpsrv *s = &job.server;
	char text[NET_IP_TEXT];
	int err;

	if (!net->ip)
		return refuse(why, -EINVAL, "*** ERROR: `ipaddr' not set");
	printf("Using %s device\nListening for TFTP transfer on %s\nLoad address: 0x%" PRIx64
	       "\nLoading: *",
	       netif_name(), net_ip_text(net->ip, text), at);
	job.blocks = 0;
	sink_begin(&job.sink, at, "TFTP");
	net_poll(net, netif_ms());
	tftpsrv_start(s, net, &host);
	err = netif_run(over, &job);
	if (err)
		netif_ended(err, why);
	else if (s->state == TFTPSRV_FAILED)
		err = refuse(why, -EIO, "%.200s", s->why.text);
	tftpsrv_stop(s);
	if (!err) {
		console_puts(job.blocks ? "\n\t " : "#\n\t ");
		progress_rate(&job.progress, s->done);
		printf("\ndone\nFilename '%s'.\n", s->file);
	} else {
		printf("\n");
	}
	return sink_finish(&job.sink, err, s->done, s->file, wanted, why);
}
