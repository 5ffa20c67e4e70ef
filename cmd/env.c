/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/cmd.h"
#include "common/env.h"
#include "common/shell.h"
#include "lib/lineedit.h"

/* The value of a variable, or NULL with the line that says that there is none. */
static const char *get_or_complain(const char *name)
{
	const char *value = env_get(name);

	if (!value)
		printf("## Error: \"%s\" not defined\n", name);
	return value;
}

static int print_all(void)
{
	const struct envstore *store = env_store();
	const char *entry = NULL;

	while ((entry = envstore_next(store, entry)))
		printf("%s\n", entry);
	/* The empty string that ends a stored environment counts. */
	printf("\nEnvironment size: %zu/%zu bytes\n", store->used + 1, store->size + 1);
	return 0;
}

static int do_printenv(int argc, char *const argv[])
{
	int first = argc > 1 && !strcmp(argv[1], "-a") ? 2 : 1;
	int err = 0;
	int i;

	if (first == argc)
		return print_all();
	for (i = first; i < argc; i++) {
		const char *value = get_or_complain(argv[i]);

		if (value)
			printf("%s=%s\n", argv[i], value);
		else
			err = -ENOENT;
	}
	return err;
}

static int do_setenv(int argc, char *const argv[])
{
	static char value[2 * LINEEDIT_MAX];
	struct why why;
	size_t used = 0;
	int i;

	if (argc < 2)
		return CMD_USAGE;
	value[0] = '\0';
	for (i = 2; i < argc; i++) {
		size_t len = strlen(argv[i]);

		if (len + 2 > sizeof(value) - used) {
			printf("%s: a value of more than %zu bytes\n", argv[1], sizeof(value) - 2);
			return -E2BIG;
		}
		if (i > 2)
			value[used++] = ' ';
		memcpy(value + used, argv[i], len + 1);
		used += len;
	}
	if (!env_change(argv[1], value, 0, &why))
		return 0;
	if (why.text[0])
		printf("%s\n", why.text);
	return CMD_FAILED;
}

static int do_run(int argc, char *const argv[])
{
	int err = 0;
	int i;

	if (argc < 2)
		return CMD_USAGE;
	for (i = 1; i < argc && !err; i++) {
		const char *line = get_or_complain(argv[i]);

		err = line ? shell_run(line) : -ENOENT;
	}
	return cmd_status(err);
}

static int do_delete(int argc, char *const argv[])
{
	int err = 0;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-f"))
			continue;
		if (!get_or_complain(argv[i]) || env_set(argv[i], NULL))
			err = CMD_FAILED;
	}
	return argc < 2 ? CMD_USAGE : err;
}

static int do_exists(int argc, char *const argv[])
{
	if (argc != 2)
		return CMD_USAGE;
	return env_get(argv[1]) ? 0 : CMD_FAILED;
}

static int do_default(int argc, char *const argv[])
{
	bool all = false;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-a"))
			all = true;
		else if (strcmp(argv[i], "-f"))
			return CMD_USAGE;
	}
	if (!all)
		return CMD_USAGE;
	printf("## Resetting to default environment\n");
	env_reset();
	return 0;
}

static const struct cmd env_subs[] = {
	{ .name = "default", .max_args = 3, .run = do_default },
	{ .name = "delete", .max_args = CMD_WORDS_MAX, .run = do_delete },
	{ .name = "exists", .max_args = 2, .run = do_exists },
	{ .name = "print", .max_args = CMD_WORDS_MAX, .run = do_printenv },
	{ .name = "run", .max_args = CMD_WORDS_MAX, .run = do_run },
	{ .name = "set", .max_args = CMD_WORDS_MAX, .run = do_setenv },
};

static int do_env(int argc, char *const argv[])
{
	if (!IS_ENABLED(CONFIG_CONSOLE) || argc < 2)
		return cmd_run_sub(env_subs, ARRAY_SIZE(env_subs), argc, argv);
	TABLE_FOREACH(env_sub_table, struct cmd, sub) {
		if (!strcmp(sub->name, argv[1]))
			return cmd_run_sub(sub, 1, argc, argv);
	}
	return cmd_run_sub(env_subs, ARRAY_SIZE(env_subs), argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_printenv) = {
	.name = "printenv",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_printenv,
	.brief = "print environment variables",
	.usage = "[-a]\n	- print [all] values of all environment variables\n"
		 "printenv name ...\n	- print value of environment variable 'name'",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_setenv) = {
	.name = "setenv",
	.max_args = CMD_WORDS_MAX,
	.run = do_setenv,
	.brief = "set environment variables",
	.usage = "name value ...\n	- set environment variable 'name' to 'value ...'\n"
		 "setenv name\n	- delete environment variable 'name'",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_run) = {
	.name = "run",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_run,
	.brief = "run commands in an environment variable",
	.usage = "var [...]\n	- run the commands in the environment variable(s) 'var'",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_env) = {
	.name = "env",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_env,
	.brief = "environment handling commands",
	.usage = "default [-f] -a - reset to the default environment\n"
		 "env delete [-f] var [...] - delete variable(s)\n"
		 "env exists var - $? is 0 where it is set\n"
		 "env print [-a | name ...] - print environment\n"
		 "env run var [...] - run commands in environment variable(s)\n"
		 "env set name [arg ...] - set or, without args, delete a variable",
};
