/* SPDX-License-Identifier: BSD-2-Clause */
/* sntp: the time of a server, for the machine's clock where it has one. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/net/net.h"
#include "common/shell/cmd.h"
#include "drivers/rtc/pl031.h"
#include "lib/base/caldate.h"

static int get(const char *server, struct netif_time *time, struct why *why)
{
	struct net *net;
	net_addr_t ip;
	int err = netif_begin(&net, why);

	if (err)
		return err;
	err = netif_dns(net, server, &ip, why);
	if (!err)
		err = netif_sntp(net, ip, time, why);
	netif_end();
	return err;
}

/* To the nearest second: the clock has no other. */
static void set_clock(uint64_t seconds)
{
	const struct device *dev =
		IS_ENABLED(CONFIG_RTC_PL031) ? machine_find(&machine, PL031_COMPATIBLE, 0) : NULL;

	if (!dev) {
		printf("No clock that could be set\n");
		return;
	}
	printf("Clock set; it was wrong by %" PRId64 " s\n",
	       (int64_t)pl031_read(dev->base) - (int64_t)seconds);
	pl031_write(dev->base, (uint32_t)seconds);
}

static int do_sntp(int argc, char *const argv[])
{
	const char *server = argc > 1 ? argv[1] : env_get("ntpserverip");
	struct netif_time time = { 0 };
	struct why why = { "" };
	struct caldate d;
	uint64_t ms;
	int err;

	if (server)
		err = get(server, &time, &why);
	else
		err = refuse(&why, -EINVAL, "*** ERROR: `ntpserverip' not set");
	if (err) {
		printf("%s\n", why.text);
		return err;
	}
	ms = time.ms + (netif_ms() - time.at);
	d = caldate_from(ms / 1000);
	printf("Date: %04u-%02u-%02u Time: %02u:%02u:%02u.%03u UTC, stratum %u, %u ms away\n",
	       d.year, d.month, d.day, d.hour, d.minute, d.second, (unsigned int)(ms % 1000),
	       time.stratum, time.delay_ms);
	set_clock((ms + 500) / 1000);
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_sntp) = {
	.name = "sntp",
	.max_args = 2,
	.run = do_sntp,
	.brief = "synchronize the clock via network",
	.usage =
		"[server]\n"
		"	- ask a time server (default ${ntpserverip}, as DHCP says it) by SNTP, print the\n"
		"	  time, and set the clock that `date` shows, where there is one",
};
