/* SPDX-License-Identifier: BSD-2-Clause */
/* pxe: what a server's pxelinux.cfg names. */
#include <errno.h>
#include <stdio.h>

#include "common/boot/pxe.h"
#include "common/net/net.h"
#include "common/shell/cmd.h"

static int complain(int err, const struct why *why)
{
	if (err && why->text[0])
		printf("%s\n", why->text);
	return err;
}

static int do_get(int argc, char *const argv[])
{
	struct why why = { "" };
	struct net *net;
	int err = netif_begin(&net, &why);

	(void)argc;
	(void)argv;
	if (err)
		return complain(err, &why);
	err = pxe_get(net, &why);
	netif_end();
	return complain(err, &why);
}

static int do_boot(int argc, char *const argv[])
{
	struct why why = { "" };

	(void)argc;
	(void)argv;
	return complain(pxe_boot(&why), &why);
}

static int do_pxe(int argc, char *const argv[])
{
	static const struct cmd subs[] = { { .name = "get", .max_args = 1, .run = do_get },
					   { .name = "boot", .max_args = 1, .run = do_boot } };

	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_pxe) = {
	.name = "pxe",
	.max_args = 2,
	.run = do_pxe,
	.brief = "get and boot from pxe files",
	.usage =
		"get - load this machine's menu from ${serverip}: pxelinux.cfg/ and its UUID, its\n"
		"	  MAC address, its IP address or parts of it, default; to ${pxefile_addr_r}\n"
		"pxe boot - choose in it, load what the label names, and boot that",
};
