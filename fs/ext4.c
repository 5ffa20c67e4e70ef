// SPDX-License-Identifier: BSD-2-Clause
/*
 * ext2, ext3, ext4: the volume.
 * Spec: Linux' Documentation/filesystems/ext4 (the disk's layout, fields by their names there)
 *
 * A node's id is its inode.
 */
#include "fs/ext4.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/le.h"
#include "lib/hash/crc32c.h"

#define SUPER_AT   1024
#define SUPER_SIZE 1024
#define ROOT_INODE 2

#define KNOWN_INCOMPAT                                                                        \
	(0x2u | 0x4u | 0x10u | 0x40u | 0x80u | 0x100u | 0x200u | 0x400u | 0x2000u | 0x4000u | \
	 0x8000u | 0x10000u | 0x20000u)

static_assert(sizeof(struct ext4) <= FS_STATE_SIZE, "ext4's state");

/* ---- the volume ---- */

static int check_super(struct fs *fs, const uint8_t *s)
{
	struct ext4 *e = ext4_state(fs);
	const uint32_t unknown = e->incompat & ~KNOWN_INCOMPAT;

	if (unknown)
		return refuse(fs->why, -ENOTSUP, "ext4: features 0x%" PRIx32 " are not known",
			      unknown);
	if (e->ro_compat & EXT4_RO_METADATA_CSUM && s[0x175] != 1)
		return refuse(fs->why, -ENOTSUP, "ext4: checksums of type %u", s[0x175]);
	if (e->ro_compat & EXT4_RO_METADATA_CSUM && crc32c(~0u, s, 0x3fc) != get_le32(s + 0x3fc))
		return fs_damaged(fs, "the superblock's checksum is wrong");
	if (e->inode_size < 128 || e->inode_size > ext4_block_size(e) || e->inode_size > FS_PIECE ||
	    (e->inode_size & (e->inode_size - 1)))
		return fs_damaged(fs, "inodes of %" PRIu32 " bytes", e->inode_size);
	if (e->desc_size < 32 || e->desc_size > 1024 || (e->desc_size & (e->desc_size - 1)))
		return fs_damaged(fs, "group descriptors of %" PRIu32 " bytes", e->desc_size);
	if (!e->inodes_per_group || !e->blocks_per_group || e->first_block >= e->blocks)
		return fs_damaged(fs, "groups of %" PRIu32 " blocks and %" PRIu32 " inodes",
				  e->blocks_per_group, e->inodes_per_group);
	if (e->blocks > fs->device->size >> e->shift)
		return fs_damaged(fs,
				  "%" PRIu64 " blocks of %" PRIu32
				  " bytes do not fit into 0x%" PRIx64 " bytes",
				  e->blocks, ext4_block_size(e), fs->device->size);
	return 0;
}

static int ext4_mount(struct fs *fs)
{
	struct ext4 *e = ext4_state(fs);
	const uint8_t *s;
	int err = fs->device->size < SUPER_AT + SUPER_SIZE ? -ENODEV
							   : fs_get(fs, SUPER_AT, SUPER_SIZE, &s);

	if (err)
		return err;
	if (get_le16(s + 0x38) != 0xef53 || get_le32(s + 0x18) > 6)
		return -ENODEV;
	*e = (struct ext4){
		.shift = 10 + get_le32(s + 0x18),
		.incompat = get_le32(s + 0x60),
		.ro_compat = get_le32(s + 0x64),
		.inodes = get_le32(s),
		.inodes_per_group = get_le32(s + 0x28),
		.blocks_per_group = get_le32(s + 0x20),
		.first_block = get_le32(s + 0x14),
		.first_meta_bg = get_le32(s + 0x104),
		.desc_size = 32,
		.inode_size = get_le32(s + 0x4c) ? get_le16(s + 0x58) : 128,
		.journal_inode = get_le32(s + 0xe0),
		.blocks = get_le32(s + 4),
		.inode = e->kept,
	};
	if (!get_le32(s + 0x4c)) /* revision 0 has no features */
		e->incompat = e->ro_compat = 0;
	if (e->incompat & EXT4_INCOMPAT_64BIT) {
		e->blocks |= (uint64_t)get_le32(s + 0x150) << 32;
		e->desc_size = get_le16(s + 0xfe);
	}
	err = check_super(fs, s);
	if (err)
		return err;
	e->seed = e->incompat & EXT4_INCOMPAT_CSUM_SEED ? get_le32(s + 0x270)
							: crc32c(~0u, s + 0x68, 16);
	e->groups = (uint32_t)((e->blocks - e->first_block - 1) / e->blocks_per_group + 1);
	memcpy(fs->label, s + 0x78, 16);
	fs->label[16] = '\0';
	fs_uuid(fs, s + 0x68);
	return e->incompat & EXT4_INCOMPAT_RECOVER ? ext4_replay(fs) : 0;
}

static int ext4_open(struct fs *fs, struct fs_node *node)
{
	struct ext4_raw raw;
	int err = ext4_get_inode(fs, (uint32_t)node->id, &raw);

	if (err)
		return err;
	node->size = raw.size;
	switch (raw.mode >> 12) {
	case 0x8:
		node->kind = FS_FILE;
		break;
	case 0x4:
		node->kind = FS_DIR;
		break;
	case 0xa:
		node->kind = FS_LINK;
		break;
	default:
		node->kind = FS_OTHER;
		node->size = 0;
	}
	return 0;
}

static int ext4_root(struct fs *fs, struct fs_node *node)
{
	*node = (struct fs_node){ .id = ROOT_INODE };
	return ext4_open(fs, node);
}

/* What a journal has newer stands elsewhere, and a file in its inode has a checksum around it. */
static int ext4_over(struct fs *fs, const struct fs_node *node)
{
	const struct ext4 *e = ext4_state(fs);
	int err;

	if (e->incompat & EXT4_INCOMPAT_RECOVER)
		return refuse(fs->why, -EROFS,
			      "ext4: its journal was not emptied: nothing is written before that");
	err = ext4_load_inode(fs, (uint32_t)node->id);
	if (!err && e->inode->flags & EXT4_FL_INLINE)
		err = refuse(fs->why, -EROFS, "ext4: a file in its inode is only read");
	return err;
}

const struct fs_type ext4_type = {
	.name = "ext4",
	.mount = ext4_mount,
	.root = ext4_root,
	.next = ext4_next,
	.open = ext4_open,
	.run = ext4_run,
	.unpack = IS_ENABLED(CONFIG_FS_EXT4_JOURNAL) ? ext4_unpack : NULL,
	.over = ext4_over,
};
