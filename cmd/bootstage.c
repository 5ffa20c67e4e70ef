/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "common/console/bootstage.h"
#include "common/shell/cmd.h"

static int do_report(int argc, char *const argv[])
{
	char text[BOOTSTAGE_JSON];
	size_t end = BOOTSTAGE_JSON - 1;

	if (argc == 1) {
		bootstage_report();
		return 0;
	}
	if (strcmp(argv[1], "-j"))
		return CMD_USAGE;
	bootstage_json(text);
	while (end && text[end - 1] == ' ')
		end--;
	printf("%.*s\n", (int)end, text);
	return 0;
}

static const struct cmd subs[] = {
	{ .name = "report", .max_args = 2, .run = do_report },
};

static int do_bootstage(int argc, char *const argv[])
{
	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootstage) = {
	.name = "bootstage",
	.max_args = 3,
	.repeat = true,
	.run = do_bootstage,
	.brief = "Boot stage command",
	.usage = "report [-j]\n"
		 "    - when each step of the boot was done; -j: as JSON, for scripts/bootchart",
};
