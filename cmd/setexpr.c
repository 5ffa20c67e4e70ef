/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "cmd/value.h"
#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "common/shell/shell.h"
#include "lib/base/regex.h"
#include "lib/base/textfmt.h"

#define VALUES_MAX 4 /* of fmt */

static int set_text(const char *name, const char *text)
{
	return env_set(name, text) ? CMD_FAILED : 0;
}

static int no_room(void)
{
	printf("setexpr: the result is too long\n");
	return CMD_FAILED;
}

/* name sub|gsub regex with [text] */
static int substitute(int argc, char *const argv[])
{
	const char *text = argc > 5 ? argv[5] : env_get(argv[1]);
	struct regex_work *work;
	struct regex regex;
	struct why why;
	char *out;
	size_t room;
	int count;

	if (!text) {
		printf("## Error: variable \"%s\" not defined\n", argv[1]);
		return CMD_FAILED;
	}
	if (regex_compile(&regex, argv[3], &why)) {
		printf("setexpr: %s\n", why.text);
		return CMD_FAILED;
	}
	work = shell_room(sizeof(*work), &room);
	if (!work)
		return no_room();
	out = (char *)(work + 1);
	count = regex_replace(&regex, text, argv[4], argv[2][0] == 'g', out, room - sizeof(*work),
			      work);
	if (count < 0)
		return no_room();
	if (count) /* without a match the text is the result, and nothing is said */
		printf("%s=%s\n", argv[1], out);
	return set_text(argv[1], out);
}

static int read_number(const char *word, uint64_t *out)
{
	return value_parse("setexpr", word, 4, out);
}

/* name fmt format [value]... */
static int format(int argc, char *const argv[])
{
	struct why why;
	size_t room;
	char *out = shell_room(1, &room);

	if (!out)
		return no_room();
	if (!textfmt(out, room, argv[3], argc - 4, argv + 4, read_number, &why))
		return set_text(argv[1], out);
	if (why.text[0])
		printf("setexpr: %s\n", why.text);
	return CMD_FAILED;
}

/* .s: name text [+ text] */
static int join(int argc, char *const argv[])
{
	size_t room, size, used = 0;
	char *out = shell_room(1, &room);
	const char *text;
	int i;

	if (argc == 5 && strcmp(argv[3], "+")) {
		printf("setexpr: '%s' is no operator for strings\n", argv[3]);
		return -EINVAL;
	}
	for (i = 2; i < argc; i += 2) {
		text = value_text("setexpr", argv[i]);
		if (!text)
			return -EINVAL;
		size = out ? strnlen(text, room - used) : 0;
		if (!out || size == room - used)
			return no_room();
		memcpy(out + used, text, size);
		used += size;
		out[used] = '\0';
	}
	return set_text(argv[1], out);
}

static int calculate(uint64_t a, const char *op, uint64_t b, uint64_t *out)
{
	const char which = op[0];

	if ((which == '/' || which == '%') && !b) {
		printf("setexpr: a division by zero\n");
		return -EINVAL;
	}
	*out = which == '+'   ? a + b
	       : which == '-' ? a - b
	       : which == '*' ? a * b
	       : which == '/' ? a / (b ? b : 1)
	       : which == '%' ? a % (b ? b : 1)
	       : which == '&' ? a & b
	       : which == '|' ? a | b
	       : which == '^' ? a ^ b
	       : b > 63       ? 0
	       : which == '<' ? a << b
			      : a >> b;
	if (!strcmp(op, "<<") || !strcmp(op, ">>") || (strchr("+-*/%&|^", which) && !op[1]))
		return 0;
	printf("invalid op\n");
	return -EINVAL;
}

static int arithmetic(int argc, char *const argv[])
{
	const unsigned int width = cmd_width(argv[0], 4);
	uint64_t value, other;

	if (value_parse("setexpr", argv[2], width, &value))
		return -EINVAL;
	if (argc == 5 && (value_parse("setexpr", argv[4], width, &other) ||
			  calculate(value, argv[3], other, &value)))
		return -EINVAL;
	return env_set_hex(argv[1], value) ? CMD_FAILED : 0;
}

static int do_setexpr(int argc, char *const argv[])
{
	if ((argc == 5 || argc == 6) && (!strcmp(argv[2], "sub") || !strcmp(argv[2], "gsub")))
		return substitute(argc, argv);
	if (argc >= 4 && !strcmp(argv[2], "fmt"))
		return format(argc, argv);
	if (argc != 3 && argc != 5)
		return CMD_USAGE;
	return value_is_text(argv[0]) ? join(argc, argv) : arithmetic(argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_setexpr) = {
	.name = "setexpr",
	.max_args = 4 + VALUES_MAX,
	.sized = true,
	.text = true,
	.run = do_setexpr,
	.brief = "set environment variable as the result of eval expression",
	.usage = "[.b, .w, .l, .q, .s] name [*]value1 <op> [*]value2\n"
		 "	- set 'name' to the result in hexadecimal; op: + - * / % & | ^ << >>;\n"
		 "	  *value is what lies there, by the size; .s joins strings with +\n"
		 "setexpr[.b, .w, .l, .q, .s] name [*]value\n"
		 "	- set 'name' to the value\n"
		 "setexpr name fmt <format> [value]...\n"
		 "	- set 'name' after a format: %c %d %i %o %s %u %x %X\n"
		 "setexpr name gsub r s [t]\n"
		 "	- replace what matches the regular expression <r> in the string <t>,\n"
		 "	  or the value of 'name', by <s>; \\\\0 is the match, \\\\1 its first ()\n"
		 "setexpr name sub r s [t]\n"
		 "	- the same for the first match only",
};
