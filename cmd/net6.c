/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp6, ping6: arguments into calls of common/net. */
#include "cmd/net.h"
#include "common/shell/cmd.h"

TABLE_ENTRY(cmd_table, struct cmd, cmd_dhcp6) = {
	.name = "dhcp6",
	.max_args = 3,
	.run = net_dhcp6,
	.brief = "boot image via network using DHCPv6/TFTP protocol",
	.usage =
		"[loadAddress] [[[hostIPaddr]:]bootfilename]\n"
		"	- an address and names as routers and DHCPv6 have them, then the file that the server\n"
		"	  names by tftp:// or http://. Sets ip6addr, dnsip6, serverip6, bootfile; autoload=no:\n"
		"	  loads nothing",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_ping6) = {
	.name = "ping6",
	.max_args = 2,
	.run = net_ping6,
	.brief = "send ICMPv6 ECHO_REQUEST to network host",
	.usage = "pingAddress",
};
