/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "cmd/value.h"
#include "common/shell/cmd.h"

enum op { EQ, NE, LT, LE, GT, GE };

static const struct {
	char name[4];
	unsigned char op;
} ops[] = {
	{ "-eq", EQ }, { "==", EQ },  { "-ne", NE }, { "!=", NE }, { "<>", NE },
	{ "-lt", LT }, { "<", LT },   { "-le", LE }, { "<=", LE }, { "-gt", GT },
	{ ">", GT },   { "-ge", GE }, { ">=", GE },
};

/* The sign of left - right. */
static int compare(char *const argv[], int *order)
{
	const unsigned int width = cmd_width(argv[0], 4);
	const uint64_t mask = MASK(8 * width - 1, 0);
	uint64_t a, b;

	if (value_is_text(argv[0])) {
		const char *left = value_text("itest", argv[1]);
		const char *right = value_text("itest", argv[3]);

		if (!left || !right)
			return -EINVAL;
		*order = strcmp(left, right);
		return 0;
	}
	if (value_parse("itest", argv[1], width, &a) || value_parse("itest", argv[3], width, &b))
		return -EINVAL;
	a &= mask;
	b &= mask;
	*order = (a > b) - (a < b);
	return 0;
}

static bool holds(enum op op, int order)
{
	switch (op) {
	case EQ:
		return order == 0;
	case NE:
		return order != 0;
	case LT:
		return order < 0;
	case LE:
		return order <= 0;
	case GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

static int do_itest(int argc, char *const argv[])
{
	unsigned int i;
	int order;

	if (argc != 4)
		return CMD_USAGE;
	for (i = 0; i < ARRAY_SIZE(ops) && strcmp(ops[i].name, argv[2]); i++)
		;
	if (i == ARRAY_SIZE(ops)) {
		printf("Unknown operator '%s'\n", argv[2]);
		return -EINVAL;
	}
	if (compare(argv, &order))
		return -EINVAL;
	return holds(ops[i].op, order) ? 0 : CMD_FAILED;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_itest) = {
	.name = "itest",
	.max_args = 4,
	.sized = true,
	.text = true,
	.run = do_itest,
	.brief = "return true/false on integer compare",
	.usage =
		"[.b, .w, .l, .q, .s] [*]value1 <op> [*]value2\n"
		"	- op: == != <> < <= > >= -eq -ne -lt -le -gt -ge; *value is what lies there",
};
