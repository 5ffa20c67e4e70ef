// SPDX-License-Identifier: BSD-2-Clause
/* fs/gpt.c: what it writes is judged by sgdisk; the power goes at each block. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fs/gpt.h"
#include "test/host/fs/volume.h"

#define BLOCKS 40960
#define BYTES  (BLOCKS * 512)

static uint8_t bytes[BYTES], before[BYTES], buffer[PART_BLOCK_MAX], entries[GPT_TABLE_BYTES];
static struct part_table table;
static struct part part;
static struct why why;
static unsigned int left; /* blocks until the power goes */
static bool backwards;    /* what lies between two flushes comes in another order */
static char chosen_name[40], chosen_value[40];

static int read_block(struct part_disk *d, uint64_t block, void *to)
{
	assert_in_range(block, 0, d->blocks - 1);
	memcpy(to, bytes + block * d->block_size, d->block_size);
	return 0;
}

static struct part_disk disk = {
	.blocks = BLOCKS, .block_size = 512, .read = read_block, .buffer = buffer
};

static int write_blocks(struct gpt *gpt, uint64_t block, uint32_t count, const void *from,
			struct why *reason)
{
	const uint32_t size = gpt->disk->block_size;

	(void)reason;
	assert_true(block < gpt->disk->blocks && count <= gpt->disk->blocks - block);
	for (uint32_t i = 0; i < count && left; i++, left--) {
		const uint32_t n = backwards ? count - 1 - i : i;

		memcpy(bytes + (block + n) * size, (const uint8_t *)from + (size_t)n * size, size);
	}
	return left ? 0 : -EIO;
}

static int flush(struct gpt *gpt, struct why *reason)
{
	(void)gpt;
	(void)reason;
	return 0;
}

static struct gpt gpt = {
	.disk = &disk, .write = write_blocks, .flush = flush, .entries = entries
};

static const char *variable(const char *name)
{
	return !strcmp(name, "known") ? "12345678-1234-4321-8765-123456789abc" : NULL;
}

static void chosen(const char *name, const char *value)
{
	snprintf(chosen_name, sizeof(chosen_name), "%s", name);
	snprintf(chosen_value, sizeof(chosen_value), "%s", value);
}

static void random_bytes(uint8_t to[16])
{
	for (int i = 0; i < 16; i++)
		to[i] = (uint8_t)rand();
}

static const struct gpt_words words = { variable, chosen, random_bytes };

static int parse(const char *text)
{
	return gpt_parse(&gpt, text, &words, &why);
}

static int put(const char *text)
{
	int err = parse(text);

	left = ~0u;
	return err ? err : gpt_write(&gpt, &why);
}

static bool judged(unsigned int parts)
{
	char path[100];
	FILE *f;

	snprintf(path, sizeof(path), "%s/disk", volume_dir());
	f = fopen(path, "w");
	assert_int_equal(fwrite(bytes, 1, sizeof(bytes), f), sizeof(bytes));
	fclose(f);
	return volume_shell("sgdisk -v disk >said && grep -q 'No problems found' said && "
			    "! grep -qi 'warning\\|caution.*crc' said && "
			    "test $(sgdisk -p disk | grep -c '^ *[0-9]') = %u",
			    parts);
}

#define THREE                                                                      \
	"uuid_disk=00112233-4455-6677-8899-aabbccddeeff;"                          \
	"name=esp,start=1MiB,size=2MiB,type=system,uuid=${known},bootable;"        \
	"name=r\xc3\xb6\xc3\xb6t \xf0\x9f\x98\x80,size=4M,type=linux,uuid=${new};" \
	"name=rest,size=-"

static void test_written(void **state)
{
	(void)state;
	memset(bytes, 0x5a, sizeof(bytes));
	assert_int_equal(put(THREE), 0);
	assert_true(judged(3));
	assert_int_equal(bytes[0], 0x5a); /* who boots by BIOS keeps its code */
	assert_int_equal(part_open(&disk, &table, &why), 0);
	assert_string_equal(table.disk_id, "00112233-4455-6677-8899-aabbccddeeff");
	assert_int_equal(part_find(&table, "1", &part, &why), 0);
	assert_int_equal(part.start, 2048);
	assert_int_equal(part.blocks, 4096);
	assert_int_equal(part.attributes, BIT(2));
	assert_string_equal(part_type_name(part.type), "system");
	assert_string_equal(part.uuid, variable("known"));
	assert_int_equal(part_find(&table, "2", &part, &why), 0);
	assert_string_equal(part.name, "r\xc3\xb6\xc3\xb6t \xf0\x9f\x98\x80");
	assert_int_equal(part.start, 6144);
	assert_string_equal(chosen_name, "new");
	assert_string_equal(chosen_value, part.uuid);
	assert_int_equal(part_find(&table, "3", &part, &why), 0);
	assert_string_equal(part_type_name(part.type), "data");
	assert_int_equal(part.start, 14336);
	assert_int_equal(part.start + part.blocks, BLOCKS - 33);
	assert_int_equal(gpt_verify(&gpt, &why), 0);
	assert_int_equal(parse("name=esp,start=1M,size=2M;name=other,size=-"), 0);
	assert_int_equal(gpt_verify(&gpt, &why), -EBADMSG);
	assert_string_equal(why.text, "partition 2 is not 'other'");
	/* as many as there may be; one without start begins at the first block */
	assert_int_equal(put("name=all,size=0"), 0);
	assert_true(judged(1));
	assert_int_equal(part_open(&disk, &table, &why), 0);
	assert_int_equal(part_find(&table, "#all", &part, &why), 0);
	assert_int_equal(part.start, 34);
}

static void test_blocks_of_4096(void **state)
{
	(void)state;
	memset(bytes, 0, sizeof(bytes));
	disk.blocks = BYTES / 4096;
	disk.block_size = 4096;
	assert_int_equal(put("name=a,size=64K;name=b,size=-"), 0);
	assert_int_equal(gpt_verify(&gpt, &why), 0);
	assert_int_equal(part_open(&disk, &table, &why), 0);
	assert_int_equal(part_find(&table, "1", &part, &why), 0);
	assert_int_equal(part.start, 6);
	assert_int_equal(part.blocks, 16);
	assert_int_equal(part_find(&table, "2", &part, &why), 0);
	assert_int_equal(part.start + part.blocks, BYTES / 4096 - 5);
	disk.blocks = BLOCKS;
	disk.block_size = 512;
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ "", "no partition is named" },
		{ "uuid_disk=00112233-4455-6677-8899-aabbccddeeff", "no partition is named" },
		{ "name=a", "partition 1 has no size" },
		{ "name=a,size=21M",
		  "partition 1: 43008 blocks from 34 on are not in 34 to 40926" },
		{ "name=a,size=1M,start=512", "partition 1: 2048 blocks from 1 on are not in 34" },
		{ "name=a,size=1M,start=1T", "start: 'T' is no K, M or G" },
		{ "name=a,size=18446744073709551615G", "is no number of bytes" },
		{ "name=a,size=17179869183G,start=17179869183G", "are not in 34 to 40926" },
		{ "name=a,size=1000", "size: 1000 is no multiple of a block, 512" },
		{ "name=a,size=", "size: '' is no number of bytes" },
		{ "name=a,size=-;name=b,size=-", "partition 2: 0 blocks from 40927 on" },
		{ "name=a,size=1M,start=2M;name=b,size=1M,start=0x280000",
		  "partition 2 lies over partition 1" },
		{ "name=a,size=1M,type=nonsense", "type: 'nonsense' is no GUID" },
		{ "name=a,size=1M,uuid=12345678", "uuid: '12345678' is no UUID" },
		{ "name=a,size=1M,colour=red", "'colour' is none of uuid_disk" },
		{ "name=a,size", "'size' has no '='" },
		{ "name=1234567890123456789012345678901234567,size=1M",
		  "has more than 36 letters" },
	};

	(void)state;
	memcpy(before, bytes, sizeof(bytes));
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(put(rows[i].text), -EINVAL);
		if (!strstr(why.text, rows[i].said))
			fail_msg("%s: %s", rows[i].text, why.text);
	}
	disk.blocks = 60;
	assert_int_equal(put("name=a,size=-"), -EINVAL);
	disk.blocks = BLOCKS;
	assert_memory_equal(before, bytes, sizeof(bytes));
}

/* Mutants of a text end in a table that is whole, or in a sentence. */
static void test_mutants(void **state)
{
	char text[sizeof(THREE)];
	unsigned int good = 0;

	(void)state;
	srand(1);
	for (int i = 0; i < 20000; i++) {
		memcpy(text, THREE, sizeof(text));
		for (int n = rand() % 4; n >= 0; n--)
			text[(size_t)rand() % (sizeof(text) - 1)] =
				rand() % 2 ? (char)rand() : "0123456789,;=-MGx{}"[rand() % 19];
		why.text[0] = '\0';
		if (parse(text)) {
			assert_true(why.text[0]);
			continue;
		}
		good++;
		left = ~0u;
		assert_int_equal(gpt_write(&gpt, &why), 0);
		assert_int_equal(gpt_verify(&gpt, &why), 0);
	}
	assert_in_range(good, 100, 19000);
}

/* What a disk has before: GPT, MBR, nothing. Of a GPT it has the old or the new, whenever. */
static void test_power_cut(void **state)
{
	static const char *const had[] = { "label: gpt\nname=old,size=4096",
					   "label: dos\nsize=4096", NULL };

	(void)state;
	for (unsigned int kind = 0; kind < 2 * ARRAY_SIZE(had); kind++) {
		const char *script = had[kind / 2];
		unsigned int cut;
		int err = -EIO;

		backwards = kind & 1;
		memset(before, 0, sizeof(before));
		if (script) {
			char path[100];
			FILE *f;

			assert_true(volume_shell(
				"rm -f old; truncate -s 20M old; printf '%s' | sfdisk old",
				script));
			snprintf(path, sizeof(path), "%s/old", volume_dir());
			f = fopen(path, "r");
			assert_int_equal(fread(before, 1, sizeof(before), f), sizeof(before));
			fclose(f);
		}
		assert_int_equal(parse("name=new,size=1M;name=more,size=-"), 0);
		for (cut = 1; err; cut++) {
			memcpy(bytes, before, sizeof(bytes));
			left = cut;
			err = gpt_write(&gpt, &why);
			assert_int_equal(part_open(&disk, &table, &why), 0);
			part.number = 0;
			if (table.scheme != PART_EFI) {
				assert_true(kind / 2);
				assert_int_equal(table.scheme, script ? PART_DOS : PART_NONE);
				continue;
			}
			assert_int_equal(part_next(&table, &part, &why), 0);
			if (strcmp(part.name, "new"))
				assert_string_equal(part.name, "old");
		}
		assert_int_equal(cut, 1 + 33 + 33 + 1 + 1);
		assert_true(judged(2));
	}
	backwards = false;
}

static void test_repaired(void **state)
{
	(void)state;
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(put(THREE), 0);
	memcpy(before, bytes, sizeof(bytes));
	for (int i = 0; i < 4; i++) {
		/* a header or entries, of either copy */
		static const size_t at[] = { 512 + 60, 1024 + 5, BYTES - 450,
					     BYTES - 33 * 512 + 5 };

		bytes[at[i]] ^= 1;
		assert_int_equal(gpt_verify(&gpt, &why), -EBADMSG);
		assert_int_equal(gpt_load(&gpt, &why), 0);
		assert_int_equal(gpt_write(&gpt, &why), 0);
		assert_memory_equal(before, bytes, sizeof(bytes));
	}
	bytes[512 + 60] ^= 1;
	bytes[BYTES - 450] ^= 1;
	assert_int_equal(gpt_load(&gpt, &why), -EBADMSG);
	memset(bytes, 0, 512);
	assert_int_equal(gpt_load(&gpt, &why), -ENOENT);
	assert_int_equal(gpt_verify(&gpt, &why), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),   cmocka_unit_test(test_blocks_of_4096),
		cmocka_unit_test(test_refused),   cmocka_unit_test(test_mutants),
		cmocka_unit_test(test_power_cut), cmocka_unit_test(test_repaired),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
