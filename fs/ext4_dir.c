// SPDX-License-Identifier: BSD-2-Clause
/* ext2, ext3, ext4: folders. An index of hashes is passed over: its blocks look empty. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/ext4.h"
#include "lib/base/le.h"

#define TAIL 12 /* an entry without a name that holds the block's checksum */

static const enum fs_kind kinds[] = { FS_OTHER, FS_FILE,  FS_DIR,   FS_OTHER,
				      FS_OTHER, FS_OTHER, FS_OTHER, FS_LINK };

/* At the beginning of each block: its checksum, where it is a block of entries. */
static int check_block(struct fs *fs, uint64_t at)
{
	const struct ext4 *e = ext4_state(fs);
	const uint32_t size = ext4_block_size(e);
	uint8_t tail[TAIL];
	uint32_t sum;
	int err;

	if (!(e->ro_compat & EXT4_RO_METADATA_CSUM))
		return 0;
	err = fs_copy(fs, at + size - TAIL, tail, TAIL);
	if (err)
		return err;
	if (get_le32(tail) || get_le16(tail + 4) != TAIL || tail[6] || tail[7] != 0xde) {
		if (e->inode->flags & EXT4_FL_INDEX) /* a block of the index */
			return 0;
		return fs_damaged(fs, "a block of folder %" PRIu32 " has no checksum",
				  e->inode->number);
	}
	err = ext4_sum(fs, e->inode->seed, at, size - TAIL, &sum);
	if (!err && sum != get_le32(tail + 8))
		return fs_damaged(fs, "the checksum of a block of folder %" PRIu32 " is wrong",
				  e->inode->number);
	return err;
}

/** struct place - where entries lie: @left bytes from the volume's byte @at to their block's end */
struct place {
	uint64_t at, left;
};

static int find_place(struct fs *fs, const struct fs_node *dir, uint64_t off, struct place *place)
{
	const struct ext4 *e = ext4_state(fs);
	const uint64_t size = ext4_block_size(e);
	struct ext4_inode *i = ext4_state(fs)->inode;
	struct fs_run run;
	int err;

	if (i->dir_block == (off >> e->shift) + 1) {
		*place =
			(struct place){ i->dir_at + (off & (size - 1)), size - (off & (size - 1)) };
		return 0;
	}
	err = ext4_run(fs, dir, off, &run);
	if (err)
		return err;
	if (run.zero || run.packed)
		return fs_damaged(fs, "folder %" PRIu64 " has a hole", dir->id);
	*place = (struct place){ run.at, run.len };
	if (e->inode->flags & EXT4_FL_INLINE)
		return 0;
	place->left = size - (off & (size - 1));
	err = off & (size - 1) ? 0 : check_block(fs, run.at);
	if (!err) {
		i->dir_block = (off >> e->shift) + 1;
		i->dir_at = run.at - (off & (size - 1));
	}
	return err;
}

/* Inline: the parent's number is in front, and the two parts are as blocks are. */
static uint64_t first_entry(const struct ext4 *e)
{
	return e->inode->flags & EXT4_FL_INLINE ? 4 : 0;
}

int ext4_next(struct fs *fs, const struct fs_node *dir, uint64_t *cursor, struct fs_entry *entry)
{
	const struct ext4 *e = ext4_state(fs);
	int err = 0;

	if (e->inode->number != dir->id)
		err = ext4_load_inode(fs, (uint32_t)dir->id);
	if (err)
		return err;
	if (!*cursor)
		*cursor = first_entry(e);
	while (*cursor < dir->size) {
		uint8_t cut[8];
		const uint8_t *h = cut;
		uint32_t inode, len, name_len;
		struct place place = { 0, 0 };
		uint64_t here; /* bytes of the block that lie in one piece */

		err = find_place(fs, dir, *cursor, &place);
		if (err)
			return err;
		if (place.left < sizeof(cut)) { /* inline data need not end with an entry */
			*cursor += place.left;
			continue;
		}
		here = MIN(place.left, FS_PIECE - place.at % FS_PIECE);
		err = here >= sizeof(cut) ? fs_get(fs, place.at, here, &h)
					  : fs_copy(fs, place.at, cut, sizeof(cut));
		if (err)
			return err;
		inode = get_le32(h);
		len = get_le16(h + 4);
		name_len = h[6];
		if (len == 0xffff || !len) /* of 64 KiB: all of the block */
			len = ext4_block_size(e) == 65536 ? 65536 : 0;
		if (!len && e->inode->flags & EXT4_FL_INLINE) {
			*cursor += place.left;
			continue;
		}
		if (len < sizeof(cut) || len % 4 || len > place.left ||
		    (inode && name_len > len - 8))
			return fs_damaged(fs,
					  "an entry of %" PRIu32 " bytes at 0x%" PRIx64
					  " in folder %" PRIu64,
					  len, *cursor, dir->id);
		*cursor += len;
		if (!inode || !name_len)
			continue;
		entry->name[name_len] = '\0';
		entry->alias[0] = '\0';
		entry->node = (struct fs_node){ .id = inode };
		if (e->incompat & EXT4_INCOMPAT_FILETYPE && h[7] < ARRAY_SIZE(kinds))
			entry->node.kind = kinds[h[7]];
		if (here - 8 < name_len || here < 8)
			return fs_copy(fs, place.at + 8, entry->name, name_len);
		memcpy(entry->name, h + 8, name_len);
		return 0;
	}
	return 1;
}
