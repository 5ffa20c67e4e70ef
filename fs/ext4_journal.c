// SPDX-License-Identifier: BSD-2-Clause
/*
 * ext3, ext4: a journal that was not emptied. What it holds of finished transactions is newer than
 * the volume, and is read instead; nothing is written.
 * Spec: Linux' Documentation/filesystems/ext4, "Journal (jbd2)"; its numbers are big-endian
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/ext4.h"
#include "lib/base/le.h"
#include "lib/base/span.h"
#include "lib/hash/crc32c.h"

#define MAGIC 0xc03b3998

enum { DESCRIPTOR = 1, COMMIT, SUPER_1, SUPER_2, REVOKE };

#define INCOMPAT_REVOKE 0x01
#define INCOMPAT_64BIT  0x02
#define INCOMPAT_ASYNC  0x04
#define INCOMPAT_CSUM_2 0x08
#define INCOMPAT_CSUM_3 0x10
#define INCOMPAT_FAST   0x20
#define INCOMPAT_KNOWN  (IS_ENABLED(CONFIG_FS_EXT4_JOURNAL) ? 0x3f : 0x1f)

/* Fast commits: the last blocks of the journal, but one before them; little-endian tags */
#define FAST_BLOCKS     256 /* where the superblock does not say */
#define FAST_HEAD       9

#define TAG_ESCAPE      1
#define TAG_SAME_UUID   2
#define TAG_LAST        8

#define HEADER          12
#define BLOCKS_MAX      (16u << 20) /* of a journal: 64 GiB */

/** struct journal - what is being read */
struct journal {
	struct fs *fs;
	struct fs_node node;
	uint32_t first, end, start, sequence, incompat, seed;
	uint32_t transactions; /* finished ones */
	uint64_t noted;        /* tags and revocations in them */
	uint64_t used; /* of these in the hash: no more than were counted, whatever is read */
	unsigned int pass;
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The volume's byte of a block of the journal. The journal's own blocks are never in it. */
static int block_at(struct journal *j, uint32_t block, uint64_t *at)
{
	const struct ext4 *e = ext4_state(j->fs);
	struct fs_run run;
	int err = ext4_run(j->fs, &j->node, (uint64_t)block << e->shift, &run);

	if (!err && run.zero)
		return fs_damaged(j->fs, "the journal has a hole");
	*at = run.at;
	return err;
}

static uint32_t after(const struct journal *j, uint32_t block)
{
	return block + 1 == j->end ? j->first : block + 1;
}

static bool has_sums(const struct journal *j)
{
	return j->incompat & (INCOMPAT_CSUM_2 | INCOMPAT_CSUM_3);
}

/* Is the checksum right that lies at @off of a block, and counts there as 0? */
static int check_sum(struct journal *j, uint64_t at, uint32_t off, bool *good)
{
	const uint32_t size = ext4_block_size(ext4_state(j->fs));
	uint8_t stored[4];
	uint32_t sum;
	int err;

	*good = true;
	if (!has_sums(j))
		return 0;
	err = ext4_sum(j->fs, j->seed, at, off, &sum);
	if (!err)
		err = fs_copy(j->fs, at + off, stored, 4);
	if (err)
		return err;
	sum = crc32c(sum, "\0\0\0", 4);
	err = ext4_sum(j->fs, sum, at + off + 4, size - off - 4, &sum);
	*good = sum == be32(stored);
	return err;
}

static int enter(struct journal *j, uint64_t block, struct ext4_moved **out)
{
	if (j->used++ >= j->noted)
		return fs_damaged(j->fs, "the journal changes while it is read");
	*out = ext4_moved_of(ext4_state(j->fs), block);
	(*out)->block = block + 1;
	return 0;
}

static int note_copy(struct journal *j, uint64_t block, uint32_t in, uint32_t flags, uint32_t nth)
{
	struct ext4_moved *m = NULL;
	int err = enter(j, block, &m);

	if (err)
		return err;
	if (m->revoked > nth)
		return 0;
	m->escaped = flags & TAG_ESCAPE;
	return block_at(j, in, &m->at);
}

/* The tags of a descriptor block at @at, whose copies begin at *@block: it is left behind them. */
static int read_tags(struct journal *j, uint64_t at, uint32_t *block, uint32_t nth)
{
	const uint32_t size = ext4_block_size(ext4_state(j->fs)) - (has_sums(j) ? 4 : 0);
	const bool v3 = j->incompat & INCOMPAT_CSUM_3, wide = j->incompat & INCOMPAT_64BIT;
	const uint32_t tag_size =
		v3 ? 16 : (wide ? 12 : 8) + (j->incompat & INCOMPAT_CSUM_2 ? 2u : 0u);
	uint32_t off = HEADER, flags = 0;

	while (!(flags & TAG_LAST) && span_fits(size, off, tag_size)) {
		uint8_t tag[16];
		uint64_t number;
		int err = fs_copy(j->fs, at + off, tag, tag_size);

		if (err)
			return err;
		flags = v3 ? be32(tag + 4) : (uint32_t)tag[6] << 8 | tag[7];
		number = be32(tag) | (wide ? (uint64_t)be32(tag + 8) << 32 : 0);
		off += tag_size + (flags & TAG_SAME_UUID ? 0 : 16);
		if (j->pass == 0)
			j->noted++;
		if (j->pass == 2)
			err = note_copy(j, number, *block, flags, nth);
		if (err)
			return err;
		*block = after(j, *block);
	}
	return 0;
}

static int read_revoked(struct journal *j, uint64_t at, uint32_t nth)
{
	const uint32_t size = ext4_block_size(ext4_state(j->fs));
	const uint32_t width = j->incompat & INCOMPAT_64BIT ? 8 : 4;
	uint8_t raw[8];
	uint32_t used, off;
	int err = fs_copy(j->fs, at + HEADER, raw, 4);

	if (err)
		return err;
	used = be32(raw);
	if (used > size)
		return fs_damaged(j->fs, "a block of the journal revokes 0x%" PRIx32 " bytes",
				  used);
	for (off = HEADER + 4; span_fits(used, off, width); off += width) {
		struct ext4_moved *m = NULL;
		uint64_t block;

		if (j->pass == 0)
			j->noted++;
		if (j->pass != 1)
			continue;
		err = fs_copy(j->fs, at + off, raw, width);
		if (err)
			return err;
		block = width == 8 ? (uint64_t)be32(raw) << 32 | be32(raw + 4) : be32(raw);
		err = enter(j, block, &m);
		if (err)
			return err;
		m->revoked = nth + 1;
	}
	return 0;
}

/*
 * All transactions from the first on, in pass 0 as far as they are whole: counted; in pass 1 what
 * they revoke, in pass 2 what they hold.
 */
static int walk(struct journal *j, unsigned int pass)
{
	const uint32_t size = ext4_block_size(ext4_state(j->fs));
	uint32_t block = j->start, nth = 0, steps = 0;
	uint64_t noted = 0;
	uint8_t h[HEADER];
	uint64_t at;
	int err = 0;

	j->pass = pass;
	while (!err && steps++ < j->end && (pass == 0 || nth < j->transactions)) {
		bool good = true;

		err = block_at(j, block, &at);
		if (!err)
			err = fs_copy(j->fs, at, h, sizeof(h));
		if (err || be32(h) != MAGIC || be32(h + 8) != j->sequence + nth)
			break;
		block = after(j, block);
		switch (be32(h + 4)) {
		case DESCRIPTOR:
			err = check_sum(j, at, size - 4, &good);
			if (!err && good)
				err = read_tags(j, at, &block, nth);
			break;
		case REVOKE:
			err = check_sum(j, at, size - 4, &good);
			if (!err && good)
				err = read_revoked(j, at, nth);
			break;
		case COMMIT:
			err = check_sum(j, at, 16, &good);
			nth += good;
			noted = j->noted;
			break;
		default:
			good = false;
		}
		if (!good)
			break;
	}
	if (pass == 0) {
		j->transactions = nth;
		j->noted = noted;
	}
	return err;
}

/* What was synced behind the last transaction may be in a short form, which is not read. */
static int look_for_fast(struct journal *j)
{
	uint8_t head[HEADER];
	uint64_t at;
	int err = block_at(j, j->end + 1, &at);

	if (!err)
		err = fs_copy(j->fs, at, head, sizeof(head));
	if (!err && get_le16(head) == FAST_HEAD &&
	    get_le32(head + 8) == j->sequence + j->transactions)
		j->fs->note = "its fast commits are not replayed: mount it once in Linux for what "
			      "was synced last";
	return err;
}

static int read_super(struct journal *j)
{
	struct ext4 *e = ext4_state(j->fs);
	const uint8_t *s;
	uint32_t fast;
	uint64_t at;
	int err = block_at(j, 0, &at);

	if (!err)
		err = fs_get(j->fs, at, 1024, &s);
	if (err)
		return err;
	if (be32(s) != MAGIC || (be32(s + 4) != SUPER_1 && be32(s + 4) != SUPER_2) ||
	    be32(s + 12) != ext4_block_size(e))
		return fs_damaged(j->fs, "the journal has no superblock");
	j->end = be32(s + 0x10);
	j->first = be32(s + 0x14);
	j->sequence = be32(s + 0x18);
	j->start = be32(s + 0x1c);
	j->incompat = be32(s + 4) == SUPER_2 ? be32(s + 0x28) : 0;
	j->seed = crc32c(~0u, s + 0x30, 16);
	if (j->start && j->incompat & ~INCOMPAT_KNOWN)
		return refuse(j->fs->why, -ENOTSUP,
			      "ext4: the journal wants recovery, and has features 0x%" PRIx32
			      " that are not known",
			      j->incompat);
	fast = be32(s + 0x54) ? be32(s + 0x54) : FAST_BLOCKS;
	if (j->incompat & INCOMPAT_KNOWN & INCOMPAT_FAST && fast < j->end &&
	    j->end <= j->node.size >> e->shift)
		j->end -= fast;
	if (j->end > BLOCKS_MAX || j->end > j->node.size >> e->shift || !j->first ||
	    j->first >= j->end || (j->start && (j->start < j->first || j->start >= j->end)))
		return fs_damaged(j->fs,
				  "the journal of blocks %" PRIu32 " to %" PRIu32
				  " begins at %" PRIu32,
				  j->first, j->end, j->start);
	return 0;
}

int ext4_replay(struct fs *fs)
{
	struct ext4 *e = ext4_state(fs);
	struct journal j = { .fs = fs, .node = { .kind = FS_FILE, .id = e->journal_inode } };
	uint64_t entries = 16;
	int err;

	if (!e->journal_inode)
		return refuse(fs->why, -ENOTSUP,
			      "ext4: the journal wants recovery, and is on another device");
	err = ext4_load_inode(fs, e->journal_inode);
	j.node.size = e->inode->size;
	if (!err)
		err = read_super(&j);
	if (!err && j.start)
		err = walk(&j, 0);
	if (!err && j.start && j.incompat & INCOMPAT_KNOWN & INCOMPAT_FAST)
		err = look_for_fast(&j);
	if (err || !j.start || !j.noted)
		return err;
	if (j.noted > BIT(29))
		return fs_damaged(fs, "the journal names %" PRIu64 " blocks", j.noted);
	while (entries < 2 * j.noted)
		entries *= 2;
	fs->scratch_wanted = entries * sizeof(struct ext4_moved);
	if (fs->scratch_wanted > fs->scratch_size)
		return refuse(fs->why, -ENOMEM,
			      "ext4: replaying the journal takes %" PRIu64 " bytes of memory",
			      fs->scratch_wanted);
	memset(fs->scratch, 0, fs->scratch_wanted);
	e->moved_mask = (uint32_t)entries - 1;
	e->moved = fs->scratch;
	err = walk(&j, 1);
	if (!err)
		err = walk(&j, 2);
	/* The journal may have newer ones. */
	e->kept[0].number = e->kept[1].number = e->table_group = 0;
	return err;
}
