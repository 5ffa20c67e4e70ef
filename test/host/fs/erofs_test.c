// SPDX-License-Identifier: BSD-2-Clause
/* fs/erofs.c and fs/erofs_packed.c over what mkfs.erofs makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/le.h"
#include "test/host/fs/volume.h"

#define SUPER	   1024
#define TEXT_FILES 23

static struct volume v;
static const char *newer; /* mkfs.erofs 1.8, or NULL */

static void make_image(const char *tree, const char *options, uint32_t unit)
{
	int err;

	assert_true(volume_shell("rm -f img; %s --quiet %s img %s", newer ? newer : "mkfs.erofs",
				 options, tree));
	err = volume_open(&v, "img", unit);
	if (err)
		fail_msg("%s: %d: %s", options, err, v.why);
	assert_string_equal(v.fs.type->name, "erofs");
}

static void check(const char *tree, const char *options, unsigned int files)
{
	make_image(tree, options, 512);
	assert_int_equal(volume_compare(&v, tree), files);
	volume_close(&v);
}

static void test_plain(void **state)
{
	(void)state;
	check("tree", "", VOLUME_FILES);
	check("tree", "-E force-inode-extended", VOLUME_FILES);
	check("tree", "-E noinline_data", VOLUME_FILES);
	make_image("tree", "", 4096);
	assert_int_equal(volume_compare(&v, "tree"), VOLUME_FILES);
	volume_close(&v);
}

static void test_chunks(void **state)
{
	(void)state;
	check("text", "--chunksize 4096", TEXT_FILES);
	check("text", "--chunksize 65536 -E force-chunk-indexes", TEXT_FILES);
	check("tree", "--chunksize 8192 -E force-inode-blockmap", VOLUME_FILES);
}

/* Random bytes, which are PLAIN clusters, text, which is HEAD and NONHEAD, and both in turns. */
static void test_packed(void **state)
{
	static const char *const options[] = {
		"-z lz4",
		"-z lz4hc",
		"-z lz4hc -C 65536",
		"-z lz4 -C 1048576",
		"-z lz4hc -E ztailpacking",
		"-z lz4hc -C 16384 -E ztailpacking",
		"-z lz4hc --max-extent-bytes 16384",
		"-z lz4hc -E force-inode-extended -x 1",
		"-z lz4 -E legacy-compress",
		"-z lz4 -E legacy-compress,ztailpacking",
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(options); i++)
		check("text", options[i], TEXT_FILES);
	check("tree", "-z lz4", VOLUME_FILES);
	check("tree", "-z lz4 -C 65536 -E ztailpacking", VOLUME_FILES);
}

/* Ends of files, and whole ones, in one that all share; parts that are the same: by a newer one. */
static void test_shared(void **state)
{
	static const char *const options[] = {
		"-z lz4 -E fragments",
		"-z lz4hc -C 65536 -E all-fragments",
		"-z lz4 -E dedupe",
		"-z lz4hc -C 32768 -E fragments,dedupe",
		"-z lz4 -E all-fragments,dedupe,ztailpacking",
		"-z lz4 -E fragments,ztailpacking,force-inode-compact",
		"-z lz4hc -E ztailpacking,dedupe --max-extent-bytes 20000",
		"-E dedupe --chunksize 4096",
	};

	(void)state;
	if (!newer)
		skip();
	for (unsigned int i = 0; i < ARRAY_SIZE(options); i++) {
		check("text", options[i], TEXT_FILES);
		check("tree", options[i], VOLUME_FILES);
	}
	check("tree", "-z lz4 -b 512 -E fragments,dedupe", VOLUME_FILES);
}

/* Packed by what is not built in: by its name, and the rest is read. */
static void test_methods(void **state)
{
	static const char *const names[] = { "lzma", "deflate", "zstd" };
	static uint8_t bytes[200000];
	struct fs_node node;
	struct why why;
	char options[60], sentence[60];

	(void)state;
	if (!newer)
		skip();
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(options, sizeof(options), "-z %s -E fragments", names[i]);
		snprintf(sentence, sizeof(sentence), "erofs: packed by %s, which is not built in",
			 names[i]);
		make_image("text", options, 512);
		assert_int_equal(fs_lookup(&v.fs, "d/20", &node, &why), 0);
		assert_int_equal(fs_read(&v.fs, &node, 0, bytes, node.size, &why), -ENOTSUP);
		assert_string_equal(why.text, sentence);
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
	make_image("links", "-U c1b9d5a2-f162-11cf-9ece-0020afc76f16", 512);
	assert_string_equal(v.fs.uuid, "c1b9d5a2-f162-11cf-9ece-0020afc76f16");
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

static void refused(int err, const char *sentence)
{
	assert_int_equal(volume_again(&v), err);
	assert_string_equal(v.why, sentence);
}

static void test_refused(void **state)
{
	(void)state;
	make_image("links", "", 512);
	v.bytes[SUPER + 40] ^= 1;
	refused(-EBADMSG, "erofs: the superblock's checksum is wrong");
	v.bytes[SUPER + 8] &= (uint8_t)~1u; /* none */
	v.bytes[SUPER + 40] ^= 1;
	v.bytes[SUPER + 80] = 0x80;
	refused(-ENOTSUP, "erofs: the feature 0x80 is not known");
	v.bytes[SUPER + 80] = 0;
	v.bytes[SUPER + 12] = 17;
	refused(-EBADMSG, "erofs: blocks of 2^17 bytes");
	v.bytes[SUPER + 12] = 12;
	v.bytes[SUPER + 38] = 1;
	refused(-EBADMSG, "erofs: 0x10001 blocks do not fit into 0x1000 bytes");
	volume_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain), cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_packed), cmocka_unit_test(test_links),
		cmocka_unit_test(test_refused),
	};
	const struct CMUnitTest more[] = { cmocka_unit_test(test_shared),
					   cmocka_unit_test(test_packed),
					   cmocka_unit_test(test_methods) };
	static char path[300];
	int failed;

	volume_tree();
	assert_true(volume_shell(
		"rm -rf text; mkdir -p text/d\n"
		"for i in $(seq 20); do seq $((i * i * 40)) >text/d/$i; done\n"
		"truncate -s 1000000 text/hole; seq 9 >>text/hole\n"
		"for i in $(seq 40); do head -c 9000 tree/a/file-100000; seq $((i * 100)); done >text/mixed\n"
		"cat text/mixed text/d/20 text/mixed >text/long"));
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (getcwd(path, 200) && !access(strcat(path, "/build/mkfs2025/mkfs.erofs"), X_OK))
		newer = path;
	return failed + cmocka_run_group_tests(more, NULL, NULL);
}
