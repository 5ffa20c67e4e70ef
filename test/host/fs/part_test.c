// SPDX-License-Identifier: BSD-2-Clause
/* fs/part.c over what sfdisk and sgdisk write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fs/part.h"
#include "lib/base/crc32.h"
#include "lib/base/le.h"
#include "test/host/fs/volume.h"

#define BLOCKS 40960

static uint8_t bytes[BLOCKS * 512], buffer[PART_BLOCK_MAX];
static struct part_table table;
static struct part part;
static struct why why;

static int read_block(struct part_disk *disk, uint64_t block, void *to)
{
	memcpy(to, bytes + block * disk->block_size, disk->block_size);
	return 0;
}

static struct part_disk disk = {
	.blocks = BLOCKS, .block_size = 512, .read = read_block, .buffer = buffer
};

static void make(const char *script)
{
	char path[100];
	FILE *f;

	assert_true(volume_shell("rm -f disk; truncate -s 20M disk; sfdisk disk <<'END'\n%s\nEND",
				 script));
	snprintf(path, sizeof(path), "%s/disk", volume_dir());
	f = fopen(path, "r");
	assert_int_equal(fread(bytes, 1, sizeof(bytes), f), sizeof(bytes));
	fclose(f);
}

static const char gpt[] =
	"label: gpt\nlabel-id: 00112233-4455-6677-8899-AABBCCDDEEFF\n"
	"start=2048, size=4096, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=esp, "
	"uuid=11111111-2222-3333-4444-555566667777\n"
	"start=8192, size=8192, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name=\"r\xc3\xb6\xc3\xb6t\", "
	"uuid=AABBCCDD-EEFF-0011-2233-445566778899, attrs=\"LegacyBIOSBootable GUID:63\"";

static void check_gpt(bool backup)
{
	assert_int_equal(part_open(&disk, &table, &why), 0);
	assert_int_equal(table.scheme, PART_EFI);
	assert_int_equal(table.backup, backup);
	assert_string_equal(table.disk_id, "00112233-4455-6677-8899-aabbccddeeff");
	part.number = 0;
	assert_int_equal(part_next(&table, &part, &why), 0);
	assert_int_equal(part.number, 1);
	assert_int_equal(part.start, 2048);
	assert_int_equal(part.blocks, 4096);
	assert_string_equal(part.name, "esp");
	assert_string_equal(part.uuid, "11111111-2222-3333-4444-555566667777");
	assert_string_equal(part_type_name(part.type), "system");
	assert_true(part.bootable);
	assert_int_equal(part_next(&table, &part, &why), 0);
	assert_int_equal(part.number, 2);
	assert_string_equal(part.name, "r\xc3\xb6\xc3\xb6t");
	assert_int_equal(part.attributes, BIT(63) | BIT(2));
	assert_string_equal(part_type_name(part.type), "linux");
	assert_int_equal(part_next(&table, &part, &why), 1);
	assert_int_equal(part_find(&table, "2", &part, &why), 0);
	assert_int_equal(part.start, 8192);
	assert_int_equal(part_find(&table, "#esp", &part, &why), 0);
	assert_int_equal(part.start, 2048);
	assert_int_equal(part_find(&table, "AABBCCDD-eeff-0011-2233-445566778899", &part, &why), 0);
	assert_int_equal(part.start, 8192);
	assert_int_equal(part_find(&table, "3", &part, &why), -ENOENT);
	assert_int_equal(part_find(&table, "#x", &part, &why), -ENOENT);
	assert_int_equal(part_find(&table, "zz", &part, &why), -ENOENT);
}

static void test_gpt(void **state)
{
	(void)state;
	make(gpt);
	check_gpt(false);
	bytes[512 + 40]++;
	check_gpt(true);
	assert_string_equal(why.text, "'zz' is no partition's number, #name or UUID");
	assert_int_equal(part_open(&disk, &table, &why), 0);
	assert_string_equal(why.text, "GPT: the checksum of the header in block 1 is wrong");
	bytes[512 + 40]--;
	bytes[1024 + 60]++;
	check_gpt(true);
	bytes[(BLOCKS - 1) * 512 + 80]++;
	assert_int_equal(part_open(&disk, &table, &why), -EBADMSG);
	assert_non_null(strstr(why.text, "both copies are bad"));
}

static void test_mbr(void **state)
{
	static const uint64_t starts[] = { 2048, 6144, 20480, 24576, 28672 };
	static const unsigned int numbers[] = { 1, 2, 5, 6, 7 };

	(void)state;
	make("label: dos\nlabel-id: 0x0a1b2c3d\nstart=2048, size=4096, type=c, bootable\n"
	     "start=6144, size=4096, type=83\nstart=18432, size=20480, type=5\n"
	     "start=20480, size=2048\nstart=24576, size=2048\nstart=28672, size=2048, type=82");
	assert_int_equal(part_open(&disk, &table, &why), 0);
	assert_int_equal(table.scheme, PART_DOS);
	assert_string_equal(table.disk_id, "0a1b2c3d");
	part.number = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(starts); i++) {
		assert_int_equal(part_next(&table, &part, &why), 0);
		assert_int_equal(part.number, numbers[i]);
		assert_int_equal(part.start, starts[i]);
		assert_int_equal(part.bootable, i == 0);
	}
	assert_string_equal(part.type, "82");
	assert_string_equal(part.uuid, "0a1b2c3d-07");
	assert_int_equal(part_next(&table, &part, &why), 1);
	assert_int_equal(part_find(&table, "0A1B2C3D-02", &part, &why), 0);
	assert_int_equal(part.start, 6144);
	/* a chain that leads back to itself */
	memset(bytes + 18432 * 512 + 446 + 4, 0, 1);
	memset(bytes + 18432 * 512 + 446 + 16 + 8, 0, 4);
	part.number = 2;
	assert_int_equal(part_next(&table, &part, &why), -EBADMSG);
	/* a partition that passes the end of the disk */
	memset(bytes + 446 + 12, 0xff, 4);
	part.number = 0;
	assert_int_equal(part_next(&table, &part, &why), -EBADMSG);
	assert_string_equal(why.text, "partition 1: 4294967295 blocks from 2048 on, of 40960");
	assert_int_equal(part.number, 1);
	assert_int_equal(part_next(&table, &part, &why), 0);
	assert_int_equal(part.number, 2);
	assert_int_equal(part_find(&table, "1", &part, &why), -EBADMSG);
	assert_int_equal(part_find(&table, "2", &part, &why), 0);
	assert_int_equal(part_find(&table, "7", &part, &why), -EBADMSG);
}

/* What cannot be read is said once, and is the last. */
static int fail_read(struct part_disk *d, uint64_t block, void *to)
{
	return block < 2 ? read_block(d, block, to) : -EIO;
}

static void test_bad_entry(void **state)
{
	(void)state;
	make(gpt);
	memset(bytes + 1024 + 40, 0xff, 4); /* partition 1 ends behind the disk */
	put_le32(bytes + 512 + 88, crc32(0, bytes + 1024, 128 * 128));
	put_le32(bytes + 512 + 16, 0);
	put_le32(bytes + 512 + 16, crc32(0, bytes + 512, 92));
	assert_int_equal(part_open(&disk, &table, &why), 0);
	assert_false(table.backup);
	part.number = 0;
	assert_int_equal(part_next(&table, &part, &why), -EBADMSG);
	assert_int_equal(part_next(&table, &part, &why), 0);
	assert_int_equal(part.number, 2);
	assert_int_equal(part_next(&table, &part, &why), 1);
	assert_int_equal(part_find(&table, "1", &part, &why), -EBADMSG);
	assert_int_equal(part_find(&table, "2", &part, &why), 0);
	assert_int_equal(part_find(&table, "#r\xc3\xb6\xc3\xb6t", &part, &why), 0);
	assert_int_equal(part_find(&table, "#esp", &part, &why), -ENOENT);
	disk.read = fail_read;
	part.number = 0;
	assert_int_equal(part_next(&table, &part, &why), -EIO);
	assert_int_equal(part_next(&table, &part, &why), 1);
	assert_int_equal(part_find(&table, "2", &part, &why), -EIO);
	disk.read = read_block;
}

/* The second table's way leads to the first: none of the two has its partition a second time. */
static void test_circle(void **state)
{
	(void)state;
	make("label: dos\nstart=18432, size=20480, type=5\nstart=20480, size=2048\nstart=24576, "
	     "size=2048");
	uint8_t *next = bytes + (18432 + get_le32(bytes + 18432 * 512 + 446 + 16 + 8)) * 512 + 446;

	next[16 + 4] = 5;
	put_le32(next + 16 + 12, 2048);
	for (unsigned int to = 0; to < 2; to++) {
		put_le32(next + 16 + 8, to ? get_le32(bytes + 18432 * 512 + 446 + 16 + 8) : 0);
		assert_int_equal(part_open(&disk, &table, &why), 0);
		part.number = 0;
		assert_int_equal(part_next(&table, &part, &why), 0);
		assert_int_equal(part_next(&table, &part, &why), 0);
		assert_int_equal(part.number, 6);
		assert_int_equal(part.start, 24576);
		assert_int_equal(part_next(&table, &part, &why), -EBADMSG);
		assert_string_equal(why.text, "the chain of logical partitions has no end");
		assert_int_equal(part_next(&table, &part, &why), 1);
	}
}

static void test_many(void **state)
{
	static const unsigned int numbers[] = { 1, 200, 256 };

	(void)state;
	make("label: gpt\ntable-length: 256\n1: start=2048, size=8\n200: start=4096, size=8\n"
	     "256: start=8192, size=8, name=last");
	assert_int_equal(part_open(&disk, &table, &why), 0);
	part.number = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		assert_int_equal(part_next(&table, &part, &why), 0);
		assert_int_equal(part.number, numbers[i]);
	}
	assert_int_equal(part_next(&table, &part, &why), 1);
	assert_int_equal(part_find(&table, "#last", &part, &why), 0);
	assert_int_equal(part.start, 8192);
}

static void test_none(void **state)
{
	(void)state;
	memset(bytes, 0, 512);
	assert_int_equal(part_open(&disk, &table, &why), 0);
	assert_int_equal(table.scheme, PART_NONE);
	part.number = 0;
	assert_int_equal(part_next(&table, &part, &why), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gpt),       cmocka_unit_test(test_mbr),
		cmocka_unit_test(test_bad_entry), cmocka_unit_test(test_circle),
		cmocka_unit_test(test_many),      cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
