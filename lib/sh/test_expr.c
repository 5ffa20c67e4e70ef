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

/* 0x is hexadecimal, 0 octal where all digits are; what stands behind the digits is passed over. */
static int number(struct test *t, const char *word, int64_t *out)
{
	const bool minus = word[0] == '-';
	const char *p = word + (minus || word[0] == '+');
	const bool hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
	const size_t octal = strspn(p, "01234567");
	const unsigned int base = hex ? 16 : p[0] == '0' && num_digit(p[octal], 10) < 0 ? 8 : 10;
	uint64_t value = 0;

	p += hex ? 2 : 0;
	if (*word && num_digit(*p, base) < 0)
		return refuse(t->why, -EINVAL, "'%s' is not a number", word);
	for (; num_digit(*p, base) >= 0; p++) {
		if (value > (UINT64_MAX - (uint64_t)num_digit(*p, base)) / base)
			return refuse(t->why, -EINVAL, "'%s' does not fit in 64 bits", word);
		value = value * base + (uint64_t)num_digit(*p, base);
	}
	*out = (int64_t)(minus ? 0 - value : value);
	return 0;
}

/** struct operand - what a variable without quotes has left of a value: words, maybe none */
struct operand {
	char *const *word;
	int count;
	const char *p;
};

/* Its next character, a blank between words; NUL at its end. */
static char operand_next(struct operand *o)
{
	if (!o->count)
		return '\0';
	if (!o->p)
		o->p = *o->word;
	if (*o->p)
		return *o->p++;
	o->p = NULL;
	o->word++;
	return --o->count ? ' ' : '\0';
}

static int operand_order(struct operand a, struct operand b)
{
	char x, y;

	do {
		x = operand_next(&a);
		y = operand_next(&b);
	} while (x && x == y);
	return (unsigned char)x - (unsigned char)y;
}

static int operand_number(struct test *t, const struct operand *o, int64_t *out)
{
	return number(t, o->count ? o->word[0] : "", out);
}

static int compare_operands(struct test *t, int which, const struct operand *left,
			    const struct operand *right)
{
	const enum op op = binary[which].op;
	int64_t a, b;

	if (!binary[which].numbers)
		return compare(op, operand_order(*left, *right));
	if (left->count > 1 || right->count > 1)
		return refuse(t->why, -EINVAL, "'%s ...' is not a number",
			      left->count > 1 ? left->word[0] : right->word[0]);
	if (operand_number(t, left, &a) || operand_number(t, right, &b))
		return -EINVAL;
	return compare(op, (a > b) - (a < b));
}

static void pass(struct test *t, int words)
{
	t->word += words;
	t->left -= words;
}

static bool is_join(const char *word)
{
	return !strcmp(word, "-a") || !strcmp(word, "-o");
}

/* Is the question over after so many words? */
static bool ends_after(const struct test *t, int words)
{
	return t->left == words || (t->left > words && is_join(t->word[words]));
}

/*
 * A question whose words are not the number that it has to be: variables without quotes stand in
 * it, which are empty or have blanks. A missing operand is the empty string, several words are
 * one.
 */
static int lenient(struct test *t)
{
	char *const *word = t->word;
	struct operand left = { .word = word }, right;
	int count = 0, which = -1;

	while (count < t->left && !is_join(word[count])) {
		if (which < 0) {
			which = find_binary(word[count]);
			left.count = count;
		}
		count++;
	}
	pass(t, count);
	if (count && (!strcmp(word[0], "-z") || !strcmp(word[0], "-n")))
		return (count == 1 || (count == 2 && !*word[1])) == (word[0][1] == 'z');
	if (which >= 0) {
		right = (struct operand){ .word = word + left.count + 1,
					  .count = count - left.count - 1 };
		return compare_operands(t, which, &left, &right);
	}
	if (count < 2)
		return count && *word[0];
	return refuse(t->why, -EINVAL,
		      "no comparison begins at '%s': are variables that may be empty in \"\"?",
		      word[0]);
}

/* One comparison, or question, without '!'. */
static int primary(struct test *t)
{
	char *const *word = t->word;
	const int which = t->left > 2 && ends_after(t, 3) ? find_binary(word[1]) : -1;
	int yes;

	if (which >= 0) {
		yes = compare_operands(t, which, &(struct operand){ .word = word, .count = 1 },
				       &(struct operand){ .word = word + 2, .count = 1 });
		pass(t, 3);
	} else if (t->left > 2 && !strcmp(word[1], "=~")) {
		yes = t->ops->like(t->ops->ctx, word[0], word[2], t->why);
		pass(t, 3);
	} else if (t->left > 1 && ends_after(t, 2) &&
		   (!strcmp(word[0], "-z") || !strcmp(word[0], "-n"))) {
		yes = !*word[1] == (word[0][1] == 'z');
		pass(t, 2);
	} else if (t->left > 3 && !strcmp(word[0], "-e")) {
		yes = t->ops->exists(t->ops->ctx, word + 1);
		pass(t, 4);
	} else {
		yes = lenient(t);
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

	if (!count)
		return 0;
	answer = negated(&t);
	while (answer >= 0 && t.left) {
		const char *join = t.word[0];

		if (!is_join(join))
			return refuse(why, -EINVAL, "'%s' where -a or -o has to be", join);
		pass(&t, 1);
		yes = negated(&t);
		if (yes < 0)
			return yes;
		answer = join[1] == 'a' ? answer && yes : answer || yes;
	}
	return answer;
}
