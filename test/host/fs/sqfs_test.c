// SPDX-License-Identifier: BSD-2-Clause
/* fs/sqfs.c over what mksquashfs makes. */
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

static void make_image(const char *tree, const char *options)
{
	int err;

	assert_true(volume_shell("rm -f img; mksquashfs %s img -noappend -quiet -no-progress %s",
				 tree, options));
	err = volume_open(&v, "img", 512);
	if (err)
		fail_msg("%s: %d: %s", options, err, v.why);
	assert_string_equal(v.fs.type->name, "squashfs");
}

static void check(const char *options)
{
	make_image("tree", options);
	assert_int_equal(volume_compare(&v, "tree"), VOLUME_FILES);
	volume_close(&v);
}

static void test_packed(void **state)
{
	(void)state;
	check("-comp gzip");
	check("-comp gzip -b 4096");
	check("-comp gzip -b 1M");
	check("-comp lz4");
	check("-comp lz4 -Xhc -b 65536");
	check("-comp zstd");
	check("-comp xz");
	check("-comp xz -b 1M -Xdict-size 8192");
}

static void test_stored(void **state)
{
	(void)state;
	check("-noI -noD -noF");
	check("-noD -no-fragments");
	check("-always-use-fragments -b 8192");
}

/* Text, which can be packed: the tree of volume_tree() cannot. */
static void test_text(void **state)
{
	static const char *const options[] = { "-comp gzip -b 4096", "-comp lz4", "-comp zstd",
					       "-comp xz", "-comp gzip -always-use-fragments" };

	(void)state;
	assert_true(volume_shell("rm -rf text; mkdir -p text/d\n"
				 "for i in $(seq 40); do seq $((i * i * 40)) >text/d/$i; done\n"
				 "truncate -s 3000000 text/hole; seq 9 >>text/hole"));
	for (unsigned int i = 0; i < ARRAY_SIZE(options); i++) {
		make_image("text", options[i]);
		assert_int_equal(volume_compare(&v, "text"), 41);
		volume_close(&v);
	}
}

static void test_links(void **state)
{
	static char bytes[10];
	static const char *const names[] = { "short", "d/up", "abs/file", "long" };
	struct fs_node node;
	struct why why;

	(void)state;
	assert_true(volume_shell(
		"rm -rf links; mkdir -p links/d; echo text >links/d/file\n"
		"ln -s d/file links/short; ln -s ../d/./file links/d/up; ln -s /d links/abs\n"
		"ln -s $(printf 'd/../%%.0s' $(seq 60))d/file links/long; ln -s loop links/loop\n"
		"mkfifo links/pipe"));
	make_image("links", "-comp gzip");
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(fs_lookup(&v.fs, names[i], &node, &why), 0);
		assert_int_equal(node.size, 5);
		assert_int_equal(fs_read(&v.fs, &node, 0, bytes, 5, &why), 0);
		assert_memory_equal(bytes, "text\n", 5);
	}
	assert_int_equal(fs_lookup(&v.fs, "pipe", &node, &why), 0);
	assert_int_equal(node.kind, FS_OTHER);
	assert_int_equal(fs_lookup(&v.fs, "loop", &node, &why), -ELOOP);
	assert_int_equal(fs_lookup(&v.fs, "none", &node, &why), -ENOENT);
	volume_close(&v);
}

static void test_refused(void **state)
{
	(void)state;
	assert_true(volume_shell("rm -f img; mksquashfs links img -noappend -quiet -comp lzo"));
	assert_int_equal(volume_open(&v, "img", 512), -ENOTSUP);
	assert_string_equal(v.why, "squashfs: packed by lzo, which is not built in");
	volume_close(&v);
	assert_true(volume_shell("rm -f img; mksquashfs tree img -noappend -quiet -comp lz4\n"
				 "truncate -s 1M img"));
	assert_int_equal(volume_open(&v, "img", 512), -EBADMSG);
	assert_non_null(strstr(v.why, "do not fit into 0x100000"));
	volume_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packed), cmocka_unit_test(test_stored),
		cmocka_unit_test(test_text),   cmocka_unit_test(test_links),
		cmocka_unit_test(test_refused),
	};

	volume_tree();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
