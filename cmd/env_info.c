/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of the environment: env info, env flags, env callbacks. */
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "common/env/flags.h"
#include "common/env/keeper.h"

static bool can_be_saved(void)
{
	return IS_ENABLED(CONFIG_ENV_STORED) && env_keeper_present();
}

static void info_all(void)
{
	static const char *const valid[] = { "invalid", "valid", "redundant" };

	printf("env_valid = %s\nenv_ready = true\nenv_use_default = %s\n", valid[env_origin()],
	       env_origin() == ENV_DEFAULT ? "true" : "false");
}

static int do_info(int argc, char *const argv[])
{
	const bool is_default = env_origin() == ENV_DEFAULT;
	bool ask_default = false, ask_saved = false, quiet = false;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-' || !argv[i][1])
			return CMD_USAGE;
		for (const char *letter = argv[i] + 1; *letter; letter++) {
			if (!strchr("dpq", *letter))
				return CMD_USAGE;
			ask_default |= *letter == 'd';
			ask_saved |= *letter == 'p';
			quiet |= *letter == 'q';
		}
	}
	if (!ask_default && !ask_saved && !quiet)
		info_all();
	if (ask_default && !quiet)
		printf("%s\n", is_default ? "Default environment is used"
					  : "Environment was loaded from persistent storage");
	if (ask_saved && !quiet)
		printf("Environment %s be persisted\n", can_be_saved() ? "can" : "cannot");
	if ((ask_default && !is_default) || (ask_saved && !can_be_saved()))
		return CMD_FAILED;
	return 0;
}

TABLE_ENTRY(env_sub_table, struct cmd,
	    sub_info) = { .name = "info", .max_args = 4, .run = do_info };

static void print_row(const char *name, int len, char type, char access)
{
	const char *type_name = envflags_type_name(type);
	const char *access_name = envflags_access_name(access);

	printf("\t%-20.*s %-20s %-20s\n", len, name, type_name ? type_name : "string",
	       access_name ? access_name : "any");
}

static void print_heading(const char *title)
{
	printf("\n%s\n\t%-20s %-20s %-20s\n\t%-20s %-20s %-20s\n", title, "Variable Name",
	       "Variable Type", "Variable Access", "-------------", "-------------",
	       "---------------");
}

static void print_letters(const char *letters, const char *(*name)(char))
{
	for (; *letters; letters++)
		printf("\t%c   -\t%s\n", *letters, name(*letters));
}

static int do_flags(int argc, char *const argv[])
{
	const char *list = ENV_FLAGS_STATIC;
	const char *name, *attr, *entry = NULL;
	size_t len, attr_len;
	struct envflags flags;

	(void)argc;
	(void)argv;
	printf("Available variable type flags (position 0):\n"
	       "\tFlag\tVariable Type Name\n\t----\t------------------\n");
	print_letters("sdxbim", envflags_type_name);
	printf("\nAvailable variable access flags (position 1):\n"
	       "\tFlag\tVariable Access Name\n\t----\t--------------------\n");
	print_letters("aroc", envflags_access_name);
	print_heading("Static flags:");
	while (envattr_next(&list, &name, &len, &attr, &attr_len))
		print_row(name, (int)len, attr_len ? attr[0] : 's', attr_len > 1 ? attr[1] : 'a');
	print_heading("Active flags:");
	while ((entry = envstore_next(env_store(), entry))) {
		char copy[ENVSTORE_NAME_MAX + 1];

		snprintf(copy, sizeof(copy), "%.*s", (int)strcspn(entry, "="), entry);
		if (env_flags_of(copy, &flags) && (flags.type != 's' || flags.access != 'a'))
			print_row(copy, (int)sizeof(copy), flags.type, flags.access);
	}
	return 0;
}

static int do_callbacks(int argc, char *const argv[])
{
	(void)argc;
	(void)argv;
	printf("Available callbacks:\n\tCallback Name\n\t-------------\n");
	TABLE_FOREACH(env_callback_table, struct env_callback, callback) {
		printf("\t%s\n", callback->name);
	}
	printf("\nStatic callback bindings:\n\t%-20s %-20s\n\t%-20s %-20s\n", "Variable Name",
	       "Callback Name", "-------------", "-------------");
	TABLE_FOREACH(env_callback_table, struct env_callback, bound) {
		printf("\t%-20s %-20s\n", bound->name, bound->name);
	}
	printf("\nActive callback bindings:\n\t%-20s %-20s\n\t%-20s %-20s\n", "Variable Name",
	       "Callback Name", "-------------", "-------------");
	TABLE_FOREACH(env_callback_table, struct env_callback, active) {
		if (env_get(active->name))
			printf("\t%-20s %-20s\n", active->name, active->name);
	}
	return 0;
}

/* Printed by what keeps them, and only where that is built. */
static int flags_if_any(int argc, char *const argv[])
{
	if (IS_ENABLED(CONFIG_ENV_FLAGS))
		return do_flags(argc, argv);
	printf("This Loft has no flags\n");
	return CMD_FAILED;
}

TABLE_ENTRY(env_sub_table, struct cmd,
	    sub_flags) = { .name = "flags", .max_args = 1, .run = flags_if_any };
TABLE_ENTRY(env_sub_table, struct cmd,
	    sub_callbacks) = { .name = "callbacks", .max_args = 1, .run = do_callbacks };
