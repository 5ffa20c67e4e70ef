// SPDX-License-Identifier: BSD-2-Clause
/* fs/fat.c over what mkfs.vfat and mcopy make. */
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

static void make(const char *options, unsigned int kib)
{
	assert_true(volume_shell("rm -f img; mkfs.vfat -C %s -i 1234abcd -n LABEL img %u\n"
				 "LC_ALL=C.UTF-8 mcopy -s -i img tree/* ::/",
				 options, kib));
}

static void check(const char *options, unsigned int kib, uint32_t unit)
{
	make(options, kib);
	assert_int_equal(volume_open(&v, "img", unit), 0);
	assert_string_equal(v.fs.type->name, "fat");
	assert_string_equal(v.fs.label, "LABEL");
	assert_string_equal(v.fs.uuid, "1234-ABCD");
	assert_int_equal(volume_compare(&v, "tree"), VOLUME_FILES);
	volume_close(&v);
}

static void test_fat12(void **state)
{
	(void)state;
	check("-F 12 -s 16", 20 * 1024, 512);
}

static void test_fat16(void **state)
{
	(void)state;
	check("-F 16", 40 * 1024, 512);
	check("-F 16 -r 1024 -s 8 -f 1", 40 * 1024, 4096);
}

static void test_fat32(void **state)
{
	(void)state;
	check("-F 32", 64 * 1024, 512);
	check("-F 32 -S 4096 -s 1", 300 * 1024, 4096);
}

/* Names in capitals and small letters are one; the short name counts as well. */
static void test_names(void **state)
{
	struct fs_node node;
	struct why why;

	(void)state;
	make("-F 32", 64 * 1024);
	assert_int_equal(volume_open(&v, "img", 512), 0);
	assert_int_equal(fs_lookup(&v.fs, "short.txt", &node, &why), 0);
	assert_int_equal(fs_lookup(&v.fs, "/BOOT//ExtLinux/./../extlinux/EXTLINUX.CONF", &node,
				   &why),
			 0);
	assert_int_equal(node.size, 77);
	assert_int_equal(fs_lookup(&v.fs, "/boot/EXTLIN~1.CON", &node, &why), -ENOENT);
	assert_int_equal(fs_lookup(&v.fs, "/boot/extlinux/EXTLIN~1.CON", &node, &why), 0);
	assert_int_equal(fs_lookup(&v.fs, "/boot/none", &node, &why), -ENOENT);
	assert_string_equal(why.text, "no 'none'");
	assert_int_equal(fs_lookup(&v.fs, "/short.txt/x", &node, &why), -ENOTDIR);
	assert_int_equal(fs_lookup(&v.fs, "", &node, &why), 0);
	assert_int_equal(node.kind, FS_DIR);
	assert_int_equal(fs_read(&v.fs, &node, 0, NULL, 0, &why), -EISDIR);
	volume_close(&v);
}

/* One request for what lies together; segments, FS_SEGMENTS a request, for what does not. */
static void test_requests(void **state)
{
	static uint8_t bytes[5000000];
	struct fs_node node;
	struct why why;

	(void)state;
	make("-F 32 -s 1", 64 * 1024);
	assert_int_equal(volume_open(&v, "img", 512), 0);
	assert_int_equal(fs_lookup(&v.fs, "/a/file-5000000", &node, &why), 0);
	v.requests = v.segments = 0;
	assert_int_equal(fs_read(&v.fs, &node, 0, bytes, node.size, &why), 0);
	/* its table: 5000000 / 512 entries of 4 bytes, in pieces; the file; its last bytes */
	assert_in_range(v.requests, 10, 5000000 / 512 * 4 / FS_PIECE + 4);
	volume_close(&v);

	/* every second cluster is somebody else's */
	assert_true(volume_shell("rm -rf img few; mkfs.vfat -C -F 32 -s 1 img 65536; mkdir few\n"
				 "head -c 512000 /dev/urandom | split -b 512 -a 3 -d - few/\n"
				 "mcopy -i img few/* ::/; mdel -i img '::/*[02468]'\n"
				 "head -c 256000 /dev/urandom >few/all; mcopy -i img few/all ::/"));
	assert_int_equal(volume_open(&v, "img", 512), 0);
	assert_int_equal(fs_lookup(&v.fs, "/all", &node, &why), 0);
	v.requests = v.segments = 0;
	assert_int_equal(fs_read(&v.fs, &node, 0, bytes, node.size, &why), 0);
	assert_true(v.segments <= 520);
	assert_true(v.requests <= 520 / FS_SEGMENTS + 10);
	volume_close(&v);
}

/* Eleven bytes, and what bits 3 and 4 of the byte behind the attributes make of them. */
static void test_short_names(void **state)
{
	static const struct {
		const char *bytes, *name;
		uint8_t small;
	} cases[] = {
		{ "README  TXT", "README.TXT", 0x00 },
		{ "README  TXT", "readme.TXT", 0x08 },
		{ "README  TXT", "README.txt", 0x10 },
		{ "README  TXT", "readme.txt", 0x18 },
		{ "A B     C  ", "a b.c", 0x18 },
		{ " A      T X", " a.t x", 0x18 },
		{ "12345678   ", "12345678", 0x18 },
		{ "12345678ABC", "12345678.ABC", 0x07 },
		{ "@[`{AZaz~Z ", "@[`{azaz.~z", 0x18 },
		{ "\x05\x80\xc1\xda\xff   \x9a Q", "\xe5\x80\xc1\xda\xff.\x9a q", 0x18 },
		{ "        TXT", ".TXT", 0x00 },
		{ "X       \xa0\xff\xc1", "x.\xa0\xff\xc1", 0x18 },
	};
	struct fs_node root;
	struct fs_entry entry;
	uint64_t cursor = 0;
	struct why why;
	uint8_t *e;

	(void)state;
	assert_true(volume_shell("rm -f img; mkfs.vfat -C -F 16 img 40960"));
	assert_int_equal(volume_open(&v, "img", 512), 0);
	e = v.bytes + 512 * ((v.bytes[14] | v.bytes[15] << 8) +
			     v.bytes[16] * (v.bytes[22] | v.bytes[23] << 8));
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++, e += 32) {
		memset(e, 0, 32);
		memcpy(e, cases[i].bytes, 11);
		e[12] = cases[i].small;
	}
	assert_int_equal(fs_lookup(&v.fs, "/", &root, &why), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(fs_list(&v.fs, &root, &cursor, &entry, &why), 0);
		assert_string_equal(entry.name, cases[i].name);
		assert_string_equal(entry.alias, "");
	}
	assert_int_equal(fs_list(&v.fs, &root, &cursor, &entry, &why), 1);
	volume_close(&v);
}

/* Whatever is asked for in whatever order, what fs_get() gave stays for the next FS_PIECES - 2. */
static void test_pieces(void **state)
{
	const uint8_t *given[FS_PIECES - 1], *p;
	uint64_t places[FS_PIECES - 1] = { 0 }, size;
	uint32_t random = 1;
	struct why why;

	(void)state;
	make("-F 32", 64 * 1024);
	assert_int_equal(volume_open(&v, "img", 512), 0);
	v.fs.why = &why;
	size = v.device.size;
	for (unsigned int n = 0; n < 200000; n++) {
		const uint64_t piece = (random = random * 1664525 + 1013904223) >> 8 & 31;
		const uint64_t at = piece * FS_PIECE + (random >> 16 & 0xfff);
		const unsigned int slot = n % ARRAY_SIZE(given);

		if (n >= ARRAY_SIZE(given))
			assert_memory_equal(given[slot], v.bytes + places[slot], 1);
		assert_int_equal(fs_get(&v.fs, at, 1, &given[slot]), 0);
		places[slot] = at;
		assert_memory_equal(given[slot], v.bytes + at, FS_PIECE - at % FS_PIECE);
	}
	assert_int_equal(fs_get(&v.fs, size - 1, 1, &p), 0);
	assert_int_equal(fs_get(&v.fs, size - 1, 2, &p), -EBADMSG);
	assert_int_equal(fs_get(&v.fs, size, 1, &p), -EBADMSG);
	assert_int_equal(fs_get(&v.fs, FS_PIECE - 1, 2, &p), -EBADMSG);
	assert_int_equal(fs_get(&v.fs, UINT64_MAX, 1, &p), -EBADMSG);
	volume_close(&v);
}

static void forget_pieces(void)
{
	memset(v.fs.slot, 0, sizeof(v.fs.slot));
	memset(v.fs.near, 0, sizeof(v.fs.near));
}

static void test_damage(void **state)
{
	struct fs_node node;
	struct why why;
	uint64_t table, at;
	uint8_t byte;

	(void)state;
	make("-F 32 -f 1", 64 * 1024);
	assert_int_equal(volume_open(&v, "img", 512), 0);
	table = 512u * (v.bytes[14] | v.bytes[15] << 8);
	assert_int_equal(fs_lookup(&v.fs, "/a/file-5000000", &node, &why), 0);
	at = table + 4 * (node.id + 3);
	memcpy(v.bytes + at, &(uint32_t){ (uint32_t)node.id }, 4); /* a ring */
	{
		static uint8_t bytes[5000000];

		/* a ring that is as long as the file wants gives wrong bytes, but ends */
		assert_int_equal(fs_read(&v.fs, &node, 0, bytes, node.size, &why), 0);
		memcpy(v.bytes + at, &(uint32_t){ 0x0ffffff8 }, 4);
		forget_pieces();
		assert_int_equal(fs_read(&v.fs, &node, 0, bytes, node.size, &why), -EBADMSG);
		assert_non_null(strstr(why.text, "ends before"));
		memcpy(v.bytes + at, &(uint32_t){ 0x0ffffff0 }, 4);
		forget_pieces();
		assert_int_equal(fs_read(&v.fs, &node, 0, bytes, node.size, &why), -EBADMSG);
		assert_non_null(strstr(why.text, "is none of 2 to"));
	}
	byte = v.bytes[36];
	v.bytes[36] = 1; /* a table of one sector */
	v.bytes[37] = v.bytes[38] = v.bytes[39] = 0;
	(void)byte;
	{
		static const struct fs_type *const types[] = { &fat_type, NULL };

		assert_int_equal(fs_mount(&v.fs, types, &why), -EBADMSG);
		assert_non_null(strstr(why.text, "no room for"));
		v.fail_at = 0;
		assert_int_equal(fs_mount(&v.fs, types, &why), -EIO);
		assert_non_null(strstr(why.text, "byte 0x0"));
	}
	volume_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fat12),    cmocka_unit_test(test_fat16),
		cmocka_unit_test(test_fat32),    cmocka_unit_test(test_names),
		cmocka_unit_test(test_requests), cmocka_unit_test(test_damage),
		cmocka_unit_test(test_pieces),   cmocka_unit_test(test_short_names),
	};

	volume_tree();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
