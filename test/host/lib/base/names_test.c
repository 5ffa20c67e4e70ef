/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "lib/base/names.h"

static void test_have(void **state)
{
	static const char list[] = "arm,pl011\0arm,primecell\0";

	(void)state;
	assert_true(names_have(list, "arm,pl011"));
	assert_true(names_have(list, "arm,primecell"));
	assert_false(names_have(list, "arm,pl01"));
	assert_false(names_have(list, ""));
	assert_false(names_have("", "arm,pl011"));
}

/* In memory that ends with the property: nothing behind it is looked at. */
static void take(const char *bytes, size_t size, unsigned int strings)
{
	char *copy = malloc(size ? size : 1);
	const char *names = copy, *name;
	size_t left = size;

	memcpy(copy, bytes, size);
	for (; (name = names_next(&names, &left)); strings--)
		assert_true(strings && name + strlen(name) + 1 == names);
	assert_int_equal(strings, 0);
	free(copy);
}

static void test_next(void **state)
{
	(void)state;
	take("", 0, 0);
	take("", 1, 1);
	take("a\0bc", 5, 2);
	take("a\0bc", 4, 1); /* the last does not end */
	take("abc", 3, 0);
	take("\0\0", 2, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_have),
		cmocka_unit_test(test_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
