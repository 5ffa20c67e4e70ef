/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "lib/base/regex.h"

struct search {
	bool regex, names, values;
	struct regex re;
	struct regex_work work;
};

static bool has(struct search *s, const char *text, size_t len, const char *wanted)
{
	const size_t size = strlen(wanted);

	if (s->regex)
		return regex_search(&s->re, text, MIN(len, (size_t)REGEX_TEXT_MAX), 0, &s->work);
	for (size_t at = 0; size <= len && at <= len - size; at++)
		if (!memcmp(text + at, wanted, size))
			return true;
	return false;
}

static bool matches(struct search *s, const char *entry, const char *wanted)
{
	const size_t name = strcspn(entry, "=");
	const char *value = entry + name + 1;

	return (s->names && has(s, entry, name, wanted)) ||
	       (s->values && has(s, value, strlen(value), wanted));
}

/* -1 a letter that is none. */
static int parse(struct search *s, int argc, char *const argv[])
{
	int i = 1;

	*s = (struct search){ .names = true, .values = true };
	for (; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "--"))
			return i + 1;
		for (const char *letter = argv[i] + 1; *letter; letter++) {
			if (!strchr("envb", *letter))
				return -1;
			if (*letter == 'e')
				s->regex = true;
			else
				s->names = *letter != 'v', s->values = *letter != 'n';
		}
	}
	return i;
}

static int grep(struct search *s, const char *entry, int argc, char *const argv[], bool *found)
{
	struct why why;

	for (int i = 0; i < argc; i++) {
		if (s->regex && regex_compile(&s->re, argv[i], &why)) {
			printf("%s\n", why.text);
			return CMD_FAILED;
		}
		if (!matches(s, entry, argv[i]))
			continue;
		printf("%s\n", entry);
		*found = true;
		break;
	}
	return 0;
}

static int do_grep(int argc, char *const argv[])
{
	struct search search;
	const int first = parse(&search, argc, argv);
	const char *entry = NULL;
	bool found = false;

	if (first < 0 || first >= argc)
		return CMD_USAGE;
	while ((entry = envstore_next(env_store(), entry)))
		if (grep(&search, entry, argc - first, argv + first, &found))
			return CMD_FAILED;
	return found ? 0 : CMD_FAILED;
}

TABLE_ENTRY(env_sub_table, struct cmd,
	    sub_grep) = { .name = "grep", .max_args = CMD_WORDS_MAX, .run = do_grep };

TABLE_ENTRY(cmd_table, struct cmd, cmd_grepenv) = {
	.name = "grepenv",
	.max_args = CMD_WORDS_MAX,
	.run = do_grep,
	.brief = "search environment variables",
	.usage = "[-e] [-n | -v | -b] string ...\n"
		 "	- list variables that match; -e: regular expressions;\n"
		 "	  -n: in names, -v: in values, -b: in both (default)",
};
