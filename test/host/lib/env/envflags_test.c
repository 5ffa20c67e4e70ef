/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/envflags, lib/envtext: attribute lists, types, text out and in. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/env/envflags.h"
#include "lib/env/envtext.h"

static void test_find(void **state)
{
	static const char list[] = "serial#:so,eth\\d*addr:mo, plain ,odd:zq,one:d";
	static const struct {
		const char *name;
		bool found;
		char type, access;
	} cases[] = {
		{ "serial#", true, 's', 'o' },	{ "ethaddr", true, 'm', 'o' },
		{ "eth12addr", true, 'm', 'o' }, { "ethxaddr", false, 0, 0 },
		{ "ethaddr2", false, 0, 0 },	{ "plain", true, 's', 'a' },
		{ "odd", true, 's', 'a' },	{ "one", true, 'd', 'a' },
		{ "on", false, 0, 0 },		{ "", false, 0, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct envflags flags = { 0, 0 };

		assert_int_equal(envflags_find(list, cases[i].name, &flags), cases[i].found);
		assert_int_equal(flags.type, cases[i].type);
		assert_int_equal(flags.access, cases[i].access);
		assert_false(envflags_find(NULL, cases[i].name, &flags));
	}
}

static void test_types(void **state)
{
	static const struct {
		char type;
		const char *good, *bad;
	} cases[] = {
		{ 'd', "0", "" },
		{ 'd', "123", "12a" },
		{ 'd', "9", "-1" },
		{ 'x', "0xdeadBEEF", "0x" },
		{ 'x', "ff", "fg" },
		{ 'b', "y", "yes" },
		{ 'b', "0", "2" },
		{ 'i', "10.0.2.15", "10.0.2" },
		{ 'i', "1.2.3.4", "1.2.3.4.5" },
		{ 'i', "255.255.255.0", "1.2.3.4444" },
		{ 'm', "52:54:00:12:34:56", "52:54:00:12:34" },
		{ 'm', "0:1:2:3:4:5", "52:54:00:12:34:5g" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_true(envflags_type_ok(cases[i].type, cases[i].good));
		assert_false(envflags_type_ok(cases[i].type, cases[i].bad));
		assert_true(envflags_type_ok('s', cases[i].bad));
	}
}

/* What is imported, as name=value| */
static void import(const char *data, size_t size, bool text, bool crlf, const char *expected)
{
	struct envtext in = { .next = data, .end = data + size, .text = text, .crlf = crlf };
	char all[200] = "", entry[40];
	int len;

	while ((len = envtext_next(&in, entry, sizeof(entry)))) {
		if (len > 0) {
			strcat(all, entry);
			strcat(all, "=");
			strcat(all, entry + len + 1);
		} else {
			strcat(all, len == -E2BIG ? "long" : "bad");
		}
		strcat(all, "|");
	}
	assert_string_equal(all, expected);
}

static void test_import(void **state)
{
	(void)state;
	import("a=1\nb=two words\n", 16, true, false, "a=1|b=two words|");
	import("a=1\n\n# c=3\n  b=2", 17, true, false, "a=1|b=2|");
	import("a=1\r\nb=2\r\n", 10, true, true, "a=1|b=2|");
	import("a=1\r\nb=2", 8, true, false, "a=1\r|b=2|");
	import("a=x\\\ny\\\\z\nb=\n", 13, true, false, "a=x\ny\\z|b=|");
	import("junk\n=x\na=1", 11, true, false, "bad|bad|a=1|");
	import("a=1\nb=2\0c=3\n", 12, true, false, "a=1|b=2|");
	import("a=1\0b=x\\y\0\0c=3", 14, false, false, "a=1|b=x\\y|");
	import("a=0123456789012345678901234567890123456789\nb=1", 46, true, false, "long|b=1|");
	import("a=1", 3, false, false, "a=1|");
	import("", 0, true, false, "");
}

static void test_export(void **state)
{
	char out[20];

	(void)state;
	assert_int_equal(envtext_put("a=1", NULL, 0), 4);
	memset(out, 'z', sizeof(out));
	assert_int_equal(envtext_put("a=x\ny\\", out, sizeof(out)), 9);
	assert_memory_equal(out, "a=x\\\ny\\\\\nz", 10);
	memset(out, 'z', sizeof(out));
	assert_int_equal(envtext_put("a=12345", out, 7), 8);
	assert_int_equal(out[0], 'z');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_import),
		cmocka_unit_test(test_export),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
