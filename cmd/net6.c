/* SPDX-License-Identifier: BSD-2-Clause */
/* ping6: arguments into calls of common/net. */
#include "cmd/net.h"
#include "common/shell/cmd.h"

TABLE_ENTRY(cmd_table, struct cmd, cmd_ping6) = {
	.name = "ping6",
	.max_args = 2,
	.run = net_ping6,
	.brief = "send ICMPv6 ECHO_REQUEST to network host",
	.usage = "pingAddress",
};
