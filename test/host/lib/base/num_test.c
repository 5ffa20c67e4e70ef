// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "lib/base/num.h"

struct num_case {
	const char *text;
	unsigned base;
	int err;
	uint64_t value;
};

static const struct num_case cases[] = {
	{ "0", 16, 0, 0 },
	{ "40200000", 16, 0, 0x40200000 },
	{ "0x40200000", 10, 0, 0x40200000 },
	{ "0Xff", 16, 0, 0xff },
	{ "DeadBeef", 16, 0, 0xdeadbeef },
	{ "42", 10, 0, 42 },
	{ "101", 2, 0, 5 },
	{ "00000000000000000000000001", 16, 0, 1 },
	{ "ffffffffffffffff", 16, 0, UINT64_MAX },
	{ "18446744073709551615", 10, 0, UINT64_MAX },
	{ "18446744073709551616", 10, -ERANGE, 0 },
	{ "10000000000000000", 16, -ERANGE, 0 },
	{ "99999999999999999999999999", 10, -ERANGE, 0 },
	{ "99999999999999999999999999x", 10, -EINVAL, 0 },
	{ NULL, 16, -EINVAL, 0 },
	{ "", 16, -EINVAL, 0 },
	{ "0x", 16, -EINVAL, 0 },
	{ "x1", 16, -EINVAL, 0 },
	{ "0x0x1", 16, -EINVAL, 0 },
	{ "-1", 16, -EINVAL, 0 },
	{ "+1", 16, -EINVAL, 0 },
	{ " 1", 16, -EINVAL, 0 },
	{ "1 ", 16, -EINVAL, 0 },
	{ "12a", 10, -EINVAL, 0 },
	{ "12g", 16, -EINVAL, 0 },
	{ "12", 2, -EINVAL, 0 },
};

static void test_num_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = 0x5a5a;

		assert_int_equal(num_parse(cases[i].text, cases[i].base, &value), cases[i].err);
		assert_true(value == (cases[i].err ? 0x5a5a : cases[i].value));
	}
}

static void test_put_hex(void **state)
{
	static const struct {
		uint64_t value;
		const char *text;
	} rows[] = { { 0, "0" },
		     { 0xf, "f" },
		     { 0x10, "10" },
		     { 0x40200000, "40200000" },
		     { UINT64_MAX, "ffffffffffffffff" },
		     { UINT64_C(1) << 60, "1000000000000000" } };
	char out[17];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_ptr_equal(num_put_hex(out, rows[i].value), out + strlen(rows[i].text));
		assert_string_equal(out, rows[i].text);
	}
}

static void test_digit(void **state)
{
	(void)state;
	for (int c = -128; c < 128; c++) {
		const char *all = "0123456789abcdef0123456789ABCDEF";
		const char *at = c > 0 ? strchr(all, c) : NULL;
		const int value = at ? (int)(at - all) % 16 : -1;

		for (int base = 2; base <= 16; base++)
			assert_int_equal(num_digit((char)c, (unsigned)base),
					 value < base ? value : -1);
	}
}

/* Every place of a digit that is none, and the end of the text in every place. */
static void test_hex_bytes(void **state)
{
	uint8_t out[5];
	char text[9];

	(void)state;
	for (size_t bad = 0; bad <= 8; bad++) {
		for (const char *c = "gG:/@` x";; c++) {
			memset(out, 0x5a, sizeof(out));
			memcpy(text, "01fFaA9e", sizeof(text));
			text[bad] = *c;
			assert_int_equal(num_hex_bytes(out, text, 4), bad == 8);
			assert_memory_equal(out, "\x01\xff\xaa\x9e", bad / 2);
			assert_int_equal(out[bad / 2], 0x5a);
			if (!*c)
				break;
		}
	}
	memcpy(text, "4142", 5); /* in place */
	assert_true(num_hex_bytes((uint8_t *)text, text, 2));
	assert_memory_equal(text, "AB", 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_hex),
		cmocka_unit_test(test_num_parse),
		cmocka_unit_test(test_digit),
		cmocka_unit_test(test_hex_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
