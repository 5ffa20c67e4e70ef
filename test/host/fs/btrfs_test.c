// SPDX-License-Identifier: BSD-2-Clause
/* fs/btrfs*.c over what mkfs.btrfs makes; what only the newer one can is skipped without it. */
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

#include "fs/btrfs.h"
#include "lib/base/le.h"
#include "lib/hash/crc32c.h"
#include "test/host/fs/volume.h"

#define SUPER	   65536
#define MIRROR	   (64 * MIB)
#define TEXT_FILES 23

static struct volume v;
static char newer[200]; /* mkfs.btrfs 6.14, or "" */

static void seal(uint64_t at, uint32_t size)
{
	put_le32(v.bytes + at, ~crc32c(~0u, v.bytes + at + 32, size - 32));
}

static int make(const char *mkfs, const char *size, const char *tree, const char *options,
		uint32_t unit)
{
	assert_true(volume_shell("rm -f img; truncate -s %s img; %s -q %s -r %s img", size, mkfs,
				 options, tree));
	return volume_open(&v, "img", unit);
}

static void make_image(const char *mkfs, const char *size, const char *tree, const char *options,
		       uint32_t unit)
{
	const int err = make(mkfs, size, tree, options, unit);

	if (err)
		fail_msg("%s: %d: %s", options, err, v.why);
	assert_string_equal(v.fs.type->name, "btrfs");
}

static void check(const char *mkfs, const char *tree, const char *options, uint32_t unit,
		  unsigned int files)
{
	make_image(mkfs, strstr(options, "-M") ? "48M" : "130M", tree, options, unit);
	assert_int_equal(volume_compare(&v, tree), files);
	volume_close(&v);
}

static void test_plain(void **state)
{
	(void)state;
	check("mkfs.btrfs", "tree", "-M", 512, VOLUME_FILES);
	check("mkfs.btrfs", "tree", "-M --csum sha256", 4096, VOLUME_FILES);
	check("mkfs.btrfs", "text", "-M -O ^no-holes", 512, TEXT_FILES);
	check("mkfs.btrfs", "tree", "-n 65536 --csum xxhash -m single", 512, VOLUME_FILES);
}

/* Metadata twice, contents once, each in chunks of its own; each of the two is enough. */
static void test_copies(void **state)
{
	(void)state;
	make_image("mkfs.btrfs", "130M", "tree",
		   "-L 'A label' -U c1b9d5a2-f162-11cf-9ece-0020afc76f16", 512);
	assert_string_equal(v.fs.label, "A label");
	assert_string_equal(v.fs.uuid, "c1b9d5a2-f162-11cf-9ece-0020afc76f16");
	assert_null(v.fs.note);
	assert_int_equal(volume_compare(&v, "tree"), VOLUME_FILES);
	for (int copy = 0; copy < 2; copy++) {
		struct btrfs_work *w = btrfs_state(&v.fs)->work;
		const struct btrfs_root *roots = &btrfs_state(&v.fs)->roots;
		struct btrfs_chunk chunk;
		uint8_t *at;

		assert_int_equal(btrfs_chunk(&v.fs, roots->at, false, &chunk), 0);
		assert_int_equal(chunk.copies, 2);
		at = v.bytes + chunk.at[copy] + (roots->at - chunk.start);
		at[200] ^= 1;
		memset(w->slot, 0, sizeof(w->slot));
		assert_int_equal(volume_again(&v), 0);
		assert_int_equal(volume_compare(&v, "tree"), VOLUME_FILES);
		v.fail_at = (uint64_t)(at - v.bytes); /* as one that cannot be read */
		assert_int_equal(volume_again(&v), 0);
		v.fail_at = ~UINT64_C(0);
		at[200] ^= 1;
	}
	volume_close(&v);
}

static void test_superblocks(void **state)
{
	(void)state;
	make_image("mkfs.btrfs", "130M", "text", "", 512);
	v.bytes[SUPER + 400] ^= 1; /* the first is damaged */
	assert_int_equal(volume_again(&v), 0);
	assert_int_equal(volume_compare(&v, "text"), TEXT_FILES);
	v.bytes[MIRROR + 400] ^= 1;
	assert_int_equal(volume_again(&v), -EBADMSG);
	assert_string_equal(v.why, "btrfs: no superblock has a right checksum");
	v.bytes[SUPER + 400] ^= 1;
	put_le64(v.bytes + MIRROR + 72, 1000); /* newer, but of which no tree is there */
	seal(MIRROR, 4096);
	assert_int_equal(volume_again(&v), -EBADMSG);
	v.bytes[MIRROR + 33] ^= 1; /* another volume's, of before */
	seal(MIRROR, 4096);
	assert_int_equal(volume_again(&v), 0);
	v.fail_at = SUPER;
	v.bytes[MIRROR + 33] ^= 1;
	put_le64(v.bytes + MIRROR + 72, get_le64(v.bytes + SUPER + 72));
	v.bytes[MIRROR + 400] ^= 1;
	seal(MIRROR, 4096);
	assert_int_equal(volume_again(&v), 0); /* the first cannot be read */
	v.fail_at = ~UINT64_C(0);
	v.bytes[SUPER + 64] = 0; /* the volume is something else now */
	assert_int_equal(volume_again(&v), -ENODEV);
	volume_close(&v);
}

static void refused(int err, const char *sentence)
{
	seal(SUPER, 4096);
	assert_int_equal(volume_again(&v), err);
	assert_string_equal(v.why, sentence);
}

static void test_refused(void **state)
{
	static const struct {
		uint64_t at, value;
		int err;
		const char *sentence;
	} rows[] = {
		{ 136, 2, -ENOTSUP, "btrfs: it is on 2 devices, and only one is read" },
		{ 188, 0x1000, -ENOTSUP, "btrfs: it is zoned, which is not read" },
		{ 188, 0x4000, -ENOTSUP, "btrfs: it is striped by a tree, which is not read" },
		{ 188, 0x2000, -ENOTSUP, "btrfs: the feature 0x2000 is not known" },
		{ 56, BIT(33), -ENOTSUP, "btrfs: it is a dump of metadata, without contents" },
		{ 56, BIT(35), -ENOTSUP,
		  "btrfs: a change of UUID or checksums was not ended: btrfstune does" },
		{ 112, 1ull << 40, -EBADMSG,
		  "btrfs: 0x10000000000 bytes do not fit into 0x3000000" },
		{ 144, 0x400000000fff, -EBADMSG, "btrfs: sectors of 4095 bytes, blocks of 16384" },
		{ 156, 0x900000000000, -EBADMSG,
		  "btrfs: 0x9000 bytes of chunks in the superblock" },
		{ 80, 0x4000, -EBADMSG, "btrfs: no chunk has the address 0x4000" },
	};

	(void)state;
	make_image("mkfs.btrfs", "48M", "text", "-M", 512);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		const uint64_t old = get_le64(v.bytes + SUPER + rows[i].at);

		put_le64(v.bytes + SUPER + rows[i].at, rows[i].value);
		refused(rows[i].err, rows[i].sentence);
		put_le64(v.bytes + SUPER + rows[i].at, old);
	}
	v.bytes[SUPER + 196] = 3;
	refused(-ENOTSUP, "btrfs: checksums are by blake2, which is not built in");
	v.bytes[SUPER + 196] = 0;
	put_le64(v.bytes + SUPER + 811 + 17 + 24, 2 | BIT(4)); /* the superblock's first chunk */
	refused(-ENOTSUP, "btrfs: a chunk is RAID1, and only one device is read");
	put_le64(v.bytes + SUPER + 811 + 17 + 24, 2 | BIT(6));
	refused(-ENOTSUP, "btrfs: a chunk is RAID10, and only one device is read");
	volume_close(&v);
	assert_int_equal(make("mkfs.btrfs", "48M", "text", "-M --csum blake2", 512), -ENOTSUP);
	assert_string_equal(v.why, "btrfs: checksums are by blake2, which is not built in");
	volume_close(&v);
}

static void test_log(void **state)
{
	(void)state;
	make_image("mkfs.btrfs", "48M", "text", "-M", 512);
	put_le64(v.bytes + SUPER + 96, 0x4000);
	seal(SUPER, 4096);
	assert_int_equal(volume_again(&v), 0);
	assert_string_equal(v.fs.note,
			    "its log is not replayed: what was synced last may be older here");
	assert_int_equal(volume_compare(&v, "text"), TEXT_FILES);
	volume_close(&v);
}

static void test_packed(void **state)
{
	static const char *const options[] = { "-M --compress zlib", "-M --compress lzo",
					       "-M --compress zstd",
					       "--compress zstd:15 -m single" };

	(void)state;
	if (!newer[0])
		skip();
	for (unsigned int i = 0; i < ARRAY_SIZE(options); i++) {
		check(newer, "text", options[i], 512, TEXT_FILES);
		check(newer, "tree", options[i], 4096, VOLUME_FILES);
	}
}

static void expect(const char *path, const char *text)
{
	char bytes[64] = "";
	struct fs_node node;
	struct why why = { "" };

	if (fs_lookup(&v.fs, path, &node, &why))
		fail_msg("%s: %s", path, why.text);
	assert_in_range(node.size, 0, sizeof(bytes) - 1);
	assert_int_equal(fs_read(&v.fs, &node, 0, bytes, node.size, &why), 0);
	assert_string_equal(bytes, text);
}

static void missing(const char *path, int err)
{
	struct fs_node node;
	struct why why = { "" };

	assert_int_equal(fs_lookup(&v.fs, path, &node, &why), err);
}

static void test_links(void **state)
{
	struct fs_node node;
	struct why why;

	(void)state;
	make_image("mkfs.btrfs", "48M", "links", "-M", 512);
	expect("short", "text\n");
	expect("d/up", "text\n");
	expect("abs/file", "text\n");
	expect("long", "text\n");
	assert_int_equal(fs_lookup(&v.fs, "pipe", &node, &why), 0);
	assert_int_equal(node.kind, FS_OTHER);
	missing("loop", -ELOOP);
	missing("none", -ENOENT);
	missing("d/none", -ENOENT);
	missing("d/file/x", -ENOTDIR);
	assert_int_equal(fs_save(&v.fs, "d/file", 0, "x", 1, &why), -EROFS);
	volume_close(&v);
}

/* Paths begin in the subvolume that is mounted by default; the topmost one stands behind it. */
static void test_subvolumes(void **state)
{
	static const char *const paths[] = { "/", "/@/", "/@home/", "/@/d/inner/" };
	struct btrfs_subvolume sub = { .id = 0 };
	struct why why;
	unsigned int n = 0;

	(void)state;
	if (!newer[0])
		skip();
	assert_true(volume_shell(
		"rm -rf s; mkdir -p s/@/d/inner/deep s/@home; echo a >s/@/file; "
		"echo b >s/@home/file; echo c >s/@/d/inner/deep/file; "
		"echo top >s/top; ln -s /@home/file s/@/link; ln -s ../file s/@/d/up"));
	make_image(newer, "48M", "s", "-M -u default:@ -u @home -u ro:@/d/inner", 512);
	expect("file", "a\n");
	expect("d/inner/deep/file", "c\n");
	expect("d/inner/../up", "a\n");
	expect("@/file", "a\n");
	expect("@home/file", "b\n");
	expect("link", "b\n");
	expect("top", "top\n");
	missing("d/top", -ENOENT);
	missing("nothing", -ENOENT);
	while (!btrfs_next_subvolume(&v.fs, &sub, &why)) {
		bool found = false;

		for (unsigned int i = 0; i < ARRAY_SIZE(paths); i++)
			found |= !strcmp(sub.path, paths[i]);
		assert_true(found);
		n++;
	}
	assert_int_equal(n, ARRAY_SIZE(paths));
	volume_close(&v);
	make_image(newer, "48M", "s", "-M -u @ -u @home", 512);
	expect("top", "top\n");
	expect("@/file", "a\n");
	missing("file", -ENOENT);
	volume_close(&v);
}

/* Names whose hashes are the same share one item: 255 other names for one, five bits a letter. */
static void test_hash(void **state)
{
	(void)state;
	assert_true(volume_shell(
		"rm -rf h; mkdir -p h/d; /usr/bin/python3 - <<'END'\n"
		"def crc(s, c):\n"
		"    for b in s:\n"
		"        c ^= b\n"
		"        for _ in range(8): c = c >> 1 ^ (0x82f63b78 if c & 1 else 0)\n"
		"    return c\n"
		"rows, same = [], []\n"
		"for n in range(40):\n"
		"    d = bytes(1 << n %% 5 if i == n // 5 else 0 for i in range(8))\n"
		"    v, d = crc(d, 0), int.from_bytes(d, 'big')\n"
		"    for w, e in rows:\n"
		"        if v ^ w < v: v, d = v ^ w, d ^ e\n"
		"    if v: rows = sorted(rows + [(v, d)], reverse=True)\n"
		"    else: same.append(d)\n"
		"names = set()\n"
		"for n in range(1 << len(same)):\n"
		"    d = int.from_bytes(b'PPPPPPPP', 'big')\n"
		"    for i, e in enumerate(same): d ^= e if n >> i & 1 else 0\n"
		"    names.add(d.to_bytes(8, 'big'))\n"
		"for i in range(1000): open(f'h/a longer name, number {i}', 'w').write('y' * (i %% 9))\n"
		"assert len(names) >= 200 and len({crc(s, 0xfffffffe) for s in names}) == 1\n"
		"for i, s in enumerate(sorted(names)[:60]): open(b'h/d/' + s, 'wb').write(b'x' * i)\n"
		"END"));
	make_image("mkfs.btrfs", "48M", "h", "-M", 512);
	assert_int_equal(volume_compare(&v, "h"), 1060);
	assert_in_range(btrfs_state(&v.fs)->work->tree[0].root.level, 1, 3);
	volume_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),	   cmocka_unit_test(test_copies),
		cmocka_unit_test(test_superblocks), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_log),	   cmocka_unit_test(test_packed),
		cmocka_unit_test(test_links),	   cmocka_unit_test(test_subvolumes),
		cmocka_unit_test(test_hash),
	};
	static const char path[] = "/build/mkfs2025/mkfs.btrfs";

	if (getcwd(newer, sizeof(newer) - sizeof(path)))
		strcat(newer, path);
	if (access(newer, X_OK))
		newer[0] = '\0';
	volume_tree();
	assert_true(volume_shell(
		"rm -rf text links; mkdir -p text/d links/d\n"
		"for i in $(seq 20); do seq $((i * i * 40)) >text/d/$i; done\n"
		"truncate -s 1000000 text/hole; seq 9 >>text/hole\n"
		"for i in $(seq 40); do head -c 9000 tree/a/file-100000; seq $((i * 100)); done >text/mixed\n"
		"cat text/mixed text/d/20 text/mixed >text/long\n"
		"echo text >links/d/file\n"
		"ln -s d/file links/short; ln -s ../d/./file links/d/up; ln -s /d links/abs\n"
		"ln -s $(printf 'd/../%%.0s' $(seq 60))d/file links/long; ln -s loop links/loop\n"
		"mkfifo links/pipe"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
