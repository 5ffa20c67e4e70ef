/* SPDX-License-Identifier: BSD-2-Clause */
#define LOG_NAME "disk"
#include "common/source/volume.h"

#include <errno.h>
#include <string.h>

#include "common/console/console.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/source/progress.h"
#include "lib/base/log.h"
#include "lib/base/num.h"

#define SLICE (8 * MIB) /* of a read, between looks at the console */

/** struct mounted - the one volume, and memory for its metadata */
struct mounted {
	uint8_t pieces[FS_PIECES * FS_PIECE];
	uint8_t block[PART_BLOCK_MAX];
	struct fs fs;
	struct fs_device device;
	struct volume_place place;
	paddr_t scratch; /* 0: none taken */
	struct why why;
};

#define BUILT(type)  &type,
#define ABSENT(type)
#define FS_TYPE(option, type) SELECT_IF(option, BUILT, ABSENT)(type)
static const struct fs_type *const types[] = {
#include "fs/types.inc"
	NULL,
};

static struct mounted *mounted(struct why *why)
{
	static struct mounted *memory;

	if (!memory)
		memory = disk_memory(sizeof(*memory), FS_PIECE);
	if (!memory)
		(void)!refuse(why, -ENOMEM, "no memory for a volume's metadata");
	return memory;
}

/* ---- partitions ---- */

static int read_block(struct part_disk *disk, uint64_t block, void *to)
{
	return blk_read_at(disk->priv, block, 1, to, NULL);
}

/* The first with the boot flag, or the first. */
static int find_auto(struct volume_place *place, struct why *why)
{
	struct part part = { 0 };
	int err, bad = 0;

	while (!part.bootable && (err = part_next(&place->table, &part, why)) <= 0) {
		if (err)
			bad = err;
		else if (!place->part.number || part.bootable)
			place->part = part;
	}
	if (place->part.number || bad)
		return place->part.number ? 0 : bad;
	return refuse(why, -ENOENT, "%s %u: its table has no partition", place->blk->type,
		      place->blk->number);
}

/* @which: what stands behind the disk's number: "", ":1", "#name" */
static int find_part(const char *which, struct volume_place *place, struct why *why)
{
	int err;

	err = part_open(place->table.disk, &place->table, why);
	if (err)
		return err;
	if (place->table.backup)
		log_warn("%s; the copy at the disk's end is used", why->text);
	if (place->table.scheme == PART_NONE || !strcmp(which, ":0"))
		return 0;
	if (!strcmp(which, ":auto"))
		return find_auto(place, why);
	if (!which[0] || !strcmp(which, ":"))
		which = ":1";
	return part_find(&place->table, which[0] == ':' ? which + 1 : which, &place->part, why);
}

static const char *usual_spec(void)
{
	const char *spec = env_get("bootdevice");

	return spec && spec[0] ? spec : "0";
}

int volume_place(const char *type, const char *spec, struct volume_place *place, struct why *why)
{
	static struct part_disk disk;
	struct mounted *m = mounted(why);
	uint64_t number;
	size_t digits;
	char text[8];
	int err;

	if (!m)
		return -ENOMEM;
	if (!spec || !spec[0])
		spec = usual_spec();
	digits = strcspn(spec, ":#");
	if (digits < sizeof(text)) {
		memcpy(text, spec, digits);
		text[digits] = '\0';
	}
	if (digits >= sizeof(text) || num_parse(text, 16, &number) || number > UINT16_MAX)
		return refuse(why, -EINVAL, "'%s' is not disk:partition", spec);
	*place = (struct volume_place){ 0 };
	err = disk_find(type, (unsigned int)number, &place->blk, why);
	if (err)
		return err;
	disk = (struct part_disk){ .blocks = place->blk->blocks,
				   .block_size = place->blk->block_size,
				   .read = read_block,
				   .priv = place->blk,
				   .buffer = m->block };
	place->table.disk = &disk;
	return find_part(spec + digits, place, why);
}

/* ---- the file system ---- */

static int transfer(struct fs_device *device, bool write, const struct fs_segment *segments,
		    unsigned int count)
{
	struct mounted *m = device->priv;
	const struct blk *blk = m->place.blk;
	struct blk_request list[FS_SEGMENTS];
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (segments[i].len / blk->block_size > UINT32_MAX)
			return -E2BIG;
		list[i] = (struct blk_request){
			.lba = m->place.part.start + segments[i].at / blk->block_size,
			.count = (uint32_t)(segments[i].len / blk->block_size),
			.buffer = segments[i].dst,
		};
	}
	return write ? blk_write(m->place.blk, list, count, m->fs.why)
		     : blk_read(m->place.blk, list, count, m->fs.why);
}

static int device_read(struct fs_device *device, const struct fs_segment *segments,
		       unsigned int count)
{
	return transfer(device, false, segments, count);
}

static int device_write(struct fs_device *device, const struct fs_segment *segments,
			unsigned int count)
{
	return transfer(device, true, segments, count);
}

static int device_flush(struct fs_device *device)
{
	struct mounted *m = device->priv;

	return blk_flush(m->place.blk, m->fs.why);
}

/* For a journal that is replayed and blocks that are unpacked: as much as it takes, until another
 * volume is mounted. */
static int take_scratch(struct mounted *m, struct why *why)
{
	int err = memmap_alloc(&machine.mem, m->fs.scratch_wanted, FS_PIECE, true, UINT64_MAX, 0,
			       "volume", &m->scratch, why);

	if (err)
		return err;
	m->fs.scratch = (void *)m->scratch;
	m->fs.scratch_size = m->fs.scratch_wanted;
	return fs_mount(&m->fs, types, why);
}

int volume_mount(const struct volume_place *place, struct fs **fs, struct why *why)
{
	struct mounted *m = mounted(why);
	const uint64_t blocks = place->part.number ? place->part.blocks : place->blk->blocks;
	int err;

	if (!m)
		return -ENOMEM;
	if (m->scratch)
		(void)!memmap_release(&machine.mem, m->scratch);
	m->scratch = 0;
	m->place = *place;
	m->device =
		(struct fs_device){ .size = blocks * place->blk->block_size,
				    .unit = place->blk->block_size,
				    .read = device_read,
				    .write = IS_ENABLED(CONFIG_FS_WRITE) && !place->blk->read_only
						     ? device_write
						     : NULL,
				    .flush = device_flush,
				    .priv = m };
	m->fs.device = &m->device;
	m->fs.pieces = m->pieces;
	m->fs.scratch_size = 0;
	err = fs_mount(&m->fs, types, why);
	if (err == -ENOMEM)
		err = take_scratch(m, why);
	if (FS_NOTES && !err && m->fs.note)
		log_warn("%s: %s", m->fs.type->name, m->fs.note);
	*fs = &m->fs;
	return err;
}

int volume_open(const char *type, const char *spec, struct fs **fs, struct why *why)
{
	struct volume_place place;
	int err = volume_place(type, spec, &place, why);

	return err ? err : volume_mount(&place, fs, why);
}

/* In slices, so that a person sees how far it is, and can end it. */
static int file_read(struct source *source, uint64_t off, void *dst, uint64_t len)
{
	const struct fs_node *node = (const struct fs_node *)source->priv;
	struct mounted *m = mounted(NULL);
	struct progress progress = progress_begin();
	uint64_t done = 0;
	int err = 0;

	while (done < len && !err) {
		const uint64_t part = MIN(len - done, SLICE);

		if (len > SLICE && console_ctrlc())
			err = refuse(&m->why, -EINTR, "stopped by Ctrl-C");
		else
			err = fs_read(&m->fs, node, off + done, (uint8_t *)dst + done, part,
				      &m->why);
		done += part;
		if (len > SLICE)
			progress_step(&progress, done, len);
	}
	if (progress.shown)
		console_fresh_line();
	return err;
}

int volume_source(struct fs *fs, const char *path, struct fs_node *node, struct source *source,
		  struct why *why)
{
	struct mounted *m = mounted(why);
	int err = m ? fs_lookup(fs, path, node, why) : -ENOMEM;

	if (err)
		return err;
	if (node->kind != FS_FILE)
		return refuse(why, -EISDIR, "'%s' is no file", path);
	*source = (struct source){ .name = path,
				   .size = node->size,
				   .read = file_read,
				   .priv = (uintptr_t)node,
				   .said = &m->why };
	return 0;
}
