// SPDX-License-Identifier: BSD-2-Clause
/* Runs into requests. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/fs.h"

/* Runs that are followed to join them: a volume that only goes on cannot hold anybody for long. */
#define JOIN_MAX 65536

static int check_run(struct fs *fs, const struct fs_run *run)
{
	const uint64_t size = fs->device->size;

	if (!run->len ||
	    (!run->zero && !run->packed && (run->at > size || run->len > size - run->at)))
		return fs_damaged(fs, "a file's bytes at 0x%" PRIx64 " are past the volume's end",
				  run->at);
	return 0;
}

/* The run of byte @off, with those that follow it on the volume, up to @left bytes; where @next is
 * given, it has that run already, or receives the one that follows: its len is 0 where none was
 * looked at. */
static int join_runs(struct fs *fs, const struct fs_node *node, uint64_t off, uint64_t left,
		     struct fs_run *run, struct fs_run *next)
{
	unsigned int joined;
	int err = 0;

	if (next->len)
		*run = *next;
	else
		err = fs->type->run(fs, node, off, run);
	next->len = 0;
	if (err)
		return err;
	run->len = MIN(run->len, left);
	err = check_run(fs, run);
	for (joined = 0; !err && run->len < left && joined < JOIN_MAX; joined++) {
		err = fs->type->run(fs, node, off + run->len, next);
		if (err)
			break;
		next->len = MIN(next->len, left - run->len);
		err = check_run(fs, next);
		if (err || next->packed || run->packed || next->zero != run->zero ||
		    (!run->zero && next->at != run->at + run->len))
			break;
		run->len += next->len;
		next->len = 0;
	}
	return err;
}

int fs_whole_run(struct fs *fs, const struct fs_node *node, uint64_t off, struct fs_run *run)
{
	struct fs_run next = { .len = 0 };

	return join_runs(fs, node, off, node->size - off, run, &next);
}

/** struct gather - the request that is being put together */
struct gather {
	struct fs *fs;
	struct fs_segment segment[FS_SEGMENTS];
	unsigned int count;
};

static int flush(struct gather *g)
{
	const unsigned int count = g->count;

	g->count = 0;
	return count ? g->fs->device->read(g->fs->device, g->segment, count) : 0;
}

static int add(struct gather *g, uint64_t at, uint8_t *dst, uint64_t len)
{
	int err = g->count == FS_SEGMENTS ? flush(g) : 0;

	g->segment[g->count++] = (struct fs_segment){ at, dst, len };
	return err;
}

/* Whole units of the device straight, what is left at both ends by copy. */
static int add_run(struct gather *g, uint64_t at, uint8_t *dst, uint64_t len)
{
	const uint64_t unit = g->fs->device->unit;
	const uint64_t head = MIN((unit - at % unit) % unit, len);
	const uint64_t middle = ALIGN_DOWN(len - head, unit);
	const uint64_t tail = len - head - middle;
	int err = 0;

	if (head)
		err = fs_copy(g->fs, at, dst, head);
	if (!err && middle)
		err = add(g, at + head, dst + head, middle);
	if (!err && tail)
		err = fs_copy(g->fs, at + head + middle, dst + head + middle, tail);
	return err;
}

int fs_read(struct fs *fs, const struct fs_node *node, uint64_t off, void *dst, uint64_t len,
	    struct why *why)
{
	struct gather g = { .fs = fs };
	struct fs_run next = { .len = 0 };
	uint8_t *to = dst;
	int err = 0;

	fs->why = why;
	if (node->kind == FS_DIR)
		return refuse(why, -EISDIR, "%s: a folder has no contents to load", fs->type->name);
	if (off > node->size || len > node->size - off)
		return refuse(why, -ENODATA,
			      "cannot read 0x%" PRIx64 " bytes at offset 0x%" PRIx64
			      ": the file has 0x%" PRIx64,
			      len, off, node->size);
	while (len && !err) {
		struct fs_run run;

		err = join_runs(fs, node, off, len, &run, &next);
		if (err)
			return err;
		if (run.packed)
			err = fs->type->unpack(fs, node, off, to, run.len);
		else if (run.zero)
			memset(to, 0, run.len);
		else
			err = add_run(&g, run.at, to, run.len);
		off += run.len;
		to += run.len;
		len -= run.len;
	}
	return err ? err : flush(&g);
}
