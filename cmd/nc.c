/* SPDX-License-Identifier: BSD-2-Clause */
/* nc: the console by UDP. */
#include <stdio.h>
#include <string.h>

#include "common/net/net.h"
#include "common/shell/cmd.h"

static int do_nc(int argc, char *const argv[])
{
	struct why why = { "" };
	int err;

	if (argc != 2 || (strcmp(argv[1], "start") && strcmp(argv[1], "stop")))
		return CMD_USAGE;
	err = netif_console(!strcmp(argv[1], "start"), &why);
	if (err)
		printf("nc: %s\n", why.text);
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_nc) = {
	.name = "nc",
	.max_args = 2,
	.run = do_nc,
	.brief = "network console",
	.usage =
		"start - the console is at ${ncip}, too: from now on UDP datagrams have what is\n"
		"    printed (to ${ncoutport}) and what was typed (to ${ncinport}); 6666 if not set\n"
		"nc stop - it is no longer",
};
