/* SPDX-License-Identifier: BSD-2-Clause */
/* The stored environment in blocks of a disk that belong to no partition. */
#include <errno.h>
#include <inttypes.h>

#include "common/source/env_disk.h"
#include "common/source/volume.h"
#include "lib/base/span.h"

static struct blk *blk;

/* What a table leaves: GPT has its own blocks at both ends. */
static bool free_of_table(const struct part_table *table, uint64_t start, uint64_t count)
{
	const uint64_t unit = blk->block_size;

	if (table->scheme == PART_EFI)
		return start >= 3 &&
		       start - 3 >= ((uint64_t)table->entries * table->entry_size - 1) / unit &&
		       start <= table->last && count - 1 <= table->last - start;
	return table->scheme == PART_NONE || start;
}

/* A copy at the disk's byte @offset: whole blocks of it, and nobody else's. */
static int check(const struct part_table *table, uint64_t offset, struct why *why)
{
	const uint64_t unit = blk->block_size, start = offset / unit;
	const uint64_t count = CONFIG_ENV_SIZE / unit;
	struct part part = { 0 };
	int err = 0;

	if (offset % unit || CONFIG_ENV_SIZE % unit || start > blk->blocks ||
	    count > blk->blocks - start)
		return refuse(why, -ENODEV,
			      "%s %u: a copy of 0x%x bytes at byte 0x%" PRIx64
			      " is not in its 0x%" PRIx64 " blocks of 0x%x bytes",
			      blk->type, blk->number, CONFIG_ENV_SIZE, offset, blk->blocks,
			      (unsigned int)unit);
	if (!free_of_table(table, start, count))
		return refuse(why, -ENODEV,
			      "%s %u: a copy at byte 0x%" PRIx64
			      " would lie in its partition table",
			      blk->type, blk->number, offset);
	while (table->scheme != PART_NONE && !(err = part_next(table, &part, why))) {
		if (span_overlap(start, count, part.start, part.blocks))
			return refuse(why, -ENODEV,
				      "%s %u: a copy at byte 0x%" PRIx64
				      " would lie in partition %u",
				      blk->type, blk->number, offset, part.number);
	}
	return MIN(err, 0);
}

static int open_disk(const struct env_disk *disk, struct why *why)
{
	struct volume_place place;
	struct fs *fs;
	int err = volume_place(disk->type, disk->spec, &place, why);

	if (err)
		return err;
	blk = place.blk;
	if (place.table.scheme == PART_NONE && !volume_mount(&place, &fs, why))
		return refuse(why, -ENODEV, "%s %u: all of it is a file system, %s", blk->type,
			      blk->number, fs->type->name);
	for (unsigned int i = 0; i < (IS_ENABLED(CONFIG_ENV_REDUNDANT) ? 2 : 1) && !err; i++)
		err = check(&place.table, disk->offset[i], why);
	return err;
}

static int read(const struct envpair *pair, unsigned int slot, void *dst, struct why *why)
{
	const struct env_disk *disk = pair->priv;

	return blk_read_at(blk, disk->offset[slot] / blk->block_size, pair->size / blk->block_size,
			   dst, why);
}

static int write(const struct envpair *pair, unsigned int slot, const void *src, struct why *why)
{
	const struct env_disk *disk = pair->priv;
	int err = blk_write_at(blk, disk->offset[slot] / blk->block_size,
			       pair->size / blk->block_size, src, why);

	return err ? err : blk_flush(blk, why);
}

static const struct env_disk disk = {
	.type = CONFIG_ENV_BLOCK_INTERFACE,
	.spec = CONFIG_ENV_BLOCK_DEVICE ":0",
	.offset = { CONFIG_ENV_OFFSET, CONFIG_ENV_OFFSET_REDUND },
	.open = open_disk,
	.read = read,
	.write = write,
};

ENV_DISK(keeper_block, "Block", &disk);
