/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/printable.h"

/* FIELD.md X6: names of images were printed raw. */
static void test_escapes(void **state)
{
	struct printable out;
	char text[400];

	(void)state;
	assert_string_equal(printable(&out, "kernel-1 ~"), "kernel-1 ~");
	assert_string_equal(printable(&out, ""), "");
	assert_string_equal(printable(&out, "\033[2J\x7f\xc3\n"), "\\x1b[2J\\x7f\\xc3\\x0a");
	memset(text, '\x80', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(strlen(printable(&out, text)), 156);
	memset(text, 'a', sizeof(text) - 1);
	assert_int_equal(strlen(printable(&out, text)), 156);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_escapes) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
