/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/extlinux/extlinux.h"

static struct extlinux x;
static struct why why;
static char *copy; /* x leads there */

static void is(struct extlinux_text got, const char *expected)
{
	char text[200];

	assert_int_equal(extlinux_copy(got, text, sizeof(text)), 0);
	assert_string_equal(text, expected);
}

/* In memory that ends where the text does: a byte too far is seen. */
static int take(const char *text, size_t size)
{
	free(copy);
	copy = malloc(size ? size : 1);
	memcpy(copy, text, size);
	memset(&x, 0, sizeof(x));
	why.text[0] = '\0';
	return extlinux_parse(&x, copy, size, &why);
}

static void parse(const char *text)
{
	assert_int_equal(take(text, strlen(text)), 0);
}

static void refused(const char *text, int err, const char *expected)
{
	assert_int_equal(take(text, strlen(text)), err);
	assert_string_equal(why.text, expected);
}

static void u_boot_menu(void **state)
{
	(void)state;
	parse("## /boot/extlinux/extlinux.conf\n"
	      "default l0\nmenu title U-Boot menu\nprompt 0\ntimeout 51\n\n"
	      "label l0\n\tmenu label Debian GNU/Linux 12\n\tlinux /boot/vmlinuz-6.1\n"
	      "\tinitrd /boot/initrd.img-6.1\n\tfdtdir /usr/lib/linux-image-6.1/\n\t\n"
	      "\tappend root=UUID=1 ro  quiet \n\n"
	      "label l0r\n\tmenu label Debian (rescue)\n\tlinux /boot/vmlinuz-6.1\n"
	      "\tfdt /boot/a.dtb\n\tfdtoverlays a.dtbo b.dtbo\n\tappend root=UUID=1 single");
	assert_int_equal(x.labels, 2);
	assert_int_equal(x.timeout, 6);
	assert_false(x.prompt);
	is(x.title, "U-Boot menu");
	assert_ptr_equal(extlinux_default(&x), &x.label[0]);
	is(x.label[0].title, "Debian GNU/Linux 12");
	is(x.label[0].kernel, "/boot/vmlinuz-6.1");
	is(x.label[0].initrd, "/boot/initrd.img-6.1");
	is(x.label[0].fdtdir, "/usr/lib/linux-image-6.1/");
	is(extlinux_append(&x, &x.label[0]), "root=UUID=1 ro  quiet");
	is(x.label[1].fdt, "/boot/a.dtb");
	is(x.label[1].overlays, "a.dtbo b.dtbo");
	is(extlinux_append(&x, &x.label[1]), "root=UUID=1 single");
	assert_null(x.label[1].fdtdir.at);
	assert_int_equal(x.ignored_line, 0);
}

static void pxelinux(void **state)
{
	(void)state;
	parse("DEFAULT vesamenu.c32\r\nPROMPT 1\r\nUI vesamenu.c32\r\nAPPEND console=ttyAMA0\r\n"
	      "MENU COLOR border 0 #ffffffff #ee000000 std\r\nINCLUDE boot/more.cfg\r\n"
	      "MENU INCLUDE boot/menu.cfg rest\r\nSERIAL 0\r\n"
	      "LABEL install it\r\n  MENU LABEL ^Install\r\n  KERNEL linux\r\n  IPAPPEND 3\r\n"
	      "  TEXT HELP\r\n  label trap\r\n  kernel trap\r\n  ENDTEXT\r\n  MENU DEFAULT\r\n"
	      "label bare\r\nkernel k\r\nappend -\r\nlabel local\r\nlocalboot 0\r\n");
	assert_int_equal(x.labels, 3);
	assert_true(x.prompt);
	assert_ptr_equal(extlinux_default(&x), &x.label[0]);
	is(x.label[0].name, "install it");
	is(x.label[0].title, "^Install");
	is(x.label[0].kernel, "linux");
	assert_int_equal(x.label[0].ipappend, 3);
	is(extlinux_append(&x, &x.label[0]), "console=ttyAMA0");
	is(extlinux_append(&x, &x.label[1]), "");
	assert_non_null(extlinux_append(&x, &x.label[1]).at);
	assert_true(x.label[2].localboot);
	assert_int_equal(x.includes, 2);
	is(x.include[0], "boot/more.cfg");
	is(x.include[1], "boot/menu.cfg");
	assert_int_equal(x.ignored_line, 8);
	is(x.ignored, "SERIAL");
	/* What is included goes on: its labels come behind, its default is the last word. */
	assert_int_equal(extlinux_parse(&x, "menu label no\nlabel l\ndefault l", 31, &why), 0);
	assert_int_equal(x.labels, 4);
	is(x.label[0].title, "^Install");
	assert_ptr_equal(extlinux_default(&x), &x.label[3]);
}

/* As NixOS and Alpine write them. */
static void distributions(void **state)
{
	(void)state;
	parse("\xef\xbb\xbf# Generated file\n\nDEFAULT nixos-default\n\nMENU TITLE ------\nTIMEOUT -10\n\n"
	      "LABEL nixos-default\n  MENU LABEL NixOS - Default\n  LINUX ../nixos/a-Image\n"
	      "  INITRD ../nixos/a-initrd\n  APPEND init=/nix/store/a/init loglevel=4\n"
	      "  FDTDIR ../nixos/a-dtbs\n\nLABEL nixos-2-default\n  LINUX ../nixos/b-Image\n");
	assert_true(x.at_once);
	assert_ptr_equal(extlinux_default(&x), &x.label[0]);
	is(x.title, "------");
	is(x.label[0].fdtdir, "../nixos/a-dtbs");
	assert_int_equal(x.ignored_line, 0);
	parse("DEFAULT menu.c32\nPROMPT 0\nMENU TITLE Alpine\nMENU HIDDEN\n"
	      "MENU AUTOBOOT Alpine in # seconds.\nTIMEOUT 10\nSAY first\nSAY\nLABEL a\n  LINUX a\n"
	      "LABEL virt\n  SAY  now \n  MENU DEFAULT\n  LINUX vmlinuz-virt\n"
	      "  INITRD ucode.img,initramfs-virt\nMENU SEPARATOR\n");
	assert_ptr_equal(extlinux_default(&x), &x.label[1]);
	is(x.label[1].initrd, "ucode.img,initramfs-virt");
	assert_int_equal(x.says, 3);
	assert_null(x.say[1].label);
	is(x.say[1].text, "");
	assert_ptr_equal(x.say[2].label, &x.label[1]);
	is(x.say[2].text, "now");
	assert_int_equal(x.timeout, 1);
	parse("default 2\nlabel a\nlabel b\n");
	assert_ptr_equal(extlinux_default(&x), &x.label[1]);
	parse("default 3\nlabel a\nlabel b\n");
	assert_null(extlinux_default(&x));
}

static void choices(void **state)
{
	(void)state;
	parse("totaltimeout 95\ntimeout 20\nontimeout b\nlabel a\nlabel b\n");
	assert_int_equal(x.timeout, 2);
	assert_ptr_equal(extlinux_default(&x), &x.label[1]);
	parse("timeout 20\ntotaltimeout 95\n");
	assert_int_equal(x.timeout, 2);
	parse("totaltimeout 95\n");
	assert_int_equal(x.timeout, 10);
	parse("label a\nlabel 1\nlabel c\n");
	assert_null(extlinux_default(&x));
	assert_ptr_equal(extlinux_find(&x, "a"), &x.label[0]);
	assert_ptr_equal(extlinux_find(&x, "1"), &x.label[1]); /* a name before a number */
	assert_ptr_equal(extlinux_find(&x, "3"), &x.label[2]);
	assert_null(extlinux_find(&x, "0"));
	assert_null(extlinux_find(&x, "4"));
	assert_null(extlinux_find(&x, "b"));
	assert_null(extlinux_find(&x, ""));
	assert_null(extlinux_find(&x, "18446744073709551617"));
}

static void refusals(void **state)
{
	char many[12 * (EXTLINUX_LABELS + 1)] = "", room[4];

	(void)state;
	refused("\nlabel\n", -EINVAL, "line 2: nothing follows 'label'");
	refused("label a\nkernel\t \n", -EINVAL, "line 2: nothing follows 'kernel'");
	refused("timeout soon", -EINVAL, "line 1: 'soon' is not a number");
	refused("timeout 9999999999", -EINVAL, "line 1: '9999999999' is not a number");
	refused("timeout -", -EINVAL, "line 1: '' is not a number");
	refused("timeout --1", -EINVAL, "line 1: '-1' is not a number");
	refused("prompt -1", -EINVAL, "line 1: '-1' is not a number");
	assert_int_equal(take("label a\0b", 9), -ENOEXEC);
	for (unsigned int i = 0; i <= EXTLINUX_LABELS; i++)
		strcat(many, "label a\n");
	refused(many, -ENOSPC, "line 65: more than 64 labels");
	many[0] = '\0';
	for (unsigned int i = 0; i <= EXTLINUX_INCLUDES; i++)
		strcat(many, "include a\n");
	refused(many, -ENOSPC, "line 9: more than 8 files are included");
	parse("timeout 999999999");
	assert_int_equal(x.timeout, 100000000);
	parse("");
	parse("\n\n  \n#\n# label a");
	assert_int_equal(x.labels, 0);
	parse("text help\nlabel a\n");
	assert_int_equal(x.labels, 0);
	parse("label abcd");
	assert_int_equal(extlinux_copy(x.label[0].name, room, sizeof(room)), -E2BIG);
	assert_string_equal(room, "");
	free(copy);
	copy = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(u_boot_menu),   cmocka_unit_test(pxelinux),
		cmocka_unit_test(distributions), cmocka_unit_test(choices),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
