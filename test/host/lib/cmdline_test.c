/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/cmdline: words, expansion, lists, and a sentence for each mistake. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/cmdline.h"

static char trace[8192]; /* every command that ran: its words in [], then a newline */
static char memory[8192];
static struct cmdline_arena arena;
static char status_text[8];

static const struct cmdline_ops ops;

static const char *lookup(void *ctx, const char *name)
{
	static const char *const vars[][2] = {
		{ "x", "one" },
		{ "two", "one  two " },
		{ "empty", "" },
		{ "quotes", "'a b' \"c;d\"" },
		{ "nested", "inner $x; inner2" },
		{ "loop", "nest loop" },
		{ "od.d-name", "odd" },
		{ "lines", "a\nb" },
		{ "blank", " " },
	};
	unsigned int i;

	(void)ctx;
	if (!strcmp(name, "?"))
		return status_text;
	for (i = 0; i < ARRAY_SIZE(vars); i++) {
		if (!strcmp(vars[i][0], name))
			return vars[i][1];
	}
	return NULL;
}

static int run(void *ctx, int argc, char *const argv[])
{
	struct why why;
	int status = 0;
	int i;

	(void)ctx;
	assert_true(argc >= 1);
	assert_null(argv[argc]);
	assert_int_equal((uintptr_t)argv % sizeof(char *), 0);
	for (i = 0; i < argc; i++)
		snprintf(trace + strlen(trace), sizeof(trace) - strlen(trace), "[%s]", argv[i]);
	snprintf(trace + strlen(trace), sizeof(trace) - strlen(trace), "\n");
	if (!strcmp(argv[0], "nest")) {
		int err = cmdline_run(lookup(NULL, argv[1]), &ops, &arena, &status, &why);

		status = err == -EINTR ? err : err ? 1 : status;
	} else if (!strcmp(argv[0], "false")) {
		status = 1;
	} else if (!strcmp(argv[0], "stop")) {
		status = -EINTR;
	}
	snprintf(status_text, sizeof(status_text), "%d", status);
	return status;
}

static const struct cmdline_ops ops = { .lookup = lookup, .run = run };

static int setup(void **state)
{
	(void)state;
	memset(memory, 0xaa, sizeof(memory));
	arena = (struct cmdline_arena){ .mem = memory + 1, .size = sizeof(memory) - 1 };
	return 0;
}

static int try(const char *line, int *status, struct why *why)
{
	int err;

	trace[0] = '\0';
	why->text[0] = '\0';
	strcpy(status_text, "0");
	err = cmdline_run(line, &ops, &arena, status, why);
	assert_int_equal(arena.used, 0);
	return err;
}

static void check(const char *line, const char *expected)
{
	struct why why;
	int status = 0;

	if (try(line, &status, &why))
		fail_msg("'%s': %s", line, why.text);
	assert_string_equal(trace, expected);
}

static void check_error(const char *line, int err, const char *sentence)
{
	struct why why;
	int status = 77;

	assert_int_equal(try(line, &status, &why), err);
	assert_string_equal(why.text, sentence);
	assert_string_equal(trace, "");
	assert_int_equal(status, 77);
}

static void test_words(void **state)
{
	(void)state;
	check("", "");
	check("  \t ", "");
	check("a", "[a]\n");
	check("  echo  a\tb ", "[echo][a][b]\n");
	check("echo 'a  b' \"c  d\" e\\ f", "[echo][a  b][c  d][e f]\n");
	check("echo '' \"\" a''b", "[echo][][][ab]\n");
	check("echo 'a\\b$x\"' \"a\\b'\\\"\\\\\\$x\"", "[echo][a\\b$x\"][a\\b'\"\\$x]\n");
	check("echo \\; \\& \\# \\' \\\"", "[echo][;][&][#]['][\"]\n");
	check("echo a'b'\"c\"d", "[echo][abcd]\n");
	check("echo # comment ; echo x", "[echo]\n");
	check("# comment 'quote", "");
	check("echo a#b ''# c", "[echo][a#b][#][c]\n");
	check("a # one\nb # two", "[a]\n[b]\n");
	check("echo a\\\nb", "[echo][ab]\n");
	check("echo a=b {x} [y] <z> *?", "[echo][a=b][{x}][[y]][<z>][*?]\n");
}

static void test_expansion(void **state)
{
	(void)state;
	check("echo $x ${x} a${x}b $x.b", "[echo][one][one][aoneb][one.b]\n");
	check("echo $two \"$two\" a$two", "[echo][one][two][one  two ][aone][two]\n");
	check("echo $unset ${unset} \"$unset\" a$unset$empty", "[echo][][a]\n");
	check("$unset", "");
	check("$unset $x b", "[one][b]\n");
	check("echo $quotes", "[echo]['a][b'][\"c;d\"]\n");
	check("echo $ $- a$ \"$\" $,", "[echo][$][$-][a$][$][$,]\n");
	check("echo ${od.d-name}", "[echo][odd]\n");
	check("echo $lines", "[echo][a][b]\n");
	check("echo a${blank}b", "[echo][a][b]\n");
	check("false; echo $? ${?}", "[false]\n[echo][1][1]\n");
	check("echo '$x' \\$x", "[echo][$x][$x]\n");
}

static void test_lists(void **state)
{
	(void)state;
	check("a; b ;c", "[a]\n[b]\n[c]\n");
	check(";; a ;", "[a]\n");
	check("a\nb\n\nc", "[a]\n[b]\n[c]\n");
	check("a && b || c && d", "[a]\n[b]\n[d]\n");
	check("false && b || c", "[false]\n[c]\n");
	check("false || b; c", "[false]\n[b]\n[c]\n");
	check("false && b && c; d", "[false]\n[d]\n");
	check("a||b", "[a]\n");
	check("nest nested; b", "[nest][nested]\n[inner][one]\n[inner2]\n[b]\n");
	check("$unset && b", "[b]\n");
}

static void test_status(void **state)
{
	struct why why;
	int status = 5;

	(void)state;
	assert_int_equal(try("", &status, &why), 0);
	assert_int_equal(status, 5);
	assert_int_equal(try("a; false", &status, &why), 0);
	assert_int_equal(status, 1);
	assert_int_equal(try("false || a", &status, &why), 0);
	assert_int_equal(status, 0);
}

static void test_interrupt_ends_all_lines(void **state)
{
	struct why why;
	int status = 0;

	(void)state;
	assert_int_equal(try("a; stop; b", &status, &why), -EINTR);
	assert_string_equal(trace, "[a]\n[stop]\n");
	assert_string_equal(why.text, "");
	assert_int_equal(try("stop || b", &status, &why), -EINTR);
	assert_string_equal(trace, "[stop]\n");
}

static void test_syntax_errors_run_nothing(void **state)
{
	(void)state;
	check_error("a; echo 'b", -EINVAL, "no second ' for the one at column 9");
	check_error("a; echo \"b'", -EINVAL, "no second \" for the one at column 9");
	check_error("a; echo \"b\\\"", -EINVAL, "no second \" for the one at column 9");
	check_error("a; echo ${b", -EINVAL, "no '}' for the '${' at column 9");
	check_error("a; echo ${}", -EINVAL, "no name in the '${}' at column 9");
	check_error("a; b\\", -EINVAL, "nothing follows the '\\' at column 5");
	check_error("a; b & c", -EINVAL, "a single '&' at column 6 joins nothing; quote it");
	check_error("a; b | c", -EINVAL, "a single '|' at column 6 joins nothing; quote it");
	check_error("a &&", -EINVAL, "no command after the '&&' at column 3");
	check_error("a || ; b", -EINVAL, "no command after the '||' at column 3");
	check_error("a && || b", -EINVAL, "no command after the '&&' at column 3");
	check_error("&& b", -EINVAL, "no command before the '&&' at column 1");
	check_error("a; || b", -EINVAL, "no command before the '||' at column 4");
	check_error("a\nb &", -EINVAL, "a single '&' at column 3 joins nothing; quote it");
}

static void test_bounds(void **state)
{
	char line[9000];
	struct why why;
	int status = 0;
	unsigned int i;

	(void)state;
	line[0] = '\0';
	for (i = 0; i < CMDLINE_WORDS_MAX; i++)
		strcat(line, "a ");
	assert_int_equal(try(line, &status, &why), 0);
	strcat(line, "a");
	check_error(line, -E2BIG, "more than 64 words in one command");
	for (line[0] = '\0', i = 0; i < 33; i++)
		strcat(line, "$two ");
	check_error(line, -E2BIG, "more than 64 words in one command");

	memset(line, 'a', sizeof(line));
	line[8190] = '\0';
	check_error(line, -ENOMEM, "command too long: no more than 8191 bytes fit");
	line[8190] = 'a';
	line[8999] = '\0';
	check_error(line, -ENOMEM, "line too long: 9000 bytes, 8191 are free");
	line[4000] = '\0';
	assert_int_equal(try(line, &status, &why), 0);

	memset(line, 'a', 200);
	memcpy(line, "${", 2);
	strcpy(line + 198, "}");
	check_error(line, -EINVAL, "a name of more than 127 bytes at column 1");
	/* Endless recursion runs out of arena, and says so without harm. */
	assert_int_equal(try("nest loop", &status, &why), 0);
	assert_int_equal(status, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_words, setup),
		cmocka_unit_test_setup(test_expansion, setup),
		cmocka_unit_test_setup(test_lists, setup),
		cmocka_unit_test_setup(test_status, setup),
		cmocka_unit_test_setup(test_interrupt_ends_all_lines, setup),
		cmocka_unit_test_setup(test_syntax_errors_run_nothing, setup),
		cmocka_unit_test_setup(test_bounds, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
