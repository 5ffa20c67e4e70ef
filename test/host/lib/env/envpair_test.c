/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stored environment in blocks, in files of FAT and in files of ext4, and a power cut at every
 * sector that a save writes; between two flushes a disk writes in any order. LOFT_SAVES: how many
 * saves; LOFT_LOOK: each so-many'th cut is looked at by fsck.fat or e2fsck, and by fw_printenv.
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
	unsigned int flush;
	uint8_t bytes[UNIT];
} cuts[LOG_MAX];
static unsigned int cut_count, flush_count, cuts_seen;

static struct volume v, w;
static _Alignas(4) uint8_t raw[SIZE], room[SIZE];
static struct why why;

static void note_cut(void *priv, uint64_t at, const uint8_t *unit, uint32_t len)
{
	(void)priv;
	assert_true(cut_count < LOG_MAX && len == UNIT);
	cuts[cut_count].at = at;
	cuts[cut_count].flush = flush_count;
	memcpy(cuts[cut_count++].bytes, unit, len);
}

static void note_flush(void *priv)
{
	(void)priv;
	flush_count++;
}

static unsigned int setting(const char *name, unsigned int usual)
{
	const char *text = getenv(name);

	return text ? (unsigned int)atoi(text) : usual;
}

/* ---- three places ---- */

enum place { BLOCKS, FAT, EXT4 };

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

static struct envpair pair_of(struct volume *volume, enum place place, bool redundant)
{
	return (struct envpair){ .size = SIZE,
				 .redundant = redundant,
				 .read = place ? file_read : block_read,
				 .write = place ? file_write : block_write,
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

/* ---- the power goes ---- */

/**
 * struct cutter - saves in one of the places
 * @left:   what is left of them, in w
 * @turn:   the save that was cut
 * @orders: choices of the sectors between two flushes
 * @looks:  of fsck and fw_printenv
 * @lost:   cuts after which there was no environment
 */
struct cutter {
	enum place place;
	struct envpair left;
	unsigned int turn, orders, looks, lost;
};

static void write_image(const char *name)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", volume_dir(), name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(w.bytes, 1, w.device.size, f), w.device.size);
	assert_int_equal(fclose(f), 0);
}

/* The system's tools find a sound volume and the environment of this @turn, or none for 0. */
static void look(struct cutter *c, unsigned int turn)
{
	static const char *const copies[] = {
		"cp cut.img a; cp cut.img b",
		"mcopy -n -i cut.img ::uboot.env a || :; mcopy -n -i cut.img ::uboot-redund.env b || :",
		"debugfs -R 'dump /uboot.env a' cut.img; debugfs -R 'dump /uboot-redund.env b' cut.img",
	};
	const unsigned int at = c->place == BLOCKS ? SIZE : 0;
	bool clean;

	c->looks++;
	write_image("cut.img");
	if (c->place == FAT)
		assert_true(volume_fsck_fat("cut.img", &clean));
	if (c->place == EXT4)
		assert_true(volume_shell("e2fsck -fn cut.img"));
	if (!turn || system("command -v fw_printenv >/dev/null"))
		return;
	assert_true(volume_shell("rm -f a b; %s\n"
				 "echo $PWD/a %#x %#x >c; [ %u = 0 ] || echo $PWD/b %#x %#x >>c\n"
				 "fw_printenv -c c >found\n"
				 "grep -qx 'v000=%u is the turn' found\n"
				 "[ $(wc -l <found) = %u ]",
				 copies[c->place], at, SIZE, c->left.redundant, at * 2, SIZE, turn,
				 1 + turn * 37 % 150));
}

static void check_cut(struct cutter *c)
{
	unsigned int turn = c->turn;

	if (c->place)
		remount(&w);
	if (!holds(&c->left, turn) && !holds(&c->left, --turn)) {
		c->lost++;
		turn = 0;
	}
	if (++cuts_seen % setting("LOFT_LOOK", 67) == 0)
		look(c, turn);
}

/* Some of the sectors [@from, @to), which one flush ends. */
static void check_order(struct cutter *c, unsigned int from, unsigned int to)
{
	static uint8_t old[LOG_MAX][UNIT];
	static uint32_t dice = 1;

	for (unsigned int i = from; i < to; i++)
		memcpy(old[i], w.bytes + cuts[i].at, UNIT);
	for (unsigned int i = from; i < to; i++) {
		dice = dice * 1664525 + 1013904223;
		if (dice >> 31)
			memcpy(w.bytes + cuts[i].at, cuts[i].bytes, UNIT);
	}
	check_cut(c);
	c->orders++;
	for (unsigned int i = to; i-- > from;)
		memcpy(w.bytes + cuts[i].at, old[i], UNIT);
}

static void check_cuts(struct cutter *c)
{
	for (unsigned int i = 0, to = 0; i < cut_count; i++) {
		if (i == to) {
			while (to < cut_count && cuts[to].flush == cuts[i].flush)
				to++;
			for (unsigned int n = 0; n < 3; n++)
				check_order(c, i, to);
		}
		memcpy(w.bytes + cuts[i].at, cuts[i].bytes, UNIT);
		check_cut(c);
	}
}

/* @single_holds: one copy alone is whole whatever happens */
static void cut_power(enum place place, bool redundant, bool single_holds)
{
	struct cutter c = { .place = place, .left = pair_of(&w, place, redundant) };
	struct envpair pair = pair_of(&v, place, redundant);
	const unsigned int saves = setting("LOFT_SAVES", 20);

	assert_int_equal(volume_open(&v, "img", UNIT), place ? 0 : -ENODEV);
	assert_int_equal(volume_open(&w, "img", UNIT), place ? 0 : -ENODEV);
	v.written = note_cut;
	v.flushed = note_flush;
	cuts_seen = 0;
	assert_true(holds(&pair, 0));
	for (unsigned int turn = 1; turn <= saves; turn++) {
		cut_count = 0;
		assert_int_equal(save(&pair, turn), 0);
		if (turn > 1) { /* before the first there was none that could be lost */
			c.turn = turn;
			check_cuts(&c);
		} else {
			memcpy(w.bytes, v.bytes, v.device.size);
		}
		assert_memory_equal(v.bytes, w.bytes, v.device.size);
		if (place) {
			remount(&w);
			remount(&v);
		}
		assert_true(holds(&c.left, turn));
	}
	look(&c, saves);
	print_message("%u power cuts, %u of them with sectors in another order, %u looks of "
		      "the system's tools; %u without an environment\n",
		      cuts_seen, c.orders, c.looks, c.lost);
	assert_true(cuts_seen >= (saves - 1) * SIZE / UNIT);
	/* The test sees what is lost where it can be: one copy that is written over in place. */
	if (redundant || single_holds)
		assert_int_equal(c.lost, 0);
	else
		assert_true(c.lost);
	volume_close(&v);
	volume_close(&w);
}

static void test_blocks(void **state)
{
	(void)state;
	assert_true(volume_shell("rm -f img; truncate -s 128K img"));
	cut_power(BLOCKS, true, false);
	cut_power(BLOCKS, false, false);
}

static void test_fat(void **state)
{
	(void)state;
	assert_true(volume_shell("rm -f img; mkfs.vfat -C -F 16 -s 1 img 4096"));
	cut_power(FAT, true, true);
	cut_power(FAT, false, true);
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
	cut_power(EXT4, true, false);
	cut_power(EXT4, false, false);
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
	struct envpair pair = pair_of(&v, BLOCKS, true);
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
