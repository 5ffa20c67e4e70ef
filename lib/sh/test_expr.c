/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/sh/test_expr.h"

#include <errno.h>
#include <string.h>

#include "lib/base/num.h"

/** struct test - words that are still to be looked at */
struct test {
	char *const *word;
	int left;
	const struct test_ops *ops;
	struct why *why;
};

enum op { EQ, NE, LT, LE, GT, GE };

static const struct {
	char name[4];
	bool numbers;
	unsigned char op;
} binary[] = {
	{ "=", false, EQ },  { "==", false, EQ }, { "!=", false, NE }, { "<", false, LT },
	{ ">", false, GT },  { "-eq", true, EQ }, { "-ne", true, NE }, { "-lt", true, LT },
	{ "-le", true, LE }, { "-gt", true, GT }, { "-ge", true, GE },
};

static int find_binary(const char *word)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(binary); i++) {
		if (!strcmp(binary[i].name, word))
			return (int)i;
	}
	return -1;
}

static int compare(enum op op, int order)
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

static int number(struct test *t, const char *word, int64_t *out)
{
	const bool minus = word[0] == '-';
	const char *digits = word + (minus || word[0] == '+');
	uint64_t value = 0;

	if (*word && num_parse(digits, digits[0] == '0' && digits[1] ? 8 : 10, &value))
		return refuse(t->why, -EINVAL, "'%s' is not a number", word);
	*out = (int64_t)(minus ? 0 - value : value);
	return 0;
}

static int compare_words(struct test *t, int which)
{
	const enum op op = binary[which].op;
	int64_t a, b;

	if (!binary[which].numbers)
		return compare(op, strcmp(t->word[0], t->word[2]));
	if (number(t, t->word[0], &a) || number(t, t->word[2], &b))
		return -EINVAL;
	return compare(op, (a > b) - (a < b));
}

static void pass(struct test *t, int words)
{
	t->word += words;
	t->left -= words;
}

/* One comparison, or question, without '!'. */
static int primary(struct test *t)
{
	char *const *word = t->word;
	const int which = t->left > 2 ? find_binary(word[1]) : -1;
	int yes;

	if (which >= 0) {
		yes = compare_words(t, which);
		pass(t, 3);
	} else if (t->left > 2 && !strcmp(word[1], "=~")) {
		yes = t->ops->like(t->ops->ctx, word[0], word[2], t->why);
		pass(t, 3);
	} else if (t->left > 1 && (!strcmp(word[0], "-z") || !strcmp(word[0], "-n"))) {
		yes = !*word[1] == (word[0][1] == 'z');
		pass(t, 2);
	} else if (t->left > 3 && !strcmp(word[0], "-e")) {
		yes = t->ops->exists(t->ops->ctx, word + 1);
		pass(t, 4);
	} else {
		return refuse(
			t->why, -EINVAL,
			"no comparison begins at '%s': are variables that may be empty in \"\"?",
			t->left ? word[0] : "");
	}
	return yes;
}

static int negated(struct test *t)
{
	bool no = false;
	int yes;

	/* "! = x" compares, as "! x" does not. */
	while (t->left > 1 && !strcmp(t->word[0], "!") &&
	       !(t->left > 2 && find_binary(t->word[1]) >= 0)) {
		no = !no;
		pass(t, 1);
	}
	yes = primary(t);
	return yes < 0 ? yes : yes != no;
}

int test_expr(int count, char *const words[], const struct test_ops *ops, struct why *why)
{
	struct test t = { .word = words, .left = count, .ops = ops, .why = why };
	int answer, yes;

	if (count < 2)
		return 0;
	answer = negated(&t);
	while (answer >= 0 && t.left) {
		const char *join = t.word[0];

		if (strcmp(join, "-a") && strcmp(join, "-o"))
			return refuse(why, -EINVAL, "'%s' where -a or -o has to be", join);
		pass(&t, 1);
		yes = negated(&t);
		if (yes < 0)
			return yes;
		answer = join[1] == 'a' ? answer && yes : answer || yes;
	}
	return answer;
}
