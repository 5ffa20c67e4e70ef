/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/files.h"
#include "common/shell/cmd.h"
#include "common/shell/shell.h"
#include "common/source/file.h"
#include "lib/base/regex.h"
#include "lib/sh/test_expr.h"

/* A file or a folder; what can't be read is none. */
static bool exists(void *ctx, char *const words[])
{
	static struct file file;
	struct why why;
	int err;

	(void)ctx;
	if (!IS_ENABLED(CONFIG_HOSTFS) && !IS_ENABLED(CONFIG_VOLUMES))
		return false;
	err = file_open(words[0], words[1], words[2], &file, &why);
	return !err || err == -EISDIR;
}

static int like(void *ctx, const char *text, const char *pattern, struct why *why)
{
	const size_t size = strlen(text);
	struct regex_work *work = shell_room(sizeof(*work), NULL);
	struct regex regex;
	int err;

	(void)ctx;
	err = regex_compile(&regex, pattern, why);
	if (err)
		return err;
	if (!work || size > REGEX_TEXT_MAX)
		return refuse(why, -ENOMEM, "no memory for a regular expression");
	return regex_search(&regex, text, size, 0, work);
}

static const struct test_ops ops = { .exists = exists, .like = like };

static int do_test(int argc, char *const argv[])
{
	struct why why;
	int answer;

	if (!strcmp(argv[0], "[")) {
		if (strcmp(argv[--argc], "]")) {
			printf("[: no ] at the end\n");
			return -EINVAL;
		}
	}
	answer = test_expr(argc - 1, argv + 1, &ops, &why);
	if (answer < 0)
		printf("test: %s\n", why.text);
	return answer > 0 ? 0 : CMD_FAILED;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_test) = {
	.name = "test",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_test,
	.brief = "minimal test like /bin/sh",
	.usage =
		"[args..]\n"
		"	- strings: a = b, !=, <, >, =~ regex, -z a, -n a; numbers: -eq -ne -lt -le\n"
		"	  -gt -ge; ! not, -a and, -o or; -e interface dev:part path: does it exist?",
	.complete = FILES_COMPLETE,
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_bracket) = {
	.name = "[",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_test,
	.brief = "alias for 'test'",
	.usage = "args.. ]",
	.complete = FILES_COMPLETE,
};
