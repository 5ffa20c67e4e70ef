/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/extlinux/bls.h"

#define THREE_OPTIONS "options a\noptions b\noptions c\n"
#define FIVE_INITRDS  "initrd a\ninitrd b\ninitrd c\ninitrd d\ninitrd e\n"
#define NINE_OPTIONS  "linux /a\n" THREE_OPTIONS THREE_OPTIONS THREE_OPTIONS

static struct bls_entry entry;
static char *copy; /* entry leads there */

/* In memory that ends where the text does: a byte too far is seen. */
static void take(const char *text)
{
	const size_t size = strlen(text);

	free(copy);
	copy = malloc(size ? size : 1);
	memcpy(copy, text, size);
	bls_parse(&entry, copy, size);
}

static void is(struct extlinux_text got, const char *expected)
{
	char text[200];

	assert_int_equal(extlinux_copy(got, text, sizeof(text)), 0);
	assert_string_equal(text, expected);
}

static void test_entry(void **state)
{
	(void)state;
	take("\xef\xbb\xbf# of the specification\n"
	     "title        Fedora 19 (Rawhide)\n"
	     "sort-key     fedora\n"
	     "machine-id   6a9857a393724b7a981ebb5b8495b9ea\n"
	     "version      3.8.0-2.fc19.x86_64\r\n"
	     "options      root=UUID=6d3376e4 quiet\n"
	     "architecture AA64\n"
	     "options      second\n"
	     "\tlinux        /6a98/linux\n"
	     "initrd       /6a98/initrd\n"
	     "devicetree   /board.dtb\n"
	     "initrd /second $tuned_initrd\n"
	     "devicetree-overlay /a.dtbo /b.dtbo\n"
	     "uki-unknown  x");
	assert_false(entry.passed);
	is(entry.title, "Fedora 19 (Rawhide)");
	is(entry.sort_key, "fedora");
	is(entry.version, "3.8.0-2.fc19.x86_64");
	assert_int_equal(entry.option_count, 2);
	is(entry.options[0], "root=UUID=6d3376e4 quiet");
	is(entry.options[1], "second");
	is(entry.kernel, "/6a98/linux");
	assert_int_equal(entry.initrd_count, 2);
	is(entry.initrd[0], "/6a98/initrd");
	is(entry.initrd[1], "/second");
	is(entry.machine_id, "6a9857a393724b7a981ebb5b8495b9ea");
	is(entry.overlays, "/a.dtbo /b.dtbo");
	is(entry.devicetree, "/board.dtb");
}

static void test_not_for_us(void **state)
{
	static const char *const texts[] = {
		"",
		"title x",
		"linux",
		"efi /shell.efi",
		"linux /a\narchitecture x64",
		"linux /a\narchitecture aa6",
		"linux /a\n" FIVE_INITRDS,
		"linux /a\noptions x\x1b[2J",
		NINE_OPTIONS,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		take(texts[i]);
		assert_true(entry.passed);
	}
}

static void test_tries(void **state)
{
	(void)state;
	assert_int_equal(bls_tries_left("a+3.conf"), 3);
	assert_int_equal(bls_tries_left("a+0-3.conf"), 0);
	assert_int_equal(bls_tries_left("a+b+12-1.conf"), 12);
	assert_int_equal(bls_tries_left("6.1.0+deb.conf"), UINT32_MAX);
	assert_int_equal(bls_tries_left("a+3x.conf"), UINT32_MAX);
	assert_int_equal(bls_tries_left("a+3-.conf"), UINT32_MAX);
	assert_int_equal(bls_tries_left("a+3"), UINT32_MAX);
	assert_int_not_equal(bls_tries_left("a+99999999999999999999.conf"), 0);
	assert_true(bls_is_entry("a.conf"));
	assert_false(bls_is_entry(".conf"));
	assert_false(bls_is_entry("a.conf~"));
}

/* Each less than the next, as the version format's own list has them. */
static void test_versions(void **state)
{
	(void)state;
	assert_true(bls_version_compare("", "a") < 0);
	assert_true(bls_version_compare("123.0~rc1-1", "123.0~rc1-2") < 0);
	assert_true(bls_version_compare("122.1", "123~rc1-1") < 0);
	assert_true(bls_version_compare("123~rc1-1", "123") < 0);
	assert_true(bls_version_compare("123", "123-a") < 0);
	assert_true(bls_version_compare("123-a", "123-a.1") < 0);
	assert_true(bls_version_compare("123-a.1", "123-1") < 0);
	assert_true(bls_version_compare("123-1", "123-1.1") < 0);
	assert_true(bls_version_compare("123-1.1", "123^post1") < 0);
	assert_true(bls_version_compare("123^post1", "123.a-1") < 0);
	assert_true(bls_version_compare("123.a-1", "123.1-1") < 0);
	assert_true(bls_version_compare("123.1-1", "123a-1") < 0);
	assert_true(bls_version_compare("123a-1", "124-1") < 0);
	/* what letters begin with is one part, whatever follows them */
	assert_true(bls_version_compare("ab1", "abc") < 0);
	assert_true(bls_version_compare("rc2", "rca1") < 0);
	assert_true(bls_version_compare("ab_d", "abc") < 0);
	assert_true(bls_version_compare("1.B", "1.a") < 0);
	assert_true(bls_version_compare("1~~", "1~") < 0);
	assert_true(bls_version_compare("1-_x", "1-y") < 0);
	assert_int_equal(bls_version_compare("1-_x", "1-x"), 0);
	assert_int_equal(bls_version_compare("1.~_", "1.~"), 0);
	assert_int_equal(bls_version_compare("B_2.013", "B_2.13"), 0);
}

static void next(const char *name, const char *expected)
{
	char out[40];

	if (!expected) {
		assert_false(bls_next_try(name, out, sizeof(out)));
		return;
	}
	assert_true(bls_next_try(name, out, sizeof(out)));
	assert_string_equal(out, expected);
	assert_false(bls_next_try(name, out, strlen(expected)));
}

static void test_next_try(void **state)
{
	(void)state;
	next("a+3.conf", "a+2-1.conf");
	next("a+1-2.conf", "a+0-3.conf");
	next("/x/a+b+10-09.conf", "/x/a+b+9-10.conf");
	next("+1.conf", "+0-1.conf");
	next("a+99999-4294967295.conf", "a+99998-100000.conf");
	next("a+0-3.conf", NULL);
	next("a+0.conf", NULL);
	next("a.conf", NULL);
	next("a+.conf", NULL);
	next("a+3-.conf", NULL);
	next("a+3-1-1.conf", NULL);
	next("a+3x.conf", NULL);
	next("a+3", NULL);
	next("a+100001.conf", NULL);
	next("a+4294967297.conf", NULL);
	assert_int_equal(bls_id_length("a+3-1.conf"), 1);
	assert_int_equal(bls_id_length("a+3.x.conf"), 5);
	assert_int_equal(bls_id_length("abc.conf"), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry),    cmocka_unit_test(test_not_for_us),
		cmocka_unit_test(test_tries),    cmocka_unit_test(test_versions),
		cmocka_unit_test(test_next_try),
	};
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(copy);
	return failed;
}
