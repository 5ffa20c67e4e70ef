/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/regex: what matches, what is refused, and replacement. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/regex.h"

static struct regex_work work;

/* The match of group @group in @text is @want; NULL: none. */
static void check(const char *pattern, const char *text, unsigned int group, const char *want)
{
	struct regex re;
	struct why why;
	size_t size;

	if (regex_compile(&re, pattern, &why))
		fail_msg("%s", why.text);
	memset(&work, 0xaa, sizeof(work));
	if (!regex_search(&re, text, strlen(text), 0, &work)) {
		if (want)
			fail_msg("'%s' does not match '%s'", pattern, text);
		return;
	}
	if (!want)
		fail_msg("'%s' matches '%s'", pattern, text);
	size = (size_t)(work.found.to[group] - work.found.from[group]);
	if (size != strlen(want) || memcmp(text + work.found.from[group], want, size))
		fail_msg("'%s' in '%s': '%.*s'", pattern, text, (int)size,
			 text + work.found.from[group]);
}

static void test_search(void **state)
{
	(void)state;
	check("b", "abc", 0, "b");
	check("", "abc", 0, "");
	check("d", "abc", 0, NULL);
	check("a.c", "xabc", 0, "abc");
	check("^b", "ab", 0, NULL);
	check("b$", "abb", 0, "b");
	check("^$", "", 0, "");
	check("a*", "aaab", 0, "aaa");
	check("a*?", "aaab", 0, "");
	check("a+", "baab", 0, "aa");
	check("a+?b", "aab", 0, "aab");
	check("a+?", "aab", 0, "a");
	check("ab?c", "ac abc", 0, "ac");
	check("a|bc|d", "xbcd", 0, "bc");
	check("a|ab", "ab", 0, "a");
	check("(a|ab)(c|bcd)", "abcd", 0, "abcd");
	check("(a|ab)(c|bcd)", "abcd", 2, "bcd");
	check("(a+)b(c*)", "xaabccd", 1, "aa");
	check("(a+)b(c*)", "xaabccd", 2, "cc");
	check("((a)|b)+", "ab", 1, "b");
	check("(a*)*b", "aaab", 0, "aaab");
	check("(a*)*$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", 0, "");
	check("[a-c]+", "xxabcd", 0, "abc");
	check("[^a-c]+", "abxyc", 0, "xy");
	check("[]a]+", "x]a]", 0, "]a]");
	check("[a\\]-]+", "x]-a", 0, "]-a");
	check("\\d+\\s\\S", "a12 b", 0, "12 b");
	check("[\\d_]+\\D", "a1_2b", 0, "1_2b");
	check("\\w+\\W", "-ab,", 0, "ab,");
	check("\\x41\\t\\.", "xA\t.", 0, "A\t.");
	check("a\\", "a\\", 0, "a\\");
	check("(ab|a)(bc|c)?", "abc", 0, "abc");
	check("x*(y|)", "xx", 0, "xx");
}

static void check_error(const char *pattern, int err, const char *sentence)
{
	struct regex re;
	struct why why;

	assert_int_equal(regex_compile(&re, pattern, &why), err);
	assert_string_equal(why.text, sentence);
}

static void test_errors(void **state)
{
	char pattern[400];

	(void)state;
	check_error("*a", -EINVAL, "'*a': nothing before the '*'");
	check_error("a|+", -EINVAL, "'a|+': nothing before the '+'");
	check_error("a**", -EINVAL, "'a**': nothing before the '*'");
	check_error("(a", -EINVAL, "'(a': a '(' without its ')'");
	check_error("a)", -EINVAL, "'a)': a ')' without its '('");
	check_error("[a", -EINVAL, "'[a': a '[' without its ']'");
	check_error("[]", -EINVAL, "'[]': a '[' without its ']'");
	check_error("()()()()()()()()()()", -E2BIG, "'()()()()()()()()()()': more than 9 groups");
	memset(pattern, 'a', 200);
	pattern[200] = '\0';
	assert_int_equal(regex_compile(&(struct regex){ 0 }, pattern, NULL), -E2BIG);
	memset(pattern, '|', 200);
	assert_int_equal(regex_compile(&(struct regex){ 0 }, pattern, NULL), -E2BIG);
}

static void replace(const char *pattern, const char *text, const char *with, bool all,
		    const char *want, int count)
{
	struct regex re;
	char out[64];

	assert_int_equal(regex_compile(&re, pattern, NULL), 0);
	assert_int_equal(regex_replace(&re, text, with, all, out, sizeof(out), &work), count);
	assert_string_equal(out, want);
}

static void test_replace(void **state)
{
	char out[8];
	struct regex re;

	(void)state;
	replace("b", "abcb", "X", true, "aXcX", 2);
	replace("b", "abcb", "X", false, "aXcb", 1);
	replace("q", "abcb", "X", true, "abcb", 0);
	replace("(b)(c)", "abcd", "<\\2\\1\\0\\3\\x>", true, "a<cbbc\\x>d", 1);
	replace("x*", "abc", "-", true, "-a-b-c-", 4);
	replace("^a", "aaa", "b", true, "baa", 1);
	replace("b*$", "abb", "", true, "a", 2);
	replace("a", "", "b", true, "", 0);
	assert_int_equal(regex_compile(&re, "a", NULL), 0);
	assert_int_equal(regex_replace(&re, "aaa", "bb", true, out, 8, &work), 3);
	assert_int_equal(regex_replace(&re, "aaaa", "bb", true, out, 8, &work), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_replace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
