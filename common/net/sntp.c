/* SPDX-License-Identifier: BSD-2-Clause */
/* sntp.h's machine and the lines. */
#include "net/sntp.h"

#include <errno.h>

#include "common/net/net.h"

static bool over(void *ctx)
{
	struct sntp *s = ctx;

	sntp_poll(s);
	return s->state != SNTP_ASKED;
}

int netif_sntp(struct net *net, net_addr_t server, struct netif_time *time, struct why *why)
{
	static struct sntp s;
	int err;

	err = netif_way(net, server, why);
	if (err)
		return err;
	net_poll(net, netif_ms());
	sntp_start(&s, net, server);
	err = netif_run(over, &s);
	sntp_stop(&s);
	if (err)
		return netif_ended(err, why);
	if (s.state != SNTP_DONE) {
		*why = s.why;
		return -EIO;
	}
	*time = (struct netif_time){ .ms = s.seconds * 1000 + s.ms,
				     .at = s.came,
				     .delay_ms = s.delay_ms,
				     .stratum = s.stratum };
	return 0;
}
