/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/block/blkmap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct blkmap *map_of(struct blk *blk)
{
	return (struct blkmap *)blk; /* the first member */
}

static const struct blkmap_slice *slice_at(const struct blkmap *map, uint64_t lba)
{
	for (unsigned int i = 0; i < map->slices; i++) {
		const struct blkmap_slice *slice = &map->slice[i];

		if (lba >= slice->first && lba - slice->first < slice->count)
			return slice;
	}
	return NULL;
}

static int transfer_one(const struct blkmap *map, bool write, struct blk_request rest)
{
	while (rest.count) {
		const struct blkmap_slice *slice = slice_at(map, rest.lba);
		uint64_t block;
		uint32_t part;
		int err;

		if (!slice)
			return -EIO;
		block = rest.lba - slice->first;
		part = (uint32_t)MIN((uint64_t)rest.count, slice->count - block);
		err = slice->move(slice, write, block, part, rest.buffer);
		if (err)
			return err;
		rest.lba += part;
		rest.count -= part;
		rest.buffer = (char *)rest.buffer + (size_t)part * BLKMAP_BLOCK;
	}
	return 0;
}

static int transfer(struct blk *blk, bool write, const struct blk_request *list, unsigned int count,
		    unsigned int *failed)
{
	int err = 0;

	for (unsigned int i = 0; i < count && !err; i++) {
		*failed = i;
		err = transfer_one(map_of(blk), write, list[i]);
	}
	return err;
}

static int flush(struct blk *blk)
{
	const struct blkmap *map = map_of(blk);
	int err = 0;

	for (unsigned int i = 0; i < map->slices && !err; i++)
		if (map->slice[i].flush)
			err = map->slice[i].flush(&map->slice[i]);
	return err;
}

void blkmap_init(struct blkmap *map, const char *label)
{
	static const struct blk_ops ops = { .transfer = transfer, .flush = flush };

	*map = (struct blkmap){ .blk = { .ops = &ops,
					 .type = "blkmap",
					 .block_size = BLKMAP_BLOCK,
					 .request_max = UINT32_MAX / BLKMAP_BLOCK,
					 .vendor = "Loft",
					 .revision = "1.0" } };
	snprintf(map->blk.product, sizeof(map->blk.product), "%s", label);
}

int blkmap_add(struct blkmap *map, const struct blkmap_slice *slice, struct why *why)
{
	if (map->slices == BLKMAP_SLICES)
		return refuse(why, -ENOSPC, "it has %u pieces already", BLKMAP_SLICES);
	if (!slice->count || slice->count > UINT64_MAX / BLKMAP_BLOCK ||
	    slice->first > UINT64_MAX / BLKMAP_BLOCK - slice->count)
		return refuse(why, -EINVAL,
			      "0x%" PRIx64 " blocks at 0x%" PRIx64 " are none, or too many",
			      slice->count, slice->first);
	for (unsigned int i = 0; i < map->slices; i++) {
		const struct blkmap_slice *other = &map->slice[i];

		if (other->first < slice->first ? slice->first - other->first >= other->count
						: other->first - slice->first >= slice->count)
			continue;
		return refuse(why, -EBUSY, "blocks 0x%" PRIx64 "+0x%" PRIx64 " are mapped already",
			      other->first, other->count);
	}
	map->slice[map->slices++] = *slice;
	map->blk.blocks = MAX(map->blk.blocks, slice->first + slice->count);
	map->blk.read_only |= slice->read_only;
	return 0;
}

/* It is looked up each time: a new scan may have put another disk, or none, in its place. */
static struct blk *behind(const struct blkmap_slice *slice)
{
	struct blk *blk = blk_find(slice->name, slice->number);

	return blk && blk->block_size == BLKMAP_BLOCK ? blk : NULL;
}

static int move_linear(const struct blkmap_slice *slice, bool write, uint64_t block, uint32_t count,
		       void *buffer)
{
	struct blk *blk = behind(slice);

	if (!blk)
		return -ENODEV;
	return write ? blk_write_at(blk, slice->at + block, count, buffer, NULL)
		     : blk_read_at(blk, slice->at + block, count, buffer, NULL);
}

static int flush_linear(const struct blkmap_slice *slice)
{
	struct blk *blk = behind(slice);

	return blk ? blk_flush(blk, NULL) : -ENODEV;
}

void blkmap_linear(struct blkmap_slice *slice)
{
	slice->move = move_linear;
	slice->flush = flush_linear;
}
