/* SPDX-License-Identifier: BSD-2-Clause */
/* Variables from the person at the console: env ask, env edit. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "common/shell/readline.h"
#include "lib/base/num.h"

static int change(const char *name, const char *value)
{
	struct why why;

	if (!env_change(name, value, 0, &why))
		return 0;
	if (why.text[0])
		printf("%s\n", why.text);
	return CMD_FAILED;
}

/* The line that was entered, cut to @most bytes, becomes the variable's value. */
static int read_into(const char *name, const struct readline *how, uint64_t most)
{
	static char value[LINEEDIT_MAX + 1] __noinit;
	const char *line;

	if (console_readline(how, &line) != LINEEDIT_LINE)
		return -EINTR;
	snprintf(value, MIN(most + 1, (uint64_t)sizeof(value)), "%s", line);
	return change(name, value);
}

static int do_edit(int argc, char *const argv[])
{
	struct readline how = { .prompt = "edit: " };

	if (argc != 2)
		return CMD_USAGE;
	how.initial = env_get(argv[1]);
	if (how.initial && strlen(how.initial) > LINEEDIT_MAX) {
		printf("%s: %zu bytes, and a line holds %u\n", argv[1], strlen(how.initial),
		       LINEEDIT_MAX);
		return CMD_FAILED;
	}
	return read_into(argv[1], &how, LINEEDIT_MAX);
}

/* The words of a message, with a blank behind each. */
static void join(int argc, char *const argv[], char *out, size_t room)
{
	size_t used = 0;

	out[0] = '\0';
	for (int i = 0; i < argc && used < room; i++)
		used += (size_t)snprintf(out + used, room - used, "%s ", argv[i]);
}

static int do_ask(int argc, char *const argv[])
{
	char prompt[256];
	const struct readline how = { .prompt = prompt };
	uint64_t most = LINEEDIT_MAX;

	if (argc < 2)
		return CMD_USAGE;
	if (argc > 2 && !num_parse(argv[argc - 1], 10, &most))
		argc--;
	if (!most)
		return CMD_FAILED;
	most = MIN(most, (uint64_t)LINEEDIT_MAX);
	if (argc > 2)
		join(argc - 2, argv + 2, prompt, sizeof(prompt));
	else
		snprintf(prompt, sizeof(prompt), "Please enter '%s': ", argv[1]);
	return read_into(argv[1], &how, most);
}

TABLE_ENTRY(env_sub_table, struct cmd,
	    sub_ask) = { .name = "ask", .max_args = CMD_WORDS_MAX, .run = do_ask };
TABLE_ENTRY(env_sub_table, struct cmd,
	    sub_edit) = { .name = "edit", .max_args = 2, .run = do_edit };

TABLE_ENTRY(cmd_table, struct cmd, cmd_editenv) = {
	.name = "editenv",
	.max_args = 2,
	.run = do_edit,
	.brief = "edit environment variable",
	.usage = "name\n	- edit environment variable 'name'",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_askenv) = {
	.name = "askenv",
	.max_args = CMD_WORDS_MAX,
	.run = do_ask,
	.brief = "get environment variables from stdin",
	.usage = "name [message] [size]\n"
		 "	- get environment variable 'name' from stdin (max 'size' chars)",
};
