/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/envstore: set, replace, delete, order, bounds, text. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/env/envstore.h"

static char memory[64];
static struct envstore store;
static struct why why;

static int setup(void **state)
{
	(void)state;
	memset(memory, 0xaa, sizeof(memory));
	envstore_init(&store, memory, sizeof(memory));
	return 0;
}

static void set(const char *name, const char *value)
{
	assert_int_equal(envstore_set(&store, name, value, &why), 0);
}

static void check(const char *expected)
{
	char all[128] = "";
	const char *entry;

	for (entry = envstore_next(&store, NULL); entry; entry = envstore_next(&store, entry)) {
		strcat(all, entry);
		strcat(all, "|");
	}
	assert_string_equal(all, expected);
	assert_int_equal(store.used, strlen(expected));
}

static void test_set_get_delete(void **state)
{
	(void)state;
	assert_null(envstore_next(&store, NULL));
	assert_null(envstore_get(&store, "a"));
	set("a", NULL);
	set("b", "2");
	set("a", "1");
	set("ab", "a=b");
	set("a1", "3");
	check("a=1|a1=3|ab=a=b|b=2|");
	assert_string_equal(envstore_get(&store, "ab"), "a=b");
	assert_null(envstore_get(&store, "ab=a"));
	assert_null(envstore_get(&store, ""));
	assert_null(envstore_get(&store, "abc"));
	set("a", "longer value");
	set("b", "");
	check("a=longer value|a1=3|ab=a=b|");
	set("a", "");
	set("ab", NULL);
	check("a1=3|");
	set("a1", NULL);
	check("");
}

static void test_names_are_checked(void **state)
{
	char name[ENVSTORE_NAME_MAX + 2];

	(void)state;
	assert_int_equal(envstore_set(&store, "", "1", &why), -EINVAL);
	assert_string_equal(why.text, "a variable needs a name");
	assert_int_equal(envstore_set(&store, "a=b", "1", &why), -EINVAL);
	assert_string_equal(why.text, "## Error: illegal character '='in variable name \"a=b\"");
	assert_int_equal(envstore_set(&store, "a b", "1", &why), -EINVAL);
	assert_int_equal(envstore_set(&store, "a\x7f", "1", &why), -EINVAL);
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(envstore_set(&store, name, "1", &why), -EINVAL);
	assert_string_equal(why.text, "variable name of 128 bytes, at most 127 allowed");
	set("\xc3\xa4?-.", "1");
	assert_string_equal(envstore_get(&store, "\xc3\xa4?-."), "1");
}

static void test_a_full_store_stays_as_it_was(void **state)
{
	char value[65];

	(void)state;
	memset(value, 'v', sizeof(value));
	value[61] = '\0';
	set("a", value); /* 64 bytes: exactly full */
	assert_int_equal(store.used, 64);
	assert_int_equal(envstore_set(&store, "b", "1", &why), -ENOSPC);
	assert_string_equal(why.text, "b: 4 bytes needed, 0 are free");
	set("a", value); /* a replacement needs no second place */
	value[61] = 'v';
	value[62] = '\0';
	assert_int_equal(envstore_set(&store, "a", value, &why), -ENOSPC);
	assert_int_equal(strlen(envstore_get(&store, "a")), 61);
	set("a", "x");
	set("b", "1");
	check("a=x|b=1|");
}

static void test_a_value_inside_the_store_is_refused(void **state)
{
	(void)state;
	set("a", "1");
	assert_int_equal(envstore_set(&store, "b", envstore_get(&store, "a"), &why), -EINVAL);
	check("a=1|");
}

static int import(const char *text)
{
	return envstore_import(&store, text, strlen(text), &why);
}

static void test_import(void **state)
{
	(void)state;
	assert_int_equal(import("# comment = no\nb=2\r\n\na=x = y\nc="), 0);
	check("a=x = y|b=2|");
	assert_int_equal(import("b=\n"), 0);
	check("a=x = y|");
	assert_int_equal(import("b=1\nnonsense\nc=1"), -EINVAL);
	assert_string_equal(why.text, "line 2: 'nonsense' has no '='");
	check("a=x = y|b=1|");
	assert_int_equal(import("=1"), -EINVAL);
	assert_string_equal(why.text, "line 1: a variable needs a name");
	assert_int_equal(envstore_import(&store, "d=1\0002", 5, &why), -EINVAL);
	assert_string_equal(why.text, "line 1: a NUL byte");
}

/* A table of the same variables, kept in the simplest way. */
/* Every other name of the model, and some that sort before, between and behind. */
static void check_many(char model[8][16])
{
	static const char *const names[] = { "a", "v", "v1", "v3", "v33", "v5", "v7", "w" };
	const char *values[8];
	unsigned int i;

	envstore_get_many(&store, names, 8, values);
	for (i = 0; i < 8; i++) {
		const char *wanted = strlen(names[i]) == 2 ? model[names[i][1] - '0'] : "";

		assert_string_equal(values[i] ? values[i] : "", wanted);
	}
}

static void test_random_sets_agree_with_a_model(void **state)
{
	char model[8][16] = { 0 };
	uint32_t seed = 7;
	unsigned int i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		char name[] = "v0";
		char value[16] = "";
		unsigned int n, len;

		seed = seed * 1664525 + 1013904223;
		n = seed >> 29;
		len = (seed >> 20) % 14;
		name[1] = (char)('0' + n);
		memset(value, 'a' + (int)(seed >> 10) % 26, len);
		if (!envstore_set(&store, name, value, NULL))
			strcpy(model[n], value);
		for (n = 0; n < 8; n++) {
			const char *got;

			name[1] = (char)('0' + n);
			got = envstore_get(&store, name);
			assert_string_equal(got ? got : "", model[n]);
		}
		check_many(model);
		assert_true(store.used <= store.size);
	}
}

static void adopt(const char *strings, size_t used, const char *expected, unsigned int wanted)
{
	unsigned int dropped;

	memcpy(memory, strings, used);
	envstore_adopt(&store, used, &dropped);
	check(expected);
	assert_int_equal(dropped, wanted);
}

static void test_adopt(void **state)
{
	(void)state;
	adopt("", 0, "", 0);
	adopt("a=1\0b=2\0c=3", 12, "a=1|b=2|c=3|", 0);
	adopt("c=3\0a=1\0b=22", 13, "a=1|b=22|c=3|", 0);
	adopt("b=2\0b=333\0a=1\0b=4", 18, "a=1|b=4|", 0);
	adopt("b=2\0a=1\0b=3\0a=4444", 19, "a=4444|b=3|", 0);
	adopt("ab=1\0a=2\0a1=3", 14, "a=2|a1=3|ab=1|", 0);
	adopt("junk\0b=\0=x\0a b=1\0z=9", 21, "=x|a b=1|junk|z=9|", 3);
	adopt("b=1\0b\0b=2\0b", 12, "b|b|b=2|", 2);
	assert_string_equal(envstore_get(&store, "b"), "2");
	adopt("b\0b=1", 6, "b|b=1|", 1);
	set("y", "8");
	check("b|b=1|y=8|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_set_get_delete, setup),
		cmocka_unit_test_setup(test_names_are_checked, setup),
		cmocka_unit_test_setup(test_a_full_store_stays_as_it_was, setup),
		cmocka_unit_test_setup(test_a_value_inside_the_store_is_refused, setup),
		cmocka_unit_test_setup(test_import, setup),
		cmocka_unit_test_setup(test_random_sets_agree_with_a_model, setup),
		cmocka_unit_test_setup(test_adopt, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
