/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/source/disk_blkmap.h"

#include <arch/io.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/fdt/fdt.h"
#include "common/mem/memguard.h"
#include "common/source/disk.h"
#include "common/source/hostfs.h"

#define MAPS_MAX 8

static struct blkmap *maps[MAPS_MAX];

struct blkmap *blkmap_find(const char *label)
{
	for (unsigned int i = 0; i < MAPS_MAX; i++)
		if (maps[i] && maps[i]->used && !strcmp(maps[i]->blk.product, label))
			return maps[i];
	return NULL;
}

static void scan(void)
{
	for (unsigned int i = 0; i < MAPS_MAX; i++)
		if (maps[i] && maps[i]->used)
			blk_add(&maps[i]->blk);
}

TABLE_ENTRY(disk_table, struct disk_type, disk_blkmap) = {
	.name = "blkmap",
	.title = "BLKMAP",
	.scan = scan,
};

int blkmap_create(const char *label, struct why *why)
{
	const size_t len = strlen(label);
	unsigned int i = 0;

	if (!len || len >= sizeof(maps[0]->blk.product))
		return refuse(why, -EINVAL, "a label has 1 to %zu characters",
			      sizeof(maps[0]->blk.product) - 1);
	if (blkmap_find(label))
		return refuse(why, -EEXIST, "there is one of that label");
	while (i < MAPS_MAX && maps[i] && maps[i]->used)
		i++;
	if (i == MAPS_MAX)
		return refuse(why, -ENOSPC, "there are %u already, as many as may be", MAPS_MAX);
	if (!maps[i])
		maps[i] = disk_memory(sizeof(*maps[i]), 64);
	if (!maps[i])
		return refuse(why, -ENOMEM, "there is no memory for it");
	blkmap_init(maps[i], label);
	maps[i]->used = true;
	disk_scan(disk_type("blkmap"));
	return 0;
}

void blkmap_destroy(struct blkmap *map)
{
	map->used = false;
	disk_scan(disk_type("blkmap"));
}

/* A flash is a device, which is read in whole words. */
static void copy_words(unsigned char *to, paddr_t from, size_t size)
{
	for (size_t i = 0; i < size; i += 4) {
		const uint32_t word = mmio_read32(from + i);

		memcpy(to + i, &word, 4);
	}
}

static int move_memory(const struct blkmap_slice *slice, bool write, uint64_t block, uint32_t count,
		       void *buffer)
{
	const paddr_t at = slice->at + block * BLKMAP_BLOCK;
	const size_t size = (size_t)count * BLKMAP_BLOCK;

	/* since it was mapped somebody may have come to own it */
	if (write && memguard_check_write(&machine.mem, at, size, NULL))
		return -EROFS;
	if (write)
		memmove((void *)at, buffer, size);
	else if (memmap_is_dram(&machine.mem, at, size))
		memmove(buffer, (void *)at, size);
	else
		copy_words(buffer, at, size);
	return 0;
}

int blkmap_map_memory(struct blkmap *map, struct blkmap_slice *slice, struct why *why)
{
	const uint64_t size = slice->count * BLKMAP_BLOCK;
	uint64_t left;
	int err;

	slice->move = move_memory;
	if (slice->at % 4)
		return refuse(why, -EINVAL, "0x%" PRIx64 " is not a multiple of 4", slice->at);
	err = machine_readable(&machine, slice->at, &left, why);
	if (err)
		return err;
	if (slice->count > left / BLKMAP_BLOCK)
		return refuse(why, -ERANGE,
			      "0x%" PRIx64 " blocks pass the end of what is at 0x%" PRIx64
			      ": 0x%" PRIx64 " bytes",
			      slice->count, slice->at, left);
	slice->read_only = !memmap_is_dram(&machine.mem, slice->at, size) ||
			   memguard_check_write(&machine.mem, slice->at, size, NULL);
	return blkmap_add(map, slice, why);
}

int blkmap_map_disk(struct blkmap *map, struct blkmap_slice *slice, struct why *why)
{
	struct blk *blk;
	int err = disk_find(slice->name, slice->number, &blk, why);

	if (err)
		return err;
	if (!strcmp(blk->type, map->blk.type))
		return refuse(why, -ELOOP, "%s %u is put together itself", blk->type, blk->number);
	if (blk->block_size != BLKMAP_BLOCK)
		return refuse(why, -ENOTSUP,
			      "%s %u has blocks of %" PRIu32 " bytes; of %u it must be", blk->type,
			      blk->number, blk->block_size, BLKMAP_BLOCK);
	if (slice->at > blk->blocks || slice->count > blk->blocks - slice->at)
		return refuse(why, -ERANGE,
			      "%s %u: 0x%" PRIx64 " blocks at 0x%" PRIx64
			      " pass its end: it has 0x%" PRIx64,
			      blk->type, blk->number, slice->count, slice->at, blk->blocks);
	blkmap_linear(slice);
	slice->read_only = blk->read_only;
	return blkmap_add(map, slice, why);
}

static int move_file(const struct blkmap_slice *slice, bool write, uint64_t block, uint32_t count,
		     void *buffer)
{
	const int err = hostfs_move(slice->name, write, buffer, (uint64_t)count * BLKMAP_BLOCK,
				    (slice->at + block) * BLKMAP_BLOCK);

	return err == -EACCES ? -ENODEV : err;
}

int blkmap_map_file(struct blkmap *map, struct blkmap_slice *slice, struct why *why)
{
	struct source source;
	uint64_t blocks;
	int err;

	if (!IS_ENABLED(CONFIG_HOSTFS))
		return refuse(why, -ENOTSUP, "files of the host are not built in");
	err = hostfs_source(&source, slice->name, why);
	if (err)
		return err;
	blocks = source.size / BLKMAP_BLOCK;
	if (slice->at > blocks || slice->count > blocks - slice->at)
		return refuse(why, -ERANGE,
			      "'%s': 0x%" PRIx64 " blocks at 0x%" PRIx64
			      " pass its end: it has 0x%" PRIx64,
			      slice->name, slice->count, slice->at, blocks);
	slice->move = move_file;
	return blkmap_add(map, slice, why);
}
