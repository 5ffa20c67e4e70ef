/* SPDX-License-Identifier: BSD-2-Clause */
/* syslog: the log, for a server. */
#include <stdio.h>

#include "common/net/net.h"
#include "common/shell/cmd.h"

static int do_syslog(int argc, char *const argv[])
{
	struct why why = { "" };
	unsigned int count = 0;
	struct net *net;
	int err = netif_begin(&net, &why);

	if (!err) {
		err = netif_syslog(net, argc > 1 ? argv[1] : NULL, &count, &why);
		netif_end();
	}
	if (err)
		printf("syslog: %s\n", why.text);
	else
		printf("%u line%s sent\n", count, count == 1 ? "" : "s");
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_syslog) = {
	.name = "syslog",
	.max_args = 2,
	.run = do_syslog,
	.brief = "send the log to a syslog server",
	.usage =
		"[text]\n"
		"	- to ${syslogip}: what dmesg has that was not sent yet, or a text. Lines of\n"
		"	  ${sysloglevel} and worse: err, warn, info, debug (the default), or 0 to 7",
};
