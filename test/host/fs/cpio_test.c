// SPDX-License-Identifier: BSD-2-Clause
/* fs/cpio.c over what cpio makes. */
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

static void open_image(const char *find, const char *tree)
{
	int err;

	assert_true(volume_shell("(cd %s; %s | cpio -o -H newc --quiet >../img)", tree, find));
	err = volume_open(&v, "img", 512);
	if (err)
		fail_msg("%d: %s", err, v.why);
	assert_string_equal(v.fs.type->name, "cpio");
}

static void test_tree(void **state)
{
	(void)state;
	open_image("find .", "tree");
	assert_int_equal(volume_compare(&v, "tree"), VOLUME_FILES);
	volume_close(&v);
	open_image("find . -mindepth 1 -printf '%P\\n'", "tree");
	assert_int_equal(volume_compare(&v, "tree"), VOLUME_FILES);
	volume_close(&v);
}

static void read_text(const char *path)
{
	static char bytes[10];
	struct fs_node node;
	struct why why = { "" };

	if (fs_lookup(&v.fs, path, &node, &why))
		fail_msg("%s: %s", path, why.text);
	assert_int_equal(node.size, 5);
	assert_int_equal(fs_read(&v.fs, &node, 0, bytes, 5, &why), 0);
	assert_memory_equal(bytes, "text\n", 5);
}

static void test_links(void **state)
{
	struct fs_node node;
	struct why why;

	(void)state;
	assert_true(volume_shell(
		"rm -rf links; mkdir -p links/d; echo text >links/d/file; ln links/d/file links/hard\n"
		"ln -s d/file links/short; ln -s ../d/./file links/d/up; ln -s loop links/loop"));
	open_image("find .", "links");
	read_text("short");
	read_text("d/up");
	read_text("hard");
	read_text("d/file");
	assert_int_equal(fs_lookup(&v.fs, "loop", &node, &why), -ELOOP);
	assert_int_equal(fs_lookup(&v.fs, "none", &node, &why), -ENOENT);
	volume_close(&v);
}

static void test_damage(void **state)
{
	struct fs_node node;
	struct why why;

	(void)state;
	open_image("find . | sort", "links");
	memcpy(v.bytes + 110 + 2 + 54, "7fffffff", 8); /* the second file's size */
	assert_int_equal(volume_again(&v), 0);
	assert_int_equal(fs_lookup(&v.fs, "none", &node, &why), -EBADMSG);
	v.bytes[110 + 2 + 54] = ':';
	assert_int_equal(volume_again(&v), 0);
	assert_int_equal(fs_lookup(&v.fs, "none", &node, &why), -EBADMSG);
	assert_non_null(strstr(why.text, "no header at 0x70"));
	volume_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_damage),
	};

	volume_tree();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
