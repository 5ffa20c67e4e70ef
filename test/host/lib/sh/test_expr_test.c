/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/test_expr: what `test` answers. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/sh/test_expr.h"

static bool exists(void *ctx, char *const words[])
{
	(void)ctx;
	return !strcmp(words[0], "mmc") && !strcmp(words[1], "0:1") && !strcmp(words[2], "/a");
}

static int like(void *ctx, const char *text, const char *regex, struct why *why)
{
	(void)ctx;
	return *regex ? !strcmp(text, regex) : refuse(why, -EINVAL, "no regex");
}

static const struct test_ops ops = { .exists = exists, .like = like };

/* Words are separated by single blanks; "" is two quotes. */
static int answer(const char *text, struct why *why)
{
	static char copy[200];
	char *words[40];
	char *p = copy;
	int count = 0;

	strcpy(copy, text);
	while (*p) {
		words[count++] = p;
		p += strcspn(p, " ");
		if (*p)
			*p++ = '\0';
		if (!strcmp(words[count - 1], "\"\""))
			words[count - 1] = "";
	}
	words[count] = NULL;
	return test_expr(count, words, &ops, why);
}

static void test_answers(void **state)
{
	static const char *const yes[] = {
		"a = a",
		"a == a",
		"a != b",
		"a < b",
		"b > a",
		"-z \"\"",
		"-n a",
		"! a = b",
		"! ! a = a",
		"1 -eq 1",
		"1 -ne 2",
		"-1 -lt 1",
		"1 -le 1",
		"2 -gt 1",
		"2 -ge 2",
		"010 -eq 8",
		"0x10 -eq 16",
		"-0x10 -eq -16",
		"0 -eq 00",
		"\"\" -eq 0",
		"+3 -eq 3",
		"1 -eq 1 -a 2 -eq 2",
		"1 -eq 2 -o 2 -eq 2",
		"! = !",
		"-z = -z",
		"-e mmc 0:1 /a",
		"! -e mmc 0:1 /b",
		"a =~ a",
		"0xffffffffffffffff -eq -1",
		"-n -a",
		"a = b -o ! -z b -a c = c",
		"! -z a -a ! a = b",
		/* FIELD.md R3 to R5, R12 */
		"a",
		"-z",
		"=",
		"!= 1",
		"x !=",
		"-n echo a; echo b",
		"! -z echo a; echo b",
		"a b = a b",
		"-z -a -n x",
		"!= 1 -a x",
		"-eq 0",
		"-n a b -a = -o x",
		"09 -lt 10",
		"0x2000000 -gt 1ffffff",
		"1 -eq 1x",
		"010 -eq 8",
		"0xff -eq 255k",
	};
	static const char *const no[] = {
		"",
		"-n",
		"a = b",
		"a < a",
		"b < a",
		"-n \"\"",
		"-z a",
		"! a = a",
		"1 -gt 2",
		"1 -eq 1 -o 1 -eq 2 -a 1 -eq 2",
		"-e mmc 0:1 /b",
		"a =~ b",
		"9 -lt -9",
		/* FIELD.md R3 to R5, R12: a variable without quotes, empty or with blanks */
		"\"\"",
		"!=",
		"x =",
		"= x",
		"! -z",
		"! a",
		"! !",
		"-z echo a; echo b",
		"-n \"\" -a a",
		"a b = a",
		"a = a b",
		"a = a -a",
		"1 -eq 08",
		"08 -eq 07",
	};
	struct why why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(yes); i++) {
		if (answer(yes[i], &why) != 1)
			fail_msg("test %s", yes[i]);
	}
	for (i = 0; i < ARRAY_SIZE(no); i++) {
		if (answer(no[i], &why) != 0)
			fail_msg("test %s", no[i]);
	}
}

static void test_errors(void **state)
{
	static const char *const bad[][2] = {
		{ "x y", "no comparison begins at 'x': are variables that may be empty in \"\"?" },
		{ "x -eq", "'x' is not a number" },
		{ "x y -eq 1", "'x ...' is not a number" },
		{ "x -eq 1", "'x' is not a number" },
		{ "1 -eq 0x", "'0x' is not a number" },
		{ "1 -eq -", "'-' is not a number" },
		{ "a =~ \"\"", "no regex" },
	};
	struct why why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		if (answer(bad[i][0], &why) != -EINVAL)
			fail_msg("test %s", bad[i][0]);
		assert_string_equal(why.text, bad[i][1]);
	}
	assert_int_equal(answer("1 -eq 0x10000000000000000", &why), -EINVAL);
	assert_string_equal(why.text, "'0x10000000000000000' does not fit in 64 bits");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
