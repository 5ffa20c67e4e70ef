/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that say how a script goes on, and the variables of scripts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/env/vars.h"
#include "common/shell/shell.h"
#include "lib/base/num.h"

static int do_true(int argc, char *const argv[])
{
	(void)argc;
	(void)argv;
	return 0;
}

static int do_false(int argc, char *const argv[])
{
	(void)argc;
	(void)argv;
	return CMD_FAILED;
}

/* The number after the command's name: @absent where there is none; negative ones are 0. */
static int number_after(int argc, char *const argv[], unsigned int absent, unsigned int *out)
{
	uint64_t value;

	*out = absent;
	if (argc == 1)
		return 0;
	if (argv[1][0] == '-') {
		value = 0;
	} else if (num_parse(argv[1], 10, &value)) {
		printf("%s: '%s' is not a number\n", argv[0], argv[1]);
		return -EINVAL;
	}
	*out = value > 255 ? 255 : (unsigned int)value;
	return 0;
}

static int leave(int argc, char *const argv[], enum sh_flow flow)
{
	struct sh *sh = shell_state();
	unsigned int status;
	int err = number_after(argc, argv, flow == SH_EXIT ? 0 : (unsigned int)sh->status, &status);

	if (err)
		return err;
	if (flow == SH_EXIT && shell_typed())
		printf("exit not allowed from main input shell.\n");
	sh->flow = flow;
	return cmd_status((int)status);
}

static int do_exit(int argc, char *const argv[])
{
	return leave(argc, argv, SH_EXIT);
}

static int do_return(int argc, char *const argv[])
{
	if (!shell_state()->argc && shell_typed()) {
		printf("return: no function runs\n");
		return CMD_FAILED;
	}
	return leave(argc, argv, SH_RETURN);
}

static int do_break(int argc, char *const argv[])
{
	struct sh *sh = shell_state();
	unsigned int count;
	int err = number_after(argc, argv, 1, &count);

	if (err)
		return err;
	if (!sh->loops || !count) {
		printf("%s: %s\n", argv[0], count ? "no loop runs" : "of no loop");
		return CMD_FAILED;
	}
	sh->count = MIN(count, sh->loops);
	sh->flow = argv[0][0] == 'b' ? SH_BREAK : SH_CONTINUE;
	return 0;
}

static bool is_function(const char *entry)
{
	const char *equals = strchr(entry, '=');

	return equals > entry && equals[-1] == ')';
}

static int do_showvar(int argc, char *const argv[])
{
	const struct envstore *vars = shell_vars();
	const char *entry = NULL;
	int err = 0;
	int i;

	if (argc == 1) {
		while (vars && (entry = envstore_next(vars, entry)) && !console_ctrlc()) {
			if (is_function(entry))
				printf("%.*s %s\n", (int)(strchr(entry, '=') - entry), entry,
				       strchr(entry, '=') + 1);
			else
				printf("%s\n", entry);
		}
		return 0;
	}
	for (i = 1; i < argc; i++) {
		const char *value = shell_var(argv[i]);

		if (value) {
			printf("%s=%s\n", argv[i], value);
			continue;
		}
		printf("## Error: \"%s\" not defined\n", argv[i]);
		err = -ENOENT;
	}
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_true) = {
	.name = "true",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_true,
	.brief = "do nothing, successfully",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_false) = {
	.name = "false",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_false,
	.brief = "do nothing, unsuccessfully",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_exit) = {
	.name = "exit",
	.max_args = 2,
	.repeat = true,
	.run = do_exit,
	.brief = "exit script",
	.usage = "[status]\n	- end the variable or script that runs, with $? = status, or 0",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_return) = {
	.name = "return",
	.yields = true,
	.max_args = 2,
	.run = do_return,
	.brief = "return from a function",
	.usage =
		"[status]\n	- end the function or script that runs, with $? = status, or as it is",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_break) = {
	.name = "break",
	.max_args = 2,
	.run = do_break,
	.brief = "leave a loop",
	.usage = "[count]\n	- go on after the innermost loop, or the count innermost ones",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_continue) = {
	.name = "continue",
	.max_args = 2,
	.run = do_break,
	.brief = "begin the next turn of a loop",
	.usage = "[count]\n	- of the innermost loop, or the one that is count loops out",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_showvar) = {
	.name = "showvar",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_showvar,
	.brief = "print local variables",
	.usage = "\n	- print variables that name=value has set, and functions\n"
		 "showvar name ...\n	- print those variables",
};
