// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "lib/base/err.h"
#include "lib/base/why.h"

static void test_refuse_formats_and_returns(void **state)
{
	struct why why;

	(void)state;
	assert_int_equal(refuse(&why, -ERANGE, "%s is %d bytes, the limit is %d", "x", 9, 8),
			 -ERANGE);
	assert_string_equal(why.text, "x is 9 bytes, the limit is 8");
	assert_int_equal(refuse(NULL, -EINVAL, "nobody asks %d", 1), -EINVAL);
}

static void test_refuse_cuts(void **state)
{
	struct why why;
	char name[1000];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	refuse(&why, -EINVAL, "%s", name);
	assert_int_equal(strlen(why.text), sizeof(why.text) - 1);
}

static void test_err_name(void **state)
{
	(void)state;
	assert_string_equal(err_name(0), "OK");
	assert_string_equal(err_name(-ENOMEM), "ENOMEM");
	assert_string_equal(err_name(ENOMEM), "ENOMEM");
	assert_string_equal(err_name(-ETIMEDOUT), "ETIMEDOUT");
	assert_string_equal(err_name(-4095), "E?");
	assert_string_equal(err_name(-2147483647 - 1), "E?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refuse_formats_and_returns),
		cmocka_unit_test(test_refuse_cuts),
		cmocka_unit_test(test_err_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
