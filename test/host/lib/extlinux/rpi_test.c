/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/extlinux/rpi.h"

static struct rpi rpi;
static char *copy; /* rpi leads there */

/* In memory that ends where the text does: a byte too far is seen. */
static void take(const char *text)
{
	const size_t size = strlen(text);

	free(copy);
	copy = malloc(size ? size : 1);
	memcpy(copy, text, size);
	rpi_parse(&rpi, "pi3", copy, size);
}

static void is(struct extlinux_text got, const char *expected)
{
	char text[200];

	assert_int_equal(extlinux_copy(got, text, sizeof(text)), 0);
	assert_string_equal(text, expected);
}

static void test_config(void **state)
{
	(void)state;
	take("# For more options\r\ndtparam=audio=on\ncamera_auto_detect=1\n\narm_64bit=1\nauto_initramfs=1\n"
	     "[cm4]\notg_mode=1\nkernel=cm4.img\n[pi4]\narm_boost=1\nkernel=pi4.img\n"
	     "[pi3]\nkernel = loft.bin \r\n[all]\nos_prefix=new/\n[none]\nos_prefix=old/\n[all]\n[\n]");
	is(rpi.kernel, "loft.bin");
	is(rpi.prefix, "new/");
	assert_true(rpi.auto_initramfs);
	assert_int_equal(rpi.initramfs.size, 0);
	take("kernel=vmlinuz-6.1.0-50-arm64\n  initramfs  initrd.img-6.1.0-50-arm64 followkernel\ncmdline=my.txt\n"
	     "auto_initramfs=0\n#kernel=no");
	is(rpi.kernel, "vmlinuz-6.1.0-50-arm64");
	is(rpi.initramfs, "initrd.img-6.1.0-50-arm64");
	is(rpi.cmdline, "my.txt");
	assert_false(rpi.auto_initramfs);
	take("initramfs");
	assert_int_equal(rpi.initramfs.size, 0);
	take("[]\nkernel=no\n[all]\n=x\nkernel=");
	assert_int_equal(rpi.kernel.size, 0);
}

static void test_initramfs(void **state)
{
	char name[32], little[11];

	(void)state;
	assert_true(rpi_initramfs("kernel8.img", name, sizeof(name)));
	assert_string_equal(name, "initramfs8");
	assert_true(rpi_initramfs("kernel_2712.img", name, sizeof(name)));
	assert_string_equal(name, "initramfs_2712");
	assert_true(rpi_initramfs("kernel.img", name, sizeof(name)));
	assert_string_equal(name, "initramfs");
	assert_true(rpi_initramfs("kernel8.img", little, sizeof(little)));
	assert_false(rpi_initramfs("kernel88.img", little, sizeof(little)));
	assert_false(rpi_initramfs("vmlinuz", name, sizeof(name)));
	assert_false(rpi_initramfs("kernelimg", name, sizeof(name)));
}

static bool cmdline(const char *text, char *out, size_t room)
{
	return rpi_cmdline(text, strlen(text), "ttyAMA0", out, room);
}

static void test_cmdline(void **state)
{
	char out[64], little[8];

	(void)state;
	assert_true(cmdline("console=serial0,115200 console=tty1 root=PARTUUID=1-02\r\nno", out,
			    sizeof(out)));
	assert_string_equal(out, "console=ttyAMA0,115200 console=tty1 root=PARTUUID=1-02");
	assert_true(cmdline("", out, sizeof(out)));
	assert_string_equal(out, "");
	assert_true(cmdline("\nx", out, sizeof(out)));
	assert_string_equal(out, "");
	assert_false(cmdline("a\x1b[2J", out, sizeof(out)));
	assert_true(cmdline("serial0", little, sizeof(little)));
	assert_false(cmdline("serial0x", little, sizeof(little)));
	assert_false(cmdline("12345678", little, sizeof(little)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config),
		cmocka_unit_test(test_initramfs),
		cmocka_unit_test(test_cmdline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
