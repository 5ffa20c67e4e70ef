/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/shell/bootcount.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"

static int do_bootcount(int argc, char *const argv[])
{
	if (argc != 2)
		return CMD_USAGE;
	if (!strcmp(argv[1], "reset"))
		return bootcount_set(0);
	if (strcmp(argv[1], "print"))
		return CMD_USAGE;
	printf("%" PRIu64 "\n", bootcount_get());
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootcount) = {
	.name = "bootcount",
	.max_args = 2,
	.run = do_bootcount,
	.brief = "how often an upgraded system was booted",
	.usage = "print - print the count\n"
		 "bootcount reset - make it 0; stored where ${upgrade_available} is set",
};
