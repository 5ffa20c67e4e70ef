/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/textfmt: formats as setexpr takes them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/num.h"
#include "lib/base/textfmt.h"

static int number(const char *word, uint64_t *out)
{
	return num_parse(word, 16, out);
}

static int make(char *out, size_t room, const char *format, struct why *why)
{
	static char *const words[] = { "0x100", "abc", "ffffffffffffffff", NULL };

	return textfmt(out, room, format, 3, words, number, why);
}

static void check(const char *format, const char *want)
{
	struct why why;
	char out[64];

	if (make(out, sizeof(out), format, &why))
		fail_msg("'%s': %s", format, why.text);
	assert_string_equal(out, want);
}

static void check_error(const char *format, int err, const char *sentence)
{
	struct why why;
	char out[16];

	assert_int_equal(make(out, sizeof(out), format, &why), err);
	assert_string_equal(why.text, sentence);
}

static void test_texts(void **state)
{
	(void)state;
	check("", "");
	check("%d", "256");
	check("0x%08x %s", "0x00000100 abc");
	check("%u %x %d", "256 abc -1");
	check("%i%%%o|%X", "256%5274|FFFFFFFFFFFFFFFF");
	check("%c%c", "0a");
	check("[%-5d][%5s][%.1s]", "[256  ][  abc][f]");
	check("a\\tb\\n\\101\\\\\\\"\\q\\0", "a\tb\nA\\\"q");
	check("a\\cb", "a");
	check("a\\", "a\\");
	check("%#x %+d", "0x100 +2748");
}

static void test_errors(void **state)
{
	(void)state;
	check_error("%", -EINVAL, "'%' is no conversion of a format");
	check_error("%5q", -EINVAL, "'%5q' is no conversion of a format");
	check_error("%n", -EINVAL, "'%n' is no conversion of a format");
	check_error("%lx", -EINVAL, "'%l' is no conversion of a format");
	check_error("%*d", -EINVAL, "'%*' is no conversion of a format");
	check_error("%1234d", -EINVAL, "'%1234' is too much for a format");
	check_error("%--------------------d", -EINVAL,
		    "'%--------------------' is too much for a format");
	check_error("%s%s%s%s", -ENOSPC, "what the format makes is too long");
	check_error("%c%c%c%c", -EINVAL, "no value for the '%c' of the format");
	check_error("%999d", -ENOSPC, "what the format makes is too long");
	check_error("aaaaaaaaaaaaaaaa", -ENOSPC, "what the format makes is too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
