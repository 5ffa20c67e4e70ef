// SPDX-License-Identifier: BSD-2-Clause
/* FAT, written: the tables and the clusters that are free. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/fat_write.h"
#include "lib/base/le.h"

#define INFO_FREE    488
#define INFO_HINT    492
#define INFO_UNKNOWN UINT32_MAX

#define COMPARED     256 /* bytes of two tables at a time */

/* In all tables. The four highest bits of FAT32 stay what they are. */
static int set_entry(struct fs *fs, uint32_t cluster, uint32_t value)
{
	const struct fat *fat = fat_state(fs);
	const uint64_t off =
		fat->bits == 12 ? cluster + cluster / 2 : (uint64_t)cluster * (fat->bits / 8);
	const unsigned int width = fat->bits == 32 ? 4 : 2;
	uint8_t raw[4] = { 0 };
	int err = fs_copy(fs, fat->table + off, raw, width);

	if (err)
		return err;
	if (fat->bits == 32)
		put_le32(raw, (get_le32(raw) & 0xf0000000) | (value & 0x0fffffff));
	else if (fat->bits == 16)
		put_le16(raw, (uint16_t)value);
	else if (cluster & 1)
		put_le16(raw, (uint16_t)((get_le16(raw) & 0x000f) | value << 4));
	else
		put_le16(raw, (uint16_t)((get_le16(raw) & 0xf000) | (value & 0x0fff)));
	for (uint32_t i = 0; i < fat->mirrors && !err; i++)
		err = fs_put(fs, fat->tables + i * fat->table_size + off, raw, width);
	return err;
}

/* ---- before and after ---- */

static int count_free(struct fs *fs, uint32_t *count)
{
	const struct fat *fat = fat_state(fs);
	uint32_t value = 0;

	*count = 0;
	for (uint32_t i = 0; i < fat->clusters; i++) {
		int err = fat_table_entry(fs, i + 2, &value);

		if (err)
			return err;
		*count += !value;
	}
	return 0;
}

/* The one in use counts. */
static int equal_tables(struct fs *fs)
{
	const struct fat *fat = fat_state(fs);
	uint8_t wanted[COMPARED], found[COMPARED];
	int err = 0;

	for (uint64_t off = 0; off < fat->table_size && !err; off += COMPARED) {
		err = fs_copy(fs, fat->table + off, wanted, COMPARED);
		for (uint32_t i = 1; i < fat->mirrors && !err; i++) {
			const uint64_t at = fat->tables + i * fat->table_size + off;

			err = fs_copy(fs, at, found, COMPARED);
			if (!err && memcmp(wanted, found, COMPARED))
				err = fs_put(fs, at, wanted, COMPARED);
		}
	}
	return err;
}

static int read_info(struct fs *fs, uint32_t *free)
{
	struct fat *fat = fat_state(fs);
	const uint8_t *b;
	int err;

	*free = INFO_UNKNOWN;
	fat->hint = 2;
	if (!fat->info)
		return 0;
	err = fs_get(fs, fat->info, 512, &b);
	if (err)
		return err;
	if (get_le32(b) != 0x41615252 || get_le32(b + 484) != 0x61417272) {
		fat->info = 0;
		return 0;
	}
	if (get_le32(b + INFO_FREE) <= fat->clusters)
		*free = get_le32(b + INFO_FREE);
	if (fat_is_cluster(fat, get_le32(b + INFO_HINT)))
		fat->hint = get_le32(b + INFO_HINT);
	return 0;
}

static int write_info(struct fs *fs, uint32_t free)
{
	const struct fat *fat = fat_state(fs);
	uint8_t raw[8];

	put_le32(raw, free);
	put_le32(raw + 4, fat->hint);
	return fs_put(fs, fat->info + INFO_FREE, raw, sizeof(raw));
}

int fat_begin(struct fs *fs)
{
	struct fat *fat = fat_state(fs);
	int err = read_info(fs, &fat->free);

	if (!err && fat->free == INFO_UNKNOWN) {
		err = equal_tables(fs);
		if (!err)
			err = count_free(fs, &fat->free);
	}
	if (!err && fat->info)
		err = write_info(fs, INFO_UNKNOWN);
	return err ? err : fs_sync(fs);
}

int fat_end(struct fs *fs, int err)
{
	struct fat *fat = fat_state(fs);
	int sync = fs_sync(fs);

	if (!sync && fat->info)
		sync = write_info(fs, fat->free);
	if (!sync)
		sync = fs_sync(fs);
	memset(&fat->known, 0, sizeof(fat->known));
	return err ? err : sync;
}

/* ---- chains ---- */

static int next_free(struct fs *fs, uint32_t *cluster)
{
	const struct fat *fat = fat_state(fs);
	uint32_t value = 1;

	for (uint32_t looked = 0; looked < fat->clusters; looked++) {
		int err;

		if (!fat_is_cluster(fat, *cluster))
			*cluster = 2;
		err = fat_table_entry(fs, *cluster, &value);
		if (err || !value)
			return err;
		++*cluster;
	}
	return fs_damaged(fs, "it says that clusters are free, and none is");
}

int fat_chain_new(struct fs *fs, uint64_t count, uint32_t *first)
{
	struct fat *fat = fat_state(fs);
	uint32_t before = 0;
	int err = 0;

	*first = 0;
	if (count > fat->free)
		return refuse(fs->why, -ENOSPC,
			      "%s: %" PRIu64 " bytes are wanted, and %" PRIu64
			      " are free: what is replaced goes only after that",
			      fs->type->name, count << fat->shift,
			      (uint64_t)fat->free << fat->shift);
	for (uint64_t i = 0; i < count && !err; i++) {
		uint32_t cluster = fat->hint;

		err = next_free(fs, &cluster);
		if (!err)
			err = set_entry(fs, cluster, 0x0fffffff);
		if (!err && before)
			err = set_entry(fs, before, cluster);
		if (err)
			break;
		if (!before)
			*first = cluster;
		before = cluster;
		fat->free--;
		fat->hint = cluster + 1;
	}
	memset(&fat->known, 0, sizeof(fat->known));
	return err;
}

int fat_chain_free(struct fs *fs, uint32_t first)
{
	struct fat *fat = fat_state(fs);
	int err = 0;

	for (uint32_t i = 0; i < fat->clusters && fat_is_cluster(fat, first) && !err; i++) {
		uint32_t next = 0;

		err = fat_table_entry(fs, first, &next);
		if (!err && !next)
			break; /* a chain that ends in a free cluster, or a ring */
		if (!err)
			err = set_entry(fs, first, 0);
		fat->free += !err;
		first = next;
	}
	memset(&fat->known, 0, sizeof(fat->known));
	return err;
}

int fat_zero(struct fs *fs, uint32_t cluster)
{
	static const uint8_t zeros[512];
	const struct fat *fat = fat_state(fs);
	int err = 0;

	for (uint64_t off = 0; off < UINT64_C(1) << fat->shift && !err; off += sizeof(zeros))
		err = fs_put(fs, fat_cluster_at(fat, cluster) + off, zeros, sizeof(zeros));
	return err;
}

int fat_chain_grow(struct fs *fs, uint32_t first)
{
	struct fat *fat = fat_state(fs);
	uint32_t last = first, value = first, more;
	int err;

	for (uint32_t i = 0; i < fat->clusters && fat_is_cluster(fat, value); i++) {
		last = value;
		err = fat_table_entry(fs, last, &value);
		if (err)
			return err;
	}
	if (!fat_is_end(fat, value))
		return fs_damaged(fs, "the chain of cluster %" PRIu32 " has no end", first);
	if (fat->bits == 12 && (last + last / 2) % 512 == 511)
		return refuse(fs->why, -ENOSPC,
			      "fat: the folder is full: its last cluster, %" PRIu32
			      ", has its entry in two sectors",
			      last);
	err = fat_chain_new(fs, 1, &more);
	if (!err)
		err = fat_zero(fs, more);
	if (!err)
		err = fs_sync(fs);
	if (!err)
		err = set_entry(fs, last, more);
	return err ? err : fs_sync(fs);
}
