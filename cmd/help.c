/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/console/version.h"

#define NAME_COLUMN 10

static int print_all_usage(void)
{
	const struct cmd *cmd;

	for (cmd = cmd_next(NULL); cmd; cmd = cmd_next(cmd)) {
		cmd_print_usage(cmd);
		printf("\n");
	}
	return 0;
}

static int do_help(int argc, char *const argv[])
{
	const struct cmd *cmd;
	int err = 0;
	int i;

	if (argc == 2 && !strcmp(argv[1], "-a"))
		return print_all_usage();
	for (cmd = argc == 1 ? cmd_next(NULL) : NULL; cmd; cmd = cmd_next(cmd))
		printf("%-*s- %s\n", NAME_COLUMN, cmd->name, cmd->brief);
	for (i = 1; i < argc; i++) {
		cmd = cmd_find(argv[i]);
		if (cmd) {
			cmd_print_usage(cmd);
			continue;
		}
		printf("Unknown command '%s' - try 'help' without arguments for list of all known "
		       "commands\n",
		       argv[i]);
		err = CMD_FAILED;
	}
	return err;
}

#define HELP_USAGE                                     \
	"\n	- print the commands, a line each\n"       \
	"help command ...\n	- print how to use them\n" \
	"help -a\n	- print that of all"

TABLE_ENTRY(cmd_table, struct cmd, cmd_help) = {
	.name = "help",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_help,
	.brief = "print command description/usage",
	.usage = HELP_USAGE,
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_question) = {
	.name = "?",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_help,
	.brief = "alias for 'help'",
	.usage = HELP_USAGE,
};

static int do_version(int argc, char *const argv[])
{
	(void)argc;
	(void)argv;
	printf("%s\n", version_text);
	if (IS_ENABLED(CONFIG_CONSOLE))
		printf("\n%s\n", version_tools);
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_version) = {
	.name = "version",
	.max_args = 1,
	.repeat = true,
	.run = do_version,
	.brief = "print what this is, and what built it",
};
