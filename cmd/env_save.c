/* SPDX-License-Identifier: BSD-2-Clause */
/* The stored environment: saveenv, env save, load, erase, select. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "common/env/keeper.h"

/* How each of these ends. */
static int say(int err, const struct why *why)
{
	if (!err) {
		printf("OK\n");
		return 0;
	}
	printf("\n%s\nFailed (1)\n", why->text);
	return CMD_FAILED;
}

static int do_save(int argc, char *const argv[])
{
	unsigned int slot;
	struct why why;
	int err;

	(void)argc;
	(void)argv;
	printf("Saving Environment to %s... ", env_keeper_name());
	err = env_keeper_save(env_store(), &slot, &why);
	if (!err)
		env_saved(slot);
	return say(err, &why);
}

static int do_load(int argc, char *const argv[])
{
	struct why why;
	int err;

	(void)argc;
	(void)argv;
	printf("Loading Environment from %s... ", env_keeper_name());
	err = env_keeper_check(&why);
	return say(err ? err : env_load(&why), &why);
}

static int do_erase(int argc, char *const argv[])
{
	struct why why;

	(void)argc;
	(void)argv;
	printf("Erasing Environment on %s... ", env_keeper_name());
	return say(env_keeper_erase(&why), &why);
}

static int do_select(int argc, char *const argv[])
{
	if (argc != 2)
		return CMD_USAGE;
	printf("Select Environment on %s: ", argv[1]);
	if (env_keeper_select(argv[1])) {
		printf("driver not found\n");
		return CMD_FAILED;
	}
	printf("OK\n");
	return 0;
}

TABLE_ENTRY(env_sub_table, struct cmd,
	    sub_save) = { .name = "save", .max_args = 1, .run = do_save };
TABLE_ENTRY(env_sub_table, struct cmd,
	    sub_load) = { .name = "load", .max_args = 1, .run = do_load };
TABLE_ENTRY(env_sub_table, struct cmd,
	    sub_erase) = { .name = "erase", .max_args = 1, .run = do_erase };
TABLE_ENTRY(env_sub_table, struct cmd,
	    sub_select) = { .name = "select", .max_args = 2, .run = do_select };

TABLE_ENTRY(cmd_table, struct cmd, cmd_saveenv) = {
	.name = "saveenv",
	.max_args = 1,
	.run = do_save,
	.brief = "save environment variables to persistent storage",
};
