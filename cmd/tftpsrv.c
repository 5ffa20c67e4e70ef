/* SPDX-License-Identifier: BSD-2-Clause */
/* tftpsrv: a file that a host puts. */
#include <errno.h>
#include <stdio.h>

#include "common/env/env.h"
#include "common/net/net.h"
#include "common/shell/cmd.h"

static int serve(paddr_t at, struct why *why)
{
	struct netif_digest wanted;
	struct net *net;
	int err = netif_digest_variable(&wanted, why);

	if (!err)
		err = netif_begin(&net, why);
	if (err)
		return err;
	err = netif_tftpsrv(net, at, &wanted, why);
	netif_end();
	return err;
}

static int do_tftpsrv(int argc, char *const argv[])
{
	uint64_t at = env_get_hex("loadaddr", 0);
	struct why why = { "" };
	int err;

	if (argc > 1 && cmd_number(argv[1], "loadAddress", &at))
		return -EINVAL;
	err = serve(at, &why);
	if (err)
		printf("%s\n", why.text);
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_tftpsrv) = {
	.name = "tftpsrv",
	.max_args = 2,
	.run = do_tftpsrv,
	.brief = "act as a TFTP server for the first file that is put",
	.usage = "[loadAddress]\n"
		 "	- wait for a host that puts a file, and take it to loadAddress (default\n"
		 "	  ${loadaddr}). Sets fileaddr and filesize",
};
