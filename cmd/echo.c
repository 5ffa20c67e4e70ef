/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"

static int do_echo(int argc, char *const argv[])
{
	bool newline = !(argc > 1 && !strcmp(argv[1], "-n"));
	int first = newline ? 1 : 2;
	int i;

	for (i = first; i < argc; i++)
		printf("%s%s", i > first ? " " : "", argv[i]);
	if (newline)
		printf("\n");
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_echo) = {
	.name = "echo",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_echo,
	.brief = "echo args to console",
	.usage = "[args..]\n"
		 "	- echo args to console; with a first arg of -n no newline follows",
};
