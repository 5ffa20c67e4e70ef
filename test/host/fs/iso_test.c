// SPDX-License-Identifier: BSD-2-Clause
/* fs/iso.c over what xorriso makes: names by Rock Ridge, by Joliet, by neither. */
#define _GNU_SOURCE /* memmem() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/host/fs/volume.h"

static struct volume v;

static void open_image(void)
{
	const int err = volume_open(&v, "img", 512);

	if (err)
		fail_msg("%d: %s", err, v.why);
	assert_string_equal(v.fs.type->name, "iso9660");
}

static void read_text(const char *path, const char *expected)
{
	static char bytes[100];
	struct fs_node node;
	struct why why = { "" };

	if (fs_lookup(&v.fs, path, &node, &why))
		fail_msg("%s: %s", path, why.text);
	assert_int_equal(node.size, strlen(expected));
	assert_int_equal(fs_read(&v.fs, &node, 0, bytes, node.size, &why), 0);
	assert_memory_equal(bytes, expected, node.size);
}

static void test_rock_ridge(void **state)
{
	(void)state;
	assert_true(volume_shell("xorriso -as mkisofs -quiet -R -V 'A NAME' -o img tree"));
	open_image();
	assert_string_equal(v.fs.label, "A NAME");
	assert_int_equal(strlen(v.fs.uuid), 22);
	assert_int_equal(volume_compare(&v, "tree"), VOLUME_FILES);
	volume_close(&v);
}

static void test_links(void **state)
{
	struct fs_node node;
	struct why why;

	(void)state;
	assert_true(volume_shell(
		"rm -rf links; mkdir -p links/d links/1/2/3/4/5/6/7/8/9/10/11\n"
		"echo text >links/d/file; echo deep >links/1/2/3/4/5/6/7/8/9/10/11/file\n"
		"ln -s d/file links/short; ln -s ../d/./file links/d/up; ln -s /d links/abs\n"
		"ln -s $(printf 'd/../%%.0s' $(seq 60))d/file links/long; ln -s loop links/loop\n"
		"xorriso -as mkisofs -quiet -R -J -o img links"));
	open_image();
	read_text("short", "text\n");
	read_text("d/up", "text\n");
	read_text("abs/../abs/up", "text\n");
	read_text("long", "text\n");
	read_text("1/2/3/4/5/6/7/8/9/10/11/file", "deep\n");
	assert_int_equal(fs_lookup(&v.fs, "loop", &node, &why), -ELOOP);
	assert_int_equal(fs_lookup(&v.fs, "none", &node, &why), -ENOENT);
	volume_close(&v);
}

static void test_joliet_and_plain(void **state)
{
	(void)state;
	assert_true(volume_shell("rm -rf small; mkdir -p small/d\n"
				 "echo text >'small/d/A longer Name with \xc3\xa4.text'\n"
				 "xorriso -as mkisofs -quiet --norock -J -o img small"));
	open_image();
	read_text("d/A longer Name with \xc3\xa4.text", "text\n");
	volume_close(&v);
	assert_true(volume_shell("rm -rf small; mkdir -p small/d; echo text >small/d/file.txt\n"
				 "echo none >small/d/file\n"
				 "xorriso -as mkisofs -quiet --norock -o img small"));
	open_image();
	read_text("d/../d/file.txt", "text\n");
	read_text("d/file", "none\n");
	volume_close(&v);
}

static uint8_t *find_bytes(const char *text)
{
	uint8_t *at = memmem(v.bytes, v.device.size, text, strlen(text));

	assert_non_null(at);
	return at;
}

/* Two files that lie one behind the other are what a file of two extents is. */
static void test_extents(void **state)
{
	static char bytes[5000];
	struct fs_node node;
	struct why why;

	(void)state;
	assert_true(volume_shell("rm -rf small; mkdir small; seq 1000 1408 >small/aa.bin\n"
				 "truncate -s 2048 small/aa.bin; echo text >small/bb.bin\n"
				 "xorriso -as mkisofs -quiet -R -o img small"));
	open_image();
	find_bytes("AA.BIN;1")[25 - 33] |= 0x80;
	assert_int_equal(volume_again(&v), 0);
	assert_int_equal(fs_lookup(&v.fs, "aa.bin", &node, &why), 0);
	assert_int_equal(node.size, 2048 + 5);
	assert_int_equal(fs_read(&v.fs, &node, 0, bytes, node.size, &why), 0);
	assert_memory_equal(bytes + 2048, "text\n", 5);
	assert_memory_equal(bytes, "1000\n1001\n", 10);
	assert_int_equal(fs_lookup(&v.fs, "bb.bin", &node, &why), -ENOENT);
	volume_close(&v);
}

static void test_damage(void **state)
{
	static char bytes[5000];
	struct fs_node node;
	struct why why;

	(void)state;
	open_image();
	memset(find_bytes("AA.BIN;1") + 10 - 33, 0x7f, 4); /* longer than the volume */
	assert_int_equal(volume_again(&v), 0);
	assert_int_equal(fs_lookup(&v.fs, "aa.bin", &node, &why), 0);
	assert_int_equal(fs_read(&v.fs, &node, 0, bytes, 10, &why), 0);
	assert_int_equal(fs_read(&v.fs, &node, 1u << 30, bytes, 10, &why), -EBADMSG);
	find_bytes("BB.BIN;1")[-33] = 20;
	assert_int_equal(volume_again(&v), 0);
	assert_int_equal(fs_lookup(&v.fs, "bb.bin", &node, &why), -EBADMSG);
	volume_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rock_ridge), cmocka_unit_test(test_links),
		cmocka_unit_test(test_joliet_and_plain), cmocka_unit_test(test_extents),
		cmocka_unit_test(test_damage),
	};

	volume_tree();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
