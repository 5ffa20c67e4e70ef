/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stored environment in blocks, in files of FAT and in files of ext4, and a power cut at every
 * sector that a save writes. LOFT_SAVES: how many saves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/crc32.h"
#include "lib/env/envimage.h"
#include "lib/env/envpair.h"
#include "test/host/fs/volume.h"

#define SIZE    0x2000
#define UNIT    512
#define LOG_MAX 400

static struct cut {
	uint64_t at;
	uint8_t bytes[UNIT];
} cuts[LOG_MAX];
static unsigned int cut_count, cuts_seen;

static struct volume v, w;
static _Alignas(4) uint8_t raw[SIZE], room[SIZE];
static struct why why;

static void note_cut(void *priv, uint64_t at, const uint8_t *unit, uint32_t len)
{
	(void)priv;
	assert_true(cut_count < LOG_MAX && len == UNIT);
	cuts[cut_count].at = at;
	memcpy(cuts[cut_count++].bytes, unit, len);
}

/* ---- three places ---- */

static const char *const paths[] = { "/uboot.env", "/uboot-redund.env" };

static int file_read(const struct envpair *pair, unsigned int slot, void *dst, struct why *out)
{
	struct volume *volume = pair->priv;
	struct fs_node node;
	int err = fs_lookup(&volume->fs, paths[slot], &node, out);

	return err ? err : fs_read(&volume->fs, &node, 0, dst, pair->size, out);
}

static int file_write(const struct envpair *pair, unsigned int slot, const void *src,
		      struct why *out)
{
	struct volume *volume = pair->priv;

	return fs_save(&volume->fs, paths[slot], FS_WHOLE, src, pair->size, out);
}

static int block_read(const struct envpair *pair, unsigned int slot, void *dst, struct why *out)
{
	struct volume *volume = pair->priv;

	(void)out;
	memcpy(dst, volume->bytes + (slot + 1) * SIZE, SIZE);
	return 0;
}

static int block_write(const struct envpair *pair, unsigned int slot, const void *src,
		       struct why *out)
{
	struct volume *volume = pair->priv;
	const struct fs_segment segment = { (slot + 1) * SIZE, (void *)(uintptr_t)src, SIZE };

	(void)out;
	return volume->device.write(&volume->device, &segment, 1);
}

static struct envpair pair_of(struct volume *volume, bool files, bool redundant)
{
	return (struct envpair){ .size = SIZE,
				 .redundant = redundant,
				 .read = files ? file_read : block_read,
				 .write = files ? file_write : block_write,
				 .priv = volume };
}

/* ---- saves, and what is left of them ---- */

/* Other variables, and another number of them, with each turn; 0 is none. */
static size_t variables(unsigned int turn, char *text)
{
	const size_t count = 1 + turn * 37 % 150;
	size_t used = 0;

	if (!turn)
		return 0;
	for (size_t i = 0; i < count; i++)
		used += (size_t)sprintf(text + used, "v%03zu=%u is the turn", i, turn) + 1;
	return used;
}

static bool holds(struct envpair *pair, unsigned int turn)
{
	static char wanted[SIZE];
	const size_t used = variables(turn, wanted);
	unsigned int slot;
	size_t found;
	int err = envpair_load(pair, raw, &found, &slot, &why);

	if (!turn)
		return err == -ENOENT;
	return !err && found == used &&
	       !memcmp(raw + envimage_header(pair->redundant), wanted, used);
}

static int save(struct envpair *pair, unsigned int turn)
{
	static char text[SIZE];
	struct envstore store = { text, SIZE, variables(turn, text) };
	unsigned int slot;

	return envpair_save(pair, room, &store, &slot, &why);
}

static void remount(struct volume *x)
{
	static const struct fs_type *const types[] = { &fat_type, &ext4_type, NULL };

	assert_int_equal(fs_mount(&x->fs, types, &why), 0);
}

/* @single_holds: one copy alone is whole whatever happens */
static void cut_power(bool files, bool redundant, bool single_holds)
{
	struct envpair pair = pair_of(&v, files, redundant), left = pair_of(&w, files, redundant);
	const char *text = getenv("LOFT_SAVES");
	const unsigned int saves = text ? (unsigned int)atoi(text) : 20;
	unsigned int lost = 0;

	assert_int_equal(volume_open(&v, "img", UNIT), files ? 0 : -ENODEV);
	assert_int_equal(volume_open(&w, "img", UNIT), files ? 0 : -ENODEV);
	v.written = note_cut;
	cuts_seen = 0;
	assert_true(holds(&pair, 0));
	for (unsigned int turn = 1; turn <= saves; turn++) {
		cut_count = 0;
		assert_int_equal(save(&pair, turn), 0);
		for (unsigned int i = 0; i < cut_count; i++) {
			memcpy(w.bytes + cuts[i].at, cuts[i].bytes, UNIT);
			if (files)
				remount(&w);
			/* before the first there was none that could be lost */
			if (turn > 1 && !holds(&left, turn) && !holds(&left, turn - 1))
				lost++;
			cuts_seen++;
		}
		assert_memory_equal(v.bytes, w.bytes, v.device.size);
		assert_true(holds(&left, turn));
		if (files)
			remount(&v);
	}
	print_message("%u power cuts, %u of them without an environment\n", cuts_seen, lost);
	assert_true(cuts_seen >= saves * SIZE / UNIT);
	/* The test sees what is lost where it can be: one copy that is written over in place. */
	if (redundant || single_holds)
		assert_int_equal(lost, 0);
	else
		assert_true(lost);
	volume_close(&v);
	volume_close(&w);
}

static void test_blocks(void **state)
{
	(void)state;
	assert_true(volume_shell("rm -f img; truncate -s 128K img"));
	cut_power(false, true, false);
	cut_power(false, false, false);
}

static void test_fat(void **state)
{
	(void)state;
	assert_true(volume_shell("rm -f img; mkfs.vfat -C -F 16 -s 1 img 4096"));
	cut_power(true, true, true);
	cut_power(true, false, true);
}

static void test_ext4(void **state)
{
	(void)state;
	assert_true(volume_shell("rm -rf img tree; mkdir tree; truncate -s 8M img\n"
				 "for f in uboot.env uboot-redund.env; do\n"
				 "dd if=/dev/zero of=tree/$f bs=%u count=1; done\n"
				 "mkfs.ext4 -q -b 1024 -d tree img",
				 SIZE));
	/* mkfs leaves zeros a hole */
	assert_true(volume_shell("for f in uboot.env uboot-redund.env; do\n"
				 "tr '\\000' '\\377' <tree/$f >t; mv t tree/$f; done\n"
				 "rm img; truncate -s 8M img; mkfs.ext4 -q -b 1024 -d tree img"));
	cut_power(true, true, false);
	cut_power(true, false, false);
}

/* ---- formats of others, and what is no environment ---- */

static void put_copy(unsigned int slot, const char *data, size_t used, unsigned int header,
		     uint8_t generation)
{
	uint8_t *copy = v.bytes + (slot + 1) * SIZE;
	uint32_t crc;

	memset(copy, 0, SIZE);
	memcpy(copy + header, data, used);
	copy[4] = header == 5 ? generation : copy[4];
	crc = crc32(0, copy + header, SIZE - header);
	memcpy(copy, &crc, 4);
}

static void test_others(void **state)
{
	static const char one[] = "a=1\0b=one";
	struct envpair pair = pair_of(&v, false, true);
	unsigned int slot;
	size_t used;

	(void)state;
	assert_true(volume_shell("rm -f img; truncate -s 128K img"));
	(void)!volume_open(&v, "img", UNIT);
	for (unsigned int redundant = 0; redundant < 2; redundant++) {
		for (unsigned int header = 4; header <= 5; header++) {
			pair.redundant = redundant;
			put_copy(0, one, sizeof(one), header, 7);
			put_copy(1, "a=2", 4, 5, 6);
			assert_int_equal(envpair_load(&pair, raw, &used, &slot, &why), 0);
			if (header == 4 && redundant)
				continue; /* its first letter is no generation: either is right */
			assert_int_equal(slot, 0);
			assert_int_equal(used, sizeof(one));
			assert_memory_equal(raw + envimage_header(redundant), one, used);
		}
	}
	pair.redundant = true;
	put_copy(0, one, sizeof(one), 5, 255);
	put_copy(1, "a=2", 4, 5, 0);
	assert_int_equal(envpair_load(&pair, raw, &used, &slot, &why), 0);
	assert_int_equal(slot, 1);
	v.bytes[2 * SIZE + 100] ^= 1;
	assert_int_equal(envpair_load(&pair, raw, &used, &slot, &why), 0);
	assert_int_equal(slot, 0);
	assert_memory_equal(raw + 5, one, used);
	v.bytes[SIZE + 8] ^= 1;
	assert_int_equal(envpair_load(&pair, raw, &used, &slot, &why), -EBADMSG);
	assert_string_equal(why.text, "bad CRC");
	assert_int_equal(save(&pair, 3), 0);
	assert_true(holds(&pair, 3));
	assert_int_equal(envpair_erase(&pair, room, &why), 0);
	assert_true(holds(&pair, 0));
	assert_string_equal(why.text, "nothing stored");
	volume_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_fat),
		cmocka_unit_test(test_ext4),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
