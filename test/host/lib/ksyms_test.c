// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ksyms.h"

const uint32_t ksym_count = 3;
const uint16_t ksym_words[] = { 0x40 / 4, 0x80 / 4, 0x3fffc / 4 };
const char ksym_names[] = "_start\0main\0last";

static void expect(uint32_t offset, const char *name, uint32_t distance)
{
	uint32_t found = 0x5a5a;

	assert_string_equal(ksym_lookup(offset, &found), name);
	assert_int_equal(found, distance);
}

static void test_lookup(void **state)
{
	uint32_t distance = 0x5a5a;

	(void)state;
	assert_null(ksym_lookup(0x3f, &distance));
	assert_int_equal(distance, 0x5a5a);
	expect(0x40, "_start", 0);
	expect(0x7c, "_start", 0x3c);
	expect(0x80, "main", 0);
	expect(0x3fffb, "main", 0x3ff7b);
	expect(0x3fffc, "last", 0);
	expect(UINT32_MAX, "last", UINT32_MAX - 0x3fffc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lookup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
