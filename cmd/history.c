/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "common/shell/cmd.h"
#include "common/shell/readline.h"

static int do_history(int argc, char *const argv[])
{
	const char *line = NULL;

	(void)argc;
	(void)argv;
	while ((line = readline_history(line)))
		printf("%s\n", line);
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_history) = {
	.name = "history",
	.yields = true,
	.max_args = 1,
	.run = do_history,
	.brief = "print the lines that were typed, the oldest first",
};
