/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/shell/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/shell/allowed.h"
#include "lib/base/num.h"

static bool repeating;

/* Length of @word without the width, one of @sizes, that a sized command takes. */
static size_t base_length(const char *word, const char *sizes)
{
	size_t len = strlen(word);

	if (len > 2 && word[len - 2] == '.' && strchr(sizes, word[len - 1]))
		return len - 2;
	return len;
}

enum match { NO_MATCH, BEGINNING, WHOLE };

static enum match name_matches(const struct cmd *cmd, const char *word)
{
	const size_t len =
		cmd->sized ? base_length(word, cmd->text ? "bwlqs" : "bwlq") : strlen(word);

	if (strncmp(cmd->name, word, len))
		return NO_MATCH;
	return cmd->name[len] ? BEGINNING : WHOLE;
}

const struct cmd *cmd_find(const char *word)
{
	/* of those that do not yield, and of those that do */
	const struct cmd *found[2] = { NULL };
	unsigned int beginnings[2] = { 0 };
	bool yields;

	TABLE_FOREACH(cmd_table, struct cmd, cmd) {
		const enum match match = name_matches(cmd, word);

		if (match == WHOLE)
			return cmd;
		if (match == BEGINNING) {
			found[cmd->yields] = cmd;
			beginnings[cmd->yields]++;
		}
	}
	yields = !beginnings[false];
	return beginnings[yields] == 1 && *word ? found[yields] : NULL;
}

const struct cmd *cmd_next(const struct cmd *after)
{
	const struct cmd *next = NULL;

	TABLE_FOREACH(cmd_table, struct cmd, cmd) {
		if ((after && strcmp(cmd->name, after->name) <= 0) ||
		    (IS_ENABLED(CONFIG_LOCKED) && !locked_allows(cmd->name)))
			continue;
		if (!next || strcmp(cmd->name, next->name) < 0)
			next = cmd;
	}
	return next;
}

void cmd_print_usage(const struct cmd *cmd)
{
	const char *line = cmd->usage ? cmd->usage : "";
	const char *name = "";

	printf("%s - %s\n\nUsage:\n%s%s", cmd->name, cmd->brief, cmd->name, cmd->usage ? " " : "");
	do {
		const size_t length = strcspn(line, "\n");

		printf("%s%.*s\n", name, (int)length, line);
		line += length + (line[length] != '\0');
		name = "";
		if (*line == '&') { /* a further form */
			name = cmd->name;
			line++;
		}
	} while (*line);
}

bool cmd_is_repeat(void)
{
	return repeating;
}

int cmd_execute(int argc, char *const argv[], bool repeat)
{
	const struct cmd *cmd = cmd_find(argv[0]);
	int err;

	if (!cmd) {
		printf("Unknown command '%s' - try 'help'\n", argv[0]);
		return 1;
	}
	if (IS_ENABLED(CONFIG_LOCKED) && !locked_allows(cmd->name)) {
		printf("%s: this Loft is locked\n", cmd->name);
		return 1;
	}
	repeating = repeat;
	err = argc > cmd->max_args ? CMD_USAGE : cmd->run(argc, argv);
	repeating = false;
	if (err == CMD_USAGE)
		cmd_print_usage(cmd);
	if (err == -EINTR || err == -ELOOP)
		return err;
	return err < 0 ? 1 : err;
}

int cmd_run_sub(const struct cmd *subs, unsigned int count, int argc, char *const argv[])
{
	const struct cmd *found = NULL;
	unsigned int beginnings = 0;
	unsigned int i;

	if (argc < 2 || !*argv[1])
		return CMD_USAGE;
	for (i = 0; i < count; i++) {
		const enum match match = name_matches(&subs[i], argv[1]);

		if (match == NO_MATCH)
			continue;
		found = &subs[i];
		beginnings += match == WHOLE ? 0 : 1;
		if (match == WHOLE) {
			beginnings = 1;
			break;
		}
	}
	if (beginnings != 1 || argc - 1 > found->max_args)
		return CMD_USAGE;
	return found->run(argc - 1, argv + 1);
}

int cmd_number(const char *arg, const char *what, uint64_t *out)
{
	int err = num_parse(arg, 16, out);

	if (err == -ERANGE)
		printf("%s: '%s' does not fit in 64 bits\n", what, arg);
	else if (err)
		printf("%s: '%s' is not a hexadecimal number\n", what, arg);
	return err;
}

unsigned int cmd_width(const char *word, unsigned int normal)
{
	size_t len = base_length(word, "bwlq");

	switch (word[len] ? word[len + 1] : '\0') {
	case 'b':
		return 1;
	case 'w':
		return 2;
	case 'l':
		return 4;
	case 'q':
		return 8;
	default:
		return normal;
	}
}
