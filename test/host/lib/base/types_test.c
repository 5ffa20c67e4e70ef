// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "lib/base/table.h"
#include "lib/base/types.h"

#define CONFIG_TEST_YES 1

struct fruit {
	const char *name;
};

TABLE_ENTRY(fruit_table, struct fruit, fruit_apple) = { .name = "apple" };
TABLE_ENTRY(fruit_table, struct fruit, fruit_pear) = { .name = "pear" };
TABLE_ENTRY(fruit_table, struct fruit, fruit_plum) = { .name = "plum" };

static void test_table_holds_every_entry(void **state)
{
	unsigned apples = 0, count = 0;

	(void)state;
	TABLE_FOREACH(fruit_table, struct fruit, fruit) {
		count++;
		apples += strcmp(fruit->name, "apple") == 0;
	}
	assert_int_equal(count, 3);
	assert_int_equal(apples, 1);
}

static void test_fields(void **state)
{
	(void)state;
	assert_true(BIT(63) == UINT64_C(0x8000000000000000));
	assert_true(MASK(63, 0) == UINT64_MAX);
	assert_true(MASK(7, 4) == 0xf0);
	assert_true(FIELD(7, 4, 0x1f) == 0xf0);
	assert_true(FIELD_GET(63, 60, UINT64_C(0xa) << 60) == 0xa);
}

static void test_align(void **state)
{
	(void)state;
	assert_true(ALIGN_UP(UINT64_C(0xffffffff00000001), 4096) == UINT64_C(0xffffffff00001000));
	assert_true(ALIGN_DOWN(UINT64_C(0x1fff), 4096u) == 0x1000);
	assert_true(ALIGN_UP(UINT64_C(0x1000), 4096) == 0x1000);
	assert_true(IS_ALIGNED(2 * MIB, 2 * MIB));
	assert_false(IS_ALIGNED(2 * MIB + 1, 2));
}

static void test_min_max(void **state)
{
	int calls = 0;

	(void)state;
	assert_int_equal(MAX(MIN(5, 3), MIN(2, 1)), 3);
	assert_int_equal(MIN(calls++, 7), 0);
	assert_int_equal(calls, 1);
}

static void test_is_enabled(void **state)
{
	(void)state;
	assert_int_equal(IS_ENABLED(CONFIG_TEST_YES), 1);
	assert_int_equal(IS_ENABLED(CONFIG_TEST_NO), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_holds_every_entry),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_align),
		cmocka_unit_test(test_min_max),
		cmocka_unit_test(test_is_enabled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
