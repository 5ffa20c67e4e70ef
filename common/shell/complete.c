/* SPDX-License-Identifier: BSD-2-Clause */
/* The Tab key at the prompt: what a word may be. */
#include "common/shell/complete.h"

#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/env/vars.h"
#include "common/shell/shell.h"

/* A pasted text goes on sooner, also at 9600 baud and on a busy host. */
#define PENDING_US 20000
#define POLL_US    100

void complete_string(struct complete *c, const char *name)
{
	complete_offer(c, name, strlen(name));
}

static void offer_widths(struct complete *c, const struct cmd *cmd)
{
	char name[COMPLETE_NAME_MAX];
	const char *width;

	for (width = "bwlq"; cmd->sized && *width; width++) {
		snprintf(name, sizeof(name), "%s.%c", cmd->name, *width);
		complete_string(c, name);
	}
}

/* What the shell keeps beside the environment: functions, or the variables. */
static void offer_shell(struct complete *c, bool functions)
{
	const struct envstore *vars = IS_ENABLED(CONFIG_SHELL_SCRIPT) ? shell_vars() : NULL;
	const char *entry = NULL;

	while (vars && (entry = envstore_next(vars, entry))) {
		const size_t len = strcspn(entry, "=");
		const bool function = len > 2 && entry[len - 1] == ')';

		if (function == functions)
			complete_offer(c, entry, function ? len - 2 : len);
	}
}

void complete_commands(struct complete *c)
{
	const bool widths = strchr(c->word, '.');
	const struct cmd *cmd;

	for (cmd = cmd_next(NULL); cmd; cmd = cmd_next(cmd)) {
		if (widths)
			offer_widths(c, cmd);
		else
			complete_string(c, cmd->name);
	}
	offer_shell(c, true);
}

void complete_variables(struct complete *c)
{
	const char *entry = NULL;

	while ((entry = envstore_next(env_store(), entry)))
		complete_offer(c, entry, strcspn(entry, "="));
	if (c->kind == COMPLETE_VARIABLE)
		offer_shell(c, false);
}

void complete_files(struct complete *c)
{
	TABLE_FOREACH(complete_files_table, struct complete_files, files)
		files->offer(c);
}

static void complete_first_as_variable(struct complete *c)
{
	if (c->argc == 2)
		complete_variables(c);
}

/* env print NAME and the like; its sub-commands are in its usage. */
static void complete_env(struct complete *c)
{
	static const char *const takes[] = { "delete", "edit", "exists", "flags", "grep",
					     "print",  "run",  "set",    "ask" };
	const struct cmd *cmd = cmd_find("env");
	unsigned int i;

	if (c->argc == 2 && cmd)
		complete_usage(c, "env", cmd->usage);
	for (i = 0; c->argc > 2 && i < ARRAY_SIZE(takes); i++) {
		if (!strcmp(c->argv[1], takes[i]))
			complete_variables(c);
	}
}

/* Commands whose arguments are of a kind that many have. */
static const struct {
	const char *name;
	void (*complete)(struct complete *c);
} usual[] = {
	{ "printenv", complete_variables },
	{ "run", complete_variables },
	{ "setenv", complete_first_as_variable },
	{ "editenv", complete_first_as_variable },
	{ "askenv", complete_first_as_variable },
	{ "env", complete_env },
	{ "help", complete_commands },
	{ "?", complete_commands },
};

static void complete_argument(struct complete *c)
{
	const struct cmd *cmd = cmd_find(c->argv[0]);
	unsigned int i;

	if (cmd && cmd->complete) {
		cmd->complete(c);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(usual); i++) {
		if (!strcmp(c->argv[0], usual[i].name)) {
			usual[i].complete(c);
			return;
		}
	}
	if (cmd && cmd->usage)
		complete_usage(c, c->argv[0], cmd->usage);
}

/* `time` and its like: the rest is a command. */
static void skip_prefix(struct complete *c)
{
	while (c->kind == COMPLETE_ARGUMENT && !strcmp(c->argv[0], "time")) {
		c->argc--;
		memmove(c->argv, c->argv + 1, sizeof(c->argv) - sizeof(c->argv[0]));
		c->argv[COMPLETE_WORDS - 1] = "";
		if (c->argc == 1)
			c->kind = COMPLETE_COMMAND;
	}
}

static void candidates(struct complete *c)
{
	skip_prefix(c);
	if (c->kind == COMPLETE_COMMAND)
		complete_commands(c);
	else if (c->kind == COMPLETE_VARIABLE)
		complete_variables(c);
	else if (c->kind == COMPLETE_ARGUMENT)
		complete_argument(c);
}

static bool pending(void)
{
	unsigned int us;

	for (us = 0; us < PENDING_US && !console_tstc(); us += POLL_US)
		udelay(POLL_US);
	return console_tstc();
}

bool complete_tab(struct lineedit *le)
{
	static const struct complete_ops ops = { .candidates = candidates, .pending = pending };

	return complete_line(le, &ops);
}
