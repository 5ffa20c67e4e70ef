/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/extlinux/loftcfg.h"

static struct loftcfg cfg;
static struct why why;
static char *copy; /* cfg leads there */

/* In memory that ends where the text does: a byte too far is seen. */
static int take(const char *text, size_t size)
{
	free(copy);
	copy = malloc(size ? size : 1);
	memcpy(copy, text, size);
	why.text[0] = '\0';
	return loftcfg_parse(&cfg, copy, size, &why);
}

static void is(struct extlinux_text got, const char *expected)
{
	char text[200];

	assert_int_equal(extlinux_copy(got, text, sizeof(text)), 0);
	assert_string_equal(text, expected);
}

static void refused(const char *text, int err, const char *sentence)
{
	assert_int_equal(take(text, strlen(text)), err);
	assert_string_equal(why.text, sentence);
}

static void test_all_keys(void **state)
{
	static const char text[] = "\xef\xbb\xbf# a comment = here\n\n"
				   "kernel = my kernel.elf\r\n"
				   "\tinitrd=/boot/initrd  \n"
				   "fdt=board.dtb\n"
				   "cmdline=a=b c=\"d  e\"\n"
				   "options=-e 2 -r x1=5";

	(void)state;
	assert_int_equal(take(text, sizeof(text) - 1), 0);
	is(cfg.kernel, "my kernel.elf");
	is(cfg.initrd, "/boot/initrd");
	is(cfg.fdt, "board.dtb");
	is(cfg.cmdline, "a=b c=\"d  e\"");
	is(cfg.options, "-e 2 -r x1=5");
}

static void test_little(void **state)
{
	(void)state;
	assert_int_equal(take("", 0), 0);
	assert_null(cfg.kernel.at);
	assert_int_equal(take("\n\n   \n#", 7), 0);
	assert_null(cfg.cmdline.at);
}

static void test_refusals(void **state)
{
	(void)state;
	refused("kernel=a\n  kernl=b\n", -EINVAL,
		"line 2, column 3: 'kernl' is none of kernel, initrd, fdt, cmdline, options, module");
	refused("kernel a\n", -EINVAL, "line 1, column 1: 'kernel a' is not key=value");
	refused("\n\n\tthis is a longer line of words", -EINVAL,
		"line 3, column 2: 'this is a longer line of' is not key=value");
	refused("fdt=a\nfdt=b", -EINVAL, "line 2, column 1: fdt is there a second time");
	refused("kernel=a\ninitrd =  \n", -EINVAL, "line 2, column 9: initrd has no value");
	refused("module = dom0\n", -EINVAL, "line 1, column 10: module 'dom0' has no file");
	refused("=a", -EINVAL,
		"line 1, column 1: '' is none of kernel, initrd, fdt, cmdline, options, module");
	refused("cmdline=a\x1b[2Jb", -ENOEXEC, "line 1, column 10: a control character, 0x1b");
	refused("a\rb", -ENOEXEC, "line 1, column 2: a control character, 0x0d");
	assert_int_equal(take("kernel=a\0b", 10), -ENOEXEC);
	assert_string_equal(why.text, "line 1, column 9: a control character, 0x00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_keys),
		cmocka_unit_test(test_little),
		cmocka_unit_test(test_refusals),
	};
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(copy);
	return failed;
}
