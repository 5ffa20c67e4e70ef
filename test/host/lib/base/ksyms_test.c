// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/ksyms.h"

/* The codes 0 to 9 are characters, 10 is "ma", 11 "main", 12 ends a name with "t". */
enum { NUL, UNDER, A, I, L, M, N, R, S, T, MA, MAIN, T_END };

const uint32_t ksym_count = 4;
const uint32_t ksym_first_pair = MA;
const char ksym_characters[] = "\0_ailmnrst";
const uint8_t ksym_pairs[] = { M, A, MA, 13, T, NUL, I, N };
/* 0x40, 0x80, 0x80 + 255 words (a step of its own byte and none), and 256 words further. */
const uint8_t ksym_steps[] = { 0x40 / 4, 0x40 / 4, 255, 0, 255, 1 };
const uint8_t ksym_names[] = {
	UNDER, S, T, A, R, T_END, MAIN, NUL, T, A, I, L, NUL, L, A, S, T_END
};

static void expect(uint32_t offset, const char *name, uint32_t distance)
{
	uint32_t found = 0x5a5a;

	assert_string_equal(ksym_lookup(offset, &found), name);
	assert_int_equal(found, distance);
}

static void test_lookup(void **state)
{
	uint32_t distance = 0x5a5a;
	uint32_t tail = 0x80 + 4 * 255, last = tail + 4 * 256;

	(void)state;
	assert_null(ksym_lookup(0x3f, &distance));
	assert_int_equal(distance, 0x5a5a);
	expect(0x40, "_start", 0);
	expect(0x7c, "_start", 0x3c);
	expect(0x80, "main", 0);
	expect(tail - 1, "main", 4 * 255 - 1);
	expect(tail, "tail", 0);
	expect(last - 4, "tail", 4 * 255);
	expect(last, "last", 0);
	expect(UINT32_MAX, "last", UINT32_MAX - last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lookup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
