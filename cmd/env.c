/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "common/shell/shell.h"
#include "lib/edit/lineedit.h"

/* The value of a variable, or NULL with the line that says that there is none. */
static const char *get_or_complain(const char *name)
{
	const char *value = env_get(name);

	if (!value)
		value = IS_ENABLED(CONFIG_CONSOLE) ? env_implied(name) : NULL;
	if (!value)
		printf("## Error: \"%s\" not defined\n", name);
	return value;
}

/* Names that begin with a dot are settings of the environment itself. */
static int print_all(bool hidden)
{
	const struct envstore *store = env_store();
	const char *entry = NULL;

	while ((entry = envstore_next(store, entry)))
		if (hidden || entry[0] != '.')
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
		return print_all(first == 2);
	for (i = first; i < argc; i++) {
		const char *value = get_or_complain(argv[i]);

		if (value)
			printf("%s=%s\n", argv[i], value);
		else
			err = -ENOENT;
	}
	return err;
}

static int change(const char *name, const char *value, bool force)
{
	struct why why;

	if (!env_change(name, value, ENV_EMPTY | (force ? ENV_FORCE : 0), &why))
		return 0;
	if (why.text[0])
		printf("%s\n", why.text);
	return CMD_FAILED;
}

static int do_setenv(int argc, char *const argv[])
{
	static char value[2 * LINEEDIT_MAX] __noinit;
	bool force = argc > 1 && !strcmp(argv[1], "-f");
	size_t used = 0;
	int i;

	argc -= force;
	argv += force;
	if (argc < 2 || *argv[1] == '-')
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
	return change(argv[1], argc > 2 ? value : NULL, force);
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
	bool force = false;
	int err = 0;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-f"))
			force = true;
		else if (!get_or_complain(argv[i]) || change(argv[i], NULL, force))
			err = CMD_FAILED;
	}
	return argc < 2 ? CMD_USAGE : err;
}

static int do_exists(int argc, char *const argv[])
{
	if (argc != 2)
		return CMD_USAGE;
	if (env_get(argv[1]) || (IS_ENABLED(CONFIG_CONSOLE) && env_implied(argv[1])))
		return 0;
	return CMD_FAILED;
}

/* One variable as configs/env.txt has it; one that it lacks is deleted. */
static int default_one(const char *name, bool force)
{
	static char value[2 * LINEEDIT_MAX] __noinit;
	size_t len = 0;
	const char *text = env_default_value(name, &len);

	if (!text && env_computed(name, value))
		return change(name, value, force);
	if (!text)
		printf("WARNING: '%s' not in imported env, deleting it!\n", name);
	if (len >= sizeof(value))
		return CMD_FAILED;
	if (text)
		memcpy(value, text, len);
	value[len] = '\0';
	return change(name, len ? value : NULL, force);
}

/* All that configs/env.txt has; the others stay. */
static int default_keep(bool force)
{
	char name[ENVSTORE_NAME_MAX + 1];
	int err = 0;

	for (unsigned int nth = 0; env_default_name(nth, name, sizeof(name)); nth++)
		if (default_one(name, force))
			err = CMD_FAILED;
	return err;
}

static int do_default(int argc, char *const argv[])
{
	bool all = false, force = false, keep = false;
	int err = 0;
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		all |= !strcmp(argv[i], "-a");
		force |= !strcmp(argv[i], "-f");
		keep |= !strcmp(argv[i], "-k");
		if (argv[i][1] && !strchr("afk", argv[i][1]))
			return CMD_USAGE;
	}
	if (all == (i < argc))
		return CMD_USAGE;
	if (all && !keep) {
		printf("## Resetting to default environment\n");
		env_reset();
		return 0;
	}
	if (all)
		return default_keep(force);
	for (; i < argc; i++)
		if (default_one(argv[i], force))
			err = CMD_FAILED;
	return err;
}

static const struct cmd env_subs[] = {
	{ .name = "default", .max_args = CMD_WORDS_MAX, .run = do_default },
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
	.usage = "[-f] name value ...\n	- set environment variable 'name' to 'value ...'\n"
		 "setenv [-f] name\n	- delete environment variable 'name'; -f: by force",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_run) = {
	.name = "run",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_run,
	.brief = "run commands in an environment variable",
	.usage = "var [...]\n	- run the commands in the environment variable(s) 'var'",
};

/* The lines of what is built in. */
#define EDIT(line) SELECT_IF(CONFIG_CMD_ENV_EDIT, line, "")
#define GREP(line) SELECT_IF(CONFIG_CMD_ENV_GREP, line, "")
#define INFO(line) SELECT_IF(CONFIG_CMD_ENV_INFO, line, "")
#define IO(line)   SELECT_IF(CONFIG_CMD_ENV_IO, line, "")
#define SAVE(line) SELECT_IF(CONFIG_CMD_SAVEENV, line, "")

/* clang-format off: it does not see that these are strings */
#define ENV_USAGE                                                                                                                                              \
	EDIT("ask name [message] [size] - ask for variable\nenv ")                                                                                             \
	INFO("callbacks - print who acts on which variable\nenv ")                                                                                             \
	"default [-k] [-f] -a - reset to the default environment; -k: keep others\n"                                                                           \
	"env default [-f] var [...] - reset variable(s) to their default values\n"                                                                             \
	"env delete [-f] var [...] - delete variable(s)\n" EDIT("env edit name - edit variable\n")                                                             \
		SAVE("env erase - erase the stored environment\n") "env exists var - $? is 0 where it is set\n" IO(                                            \
			"env export [-t | -b | -c] [-s size] addr [var ...] - export environment\n")                                                           \
			INFO("env flags - print flags of variables\n") GREP(                                                                                   \
				"env grep [-e] [-n | -v | -b] string [...] - search environment\n")                                                            \
				IO("env import [-d] [-t [-r] | -b | -c] addr [size | -] [var ...] - import environment\n") INFO(                               \
					"env info [-d] [-p] [-q] - is it the default one, can it be saved\n")                                                  \
					SAVE("env load - read the stored environment\n") "env print [-a | name ...] - print environment\n"                     \
											 "env run var [...] - run commands in environment variable(s)\n" SAVE( \
												 "env save - save environment\nenv select name - choose where: Flash, FAT, EXT4, Block\n") "env set [-f] name [arg ...] - set or, without args, delete a variable"
/* clang-format on */

TABLE_ENTRY(cmd_table, struct cmd, cmd_env) = {
	.name = "env",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_env,
	.brief = "environment handling commands",
	.usage = ENV_USAGE,
};
