// SPDX-License-Identifier: BSD-2-Clause
/* fs/ext4*.c over what mke2fs makes and debugfs changes; e2fsck says what a journal means. */
#define _GNU_SOURCE /* memmem() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/le.h"
#include "test/host/fs/volume.h"

static struct volume v;

static uint32_t get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put_be32(uint8_t *p, uint32_t value)
{
	put_le32(p, __builtin_bswap32(value));
}

static void check(const char *options)
{
	assert_true(
		volume_shell("rm -f img; mke2fs -q -F -L name -d tree %s img 64M; e2fsck -fn img",
			     options));
	assert_int_equal(volume_open(&v, "img", 512), 0);
	assert_string_equal(v.fs.type->name, "ext4");
	assert_string_equal(v.fs.label, "name");
	assert_int_equal(volume_compare(&v, "tree"), VOLUME_FILES);
	volume_close(&v);
}

static void test_ext2(void **state)
{
	(void)state;
	check("-t ext2 -b 1024");
	check("-t ext2 -b 4096 -I 128");
	check("-t ext2 -r 0 -b 1024");
}

static void test_ext3(void **state)
{
	(void)state;
	check("-t ext3 -b 2048");
}

static void test_ext4(void **state)
{
	(void)state;
	check("-t ext4");
	check("-t ext4 -b 1024 -O 64bit,metadata_csum,flex_bg");
	check("-t ext4 -O ^metadata_csum,uninit_bg,^64bit");
	check("-t ext4 -O inline_data,metadata_csum");
	check("-t ext4 -O inline_data -I 1024");
	check("-t ext4 -b 1024 -O meta_bg,^resize_inode");
	check("-t ext4 -O metadata_csum,metadata_csum_seed -U 01234567-89ab-cdef-0123-456789abcdef");
	check("-t ext4 -O bigalloc -C 65536");
	check("-t ext4 -b 65536");
}

/* A folder with an index of hashes, which e2fsck makes: its blocks are passed over. */
static void test_htree(void **state)
{
	(void)state;
	assert_true(volume_shell(
		"rm -f img; mke2fs -q -F -t ext4 -b 1024 -O metadata_csum -d tree img 64M\n"
		"e2fsck -fyD img || [ $? = 1 ]; debugfs -R 'htree_dump many' img | grep -q 'Root node'"));
	assert_int_equal(volume_open(&v, "img", 512), 0);
	assert_int_equal(volume_compare(&v, "tree"), VOLUME_FILES);
	volume_close(&v);
}

/* One byte that is wrong, where metadata have a checksum. */
static void check_sum_of(uint64_t at, const char *what)
{
	struct fs_node node;
	struct why why = { "" };
	uint8_t *const byte = v.bytes + at;
	int err;

	*byte ^= 1;
	err = fs_mount(&v.fs, (const struct fs_type *const[]){ &ext4_type, NULL }, &why);
	if (!err)
		err = fs_lookup(&v.fs, "SHORT.TXT", &node, &why);
	assert_int_equal(err, -EBADMSG);
	if (!strstr(why.text, what) || !strstr(why.text, "checksum"))
		fail_msg("%s", why.text);
	*byte ^= 1;
}

static void test_checksums(void **state)
{
	unsigned long block, off;
	struct why why = { "" };
	const uint8_t *name;
	char path[100];
	FILE *f;

	(void)state;
	assert_true(volume_shell(
		"rm -f img; mke2fs -q -F -t ext4 -b 1024 -O metadata_csum -d tree img 64M\n"
		"debugfs -R 'imap SHORT.TXT' img | sed -n 's/.*block \\([0-9]*\\), offset 0x/\\1 /p' >place"));
	snprintf(path, sizeof(path), "%s/place", volume_dir());
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%lu %lx", &block, &off), 2);
	fclose(f);
	assert_int_equal(volume_open(&v, "img", 512), 0);
	name = memmem(v.bytes, v.device.size, "SHORT.TXT", 9);
	assert_non_null(name);
	check_sum_of(1024 + 0x78, "superblock");
	check_sum_of(2048 + 0x10, "group 0");
	check_sum_of(block * 1024 + off + 0x10, "inode");
	check_sum_of((uint64_t)(name - v.bytes) + 1, "folder 2");
	assert_int_equal(fs_mount(&v.fs, (const struct fs_type *const[]){ &ext4_type, NULL }, &why),
			 0);
	assert_int_equal(volume_compare(&v, "tree"), VOLUME_FILES);
	volume_close(&v);
}

static void test_links(void **state)
{
	static char bytes[100];
	struct fs_node node;
	struct why why;

	(void)state;
	assert_true(volume_shell(
		"rm -rf img links; mkdir -p links/d; echo text >links/d/file\n"
		"ln -s d/file links/short; ln -s ../d/./file links/d/up; ln -s /d links/abs\n"
		"ln -s $(printf 'd/../%%.0s' $(seq 20))d/file links/long\n"
		"ln -s loop links/loop; ln -s none links/broken\n"
		"mke2fs -q -F -t ext4 -d links img 8M"));
	assert_int_equal(volume_open(&v, "img", 512), 0);
	static const char *const names[] = { "short", "d/up", "abs/file", "long", "abs/../abs/up" };
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(fs_lookup(&v.fs, names[i], &node, &why), 0);
		assert_int_equal(node.size, 5);
		assert_int_equal(fs_read(&v.fs, &node, 0, bytes, 5, &why), 0);
		assert_memory_equal(bytes, "text\n", 5);
	}
	assert_int_equal(fs_lookup(&v.fs, "loop", &node, &why), -ELOOP);
	assert_int_equal(fs_lookup(&v.fs, "broken", &node, &why), -ENOENT);
	volume_close(&v);
}

/* Every second block of it is a hole, where blocks have @step / 2 bytes. */
static void make_comb(long step)
{
	char path[100];
	FILE *f;

	snprintf(path, sizeof(path), "%s/holes/comb", volume_dir());
	f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 1000; i++) {
		fseek(f, step * i, SEEK_SET);
		fprintf(f, "%d", i);
	}
	fclose(f);
}

/* A sparse file, and one in hundreds of pieces: a tree of extents that has a level, whose entries
 * lie in two pieces of metadata where a block is larger than those. */
static void test_fragments(void **state)
{
	static const struct {
		const char *options;
		long step;
	} rows[] = {
		{ "-t ext4 -b 1024", 2048 },
		{ "-t ext3 -b 1024", 2048 },
		{ "-t ext4 -b 16384", 32768 },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(volume_shell(
			"rm -rf img holes; mkdir holes; truncate -s 20000000 holes/sparse\n"
			"for n in 0 1 5000 9999 10000 19530; do echo $n | "
			"dd of=holes/sparse bs=1024 seek=$n conv=notrunc; done\n"));
		make_comb(rows[i].step);
		assert_true(volume_shell("mke2fs -q -F %s -d holes img 64M", rows[i].options));
		assert_int_equal(volume_open(&v, "img", 512), 0);
		assert_int_equal(volume_compare(&v, "holes"), 2);
		volume_close(&v);
	}
}

/* What is in the journal counts, and e2fsck agrees; without it the old bytes are there. */
static void replayed(const char *options, unsigned int version)
{
	static uint8_t bytes[12288];
	struct fs_node node;
	struct why why;

	assert_true(volume_shell(
		"rm -rf img j; mkdir j; yes old | head -c 12288 >j/file\n"
		"mke2fs -q -F %s -b 4096 -d j img 32M\n"
		"b=$(debugfs -R 'blocks file' img 2>/dev/null | cut -d' ' -f1,2 | tr ' ' ,)\n"
		"yes new | head -c 8192 >block\n"
		"printf 'jo -c -v %u\\njw -b %%s block\\njc\\n' $b >do; debugfs -w -f do img\n"
		"debugfs -R features img | grep -q needs_recovery",
		options, version));
	assert_int_equal(volume_open(&v, "img", 512), 0);
	assert_int_equal(fs_lookup(&v.fs, "file", &node, &why), 0);
	assert_int_equal(fs_read(&v.fs, &node, 0, bytes, sizeof(bytes), &why), 0);
	assert_memory_equal(bytes, "new\n", 4);
	assert_memory_equal(bytes + 4096, "new\n", 4);
	assert_memory_equal(bytes + 8192, "old\n", 4);
	volume_close(&v);
	assert_true(volume_shell("e2fsck -fy img || [ $? = 1 ]; debugfs -R 'cat file' img "
				 "2>/dev/null | tail -c +4097 | head -c 4 | grep -q new"));
}

static void test_journal(void **state)
{
	(void)state;
	for (unsigned int version = 2; version <= 3; version++) {
		replayed("-t ext4", version);
		replayed("-t ext4 -O ^metadata_csum,^64bit", version);
		replayed("-t ext3", version);
	}
}

/* Contents that begin as the journal's own blocks do are there with other first bytes. */
static void test_escaped(void **state)
{
	static uint8_t bytes[20480], part[4096];
	struct fs_node node;
	struct why why;

	(void)state;
	for (unsigned int version = 2; version <= 3; version++) {
		assert_true(volume_shell(
			"rm -rf img j; mkdir j; yes old | head -c 20480 >j/file\n"
			"mke2fs -q -F -t ext4 -b 4096 -d j img 32M\n"
			"b=$(debugfs -R 'blocks file' img 2>/dev/null | cut -d' ' -f2,3,4 | tr ' ' ,)\n"
			"m='\\300\\073\\071\\230'; n=$(printf %%4092s | tr ' ' n)\n"
			"printf \"$m$n\" >block; printf 'none%%s' $n >>block; printf \"$m$n\" >>block\n"
			"printf 'jo -c -v %u\\njw -b %%s block\\njc\\n' $b >do; debugfs -w -f do img",
			version));
		assert_int_equal(volume_open(&v, "img", 512), 0);
		assert_int_equal(fs_lookup(&v.fs, "file", &node, &why), 0);
		assert_int_equal(fs_read(&v.fs, &node, 0, bytes, sizeof(bytes), &why), 0);
		assert_memory_equal(bytes, "old\n", 4);
		assert_memory_equal(bytes + 4096, "\300\073\071\230nnnn", 8);
		assert_memory_equal(bytes + 8188, "nnnnnone", 8);
		assert_memory_equal(bytes + 12284, "nnnn\300\073\071\230nnnn", 12);
		assert_memory_equal(bytes + 16380, "nnnnold\n", 8);
		for (unsigned int off = 0; off < 9;
		     off++) { /* from the middle of the first bytes */
			assert_int_equal(fs_read(&v.fs, &node, 12284 + off, part, 7, &why), 0);
			assert_memory_equal(part, bytes + 12284 + off, 7);
		}
		volume_close(&v);
		assert_true(volume_shell(
			"e2fsck -fy img || [ $? = 1 ]; debugfs -R 'dump file out' img"));
		assert_true(volume_open(&v, "img", 512) == 0 &&
			    !fs_lookup(&v.fs, "file", &node, &why));
		assert_int_equal(fs_read(&v.fs, &node, 12284, part, 12, &why), 0);
		assert_memory_equal(part, "nnnn\300\073\071\230nnnn", 12);
		volume_close(&v);
	}
}

static uint64_t journal_at(const char *field)
{
	char line[200];
	uint64_t block;
	FILE *f;

	snprintf(line, sizeof(line),
		 "cd %s; PATH=$PATH:/sbin:/usr/sbin debugfs -R '%s' img 2>/dev/null", volume_dir(),
		 field);
	f = popen(line, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%" SCNu64, &block), 1);
	pclose(f);
	return block * 4096;
}

/* The last blocks of such a journal are no part of its circle; what is there is said, not read. */
static void test_fast_commits(void **state)
{
	uint8_t *super, *fast;
	char field[40];
	uint32_t blocks;
	uint64_t at;

	(void)state;
	replayed("-t ext4 -O fast_commit", 3);
	assert_int_equal(volume_open(&v, "img", 512), 0); /* e2fsck has emptied it */
	assert_null(v.fs.note);
	volume_close(&v);
	assert_true(volume_shell(
		"printf 'jo -c -v 3\njw -b 5000 block\njc\n' >do; debugfs -w -f do img"));
	assert_int_equal(volume_open(&v, "img", 512), 0);
	super = v.bytes + journal_at("bmap <8> 0");
	put_be32(super + 0x28, get_be32(super + 0x28) | 0x20);
	blocks = get_be32(super + 0x10) - get_be32(super + 0x54);
	assert_in_range(get_be32(super + 0x54), 1, 256);
	snprintf(field, sizeof(field), "bmap <8> %u", blocks + 1); /* one is not used */
	at = journal_at(field);
	assert_int_equal(volume_again(&v), 0);
	assert_null(v.fs.note);
	fast = v.bytes + at;
	put_le32(fast, 9 | 8 << 16);
	put_le32(fast + 8, get_be32(super + 0x18) + 1); /* behind the one transaction */
	assert_int_equal(volume_again(&v), 0);
	assert_non_null(v.fs.note);
	put_le32(fast + 8, get_be32(super + 0x18)); /* of before */
	assert_int_equal(volume_again(&v), 0);
	assert_null(v.fs.note);
	put_be32(super + 0x28, get_be32(super + 0x28) | 0x40);
	assert_int_equal(volume_again(&v), -ENOTSUP);
	volume_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ext2),      cmocka_unit_test(test_ext3),
		cmocka_unit_test(test_ext4),      cmocka_unit_test(test_htree),
		cmocka_unit_test(test_checksums), cmocka_unit_test(test_links),
		cmocka_unit_test(test_fragments), cmocka_unit_test(test_journal),
		cmocka_unit_test(test_escaped),   cmocka_unit_test(test_fast_commits),
	};

	volume_tree();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
