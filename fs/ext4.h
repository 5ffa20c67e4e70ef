/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the ext2/3/4 reader share. */
#pragma once

#include "fs/fs.h"

#define EXT4_BLOCK_MAP 60 /* bytes of i_block */

/* s_feature_incompat, s_feature_ro_compat, i_flags */
#define EXT4_INCOMPAT_FILETYPE  0x2
#define EXT4_INCOMPAT_RECOVER   0x4
#define EXT4_INCOMPAT_META_BG   0x10
#define EXT4_INCOMPAT_64BIT     0x80
#define EXT4_INCOMPAT_CSUM_SEED 0x2000
#define EXT4_RO_METADATA_CSUM   0x400
#define EXT4_FL_ENCRYPT         0x800
#define EXT4_FL_INDEX           0x1000
#define EXT4_FL_EXTENTS         0x80000
#define EXT4_FL_INLINE          0x10000000

#define EXT4_EXTENT_DEPTH       5

/**
 * struct ext4_moved - an entry of the hash: a block that the journal has, or revokes
 * @block:   its number, plus 1; 0: an empty entry
 * @at:      the volume's byte of the journal's copy; 0: only revoked
 * @revoked: the last transaction that revokes it, plus 1, as a distance from the first; 0: none
 */
struct ext4_moved {
	uint64_t block, at;
	uint32_t revoked;
	bool escaped;
};

/**
 * struct ext4_leaf - where the last search of an inode's extents ended
 * @n:     entry of the leaf at the volume's byte @at, or in the inode (@at 0)
 */
struct ext4_leaf {
	uint64_t at;
	uint32_t entries, n;
};

/** struct ext4_inode - the inode that was looked at last */
struct ext4_inode {
	uint32_t number; /* 0: none */
	uint32_t flags, seed;
	uint16_t mode;
	uint64_t size;
	uint64_t at;                    /* the volume's byte of the inode */
	uint64_t inline_at, inline_len; /* of the part of inline data that is an attribute */
	uint8_t map[EXT4_BLOCK_MAP];
	struct ext4_leaf leaf; /* entries 0: none */
	uint64_t dir_block,
		dir_at; /* the block that a folder was read in last, plus 1, and where */
	uint64_t verified[EXT4_EXTENT_DEPTH + 1]; /* blocks of its tree, one a level */
};

/** struct ext4 - a volume */
struct ext4 {
	unsigned int shift; /* a block is 1 << shift bytes */
	uint32_t incompat, ro_compat, inodes, inodes_per_group, blocks_per_group, first_block,
		first_meta_bg, desc_size, inode_size, groups, seed, journal_inode;
	uint64_t blocks;
	struct ext4_inode *inode, kept[2]; /* the last one, and the folder before it */
	uint64_t table;                 /* the block where the inodes of a group begin, */
	uint32_t table_group;           /* the last that was asked for, plus 1 */
	struct ext4_moved *moved; /* open hash of what the journal has newer; NULL: nothing */
	uint32_t moved_mask;
};

static inline struct ext4 *ext4_state(struct fs *fs)
{
	return (struct ext4 *)fs->state;
}

static inline uint32_t ext4_block_size(const struct ext4 *e)
{
	return UINT32_C(1) << e->shift;
}

/** ext4_block() - the volume's byte of a block's newest contents. -EBADMSG none of its blocks */
int __must_check ext4_block(struct fs *fs, uint64_t block, uint64_t *at);

/**
 * struct ext4_raw - an inode as the volume has it
 * @at:    the volume's byte
 * @bytes: as fs_get() gave them
 * @seed:  of the checksums of what belongs to it
 */
struct ext4_raw {
	uint64_t at, size;
	const uint8_t *bytes;
	uint32_t seed;
	uint16_t mode;
};

/** ext4_get_inode() - look at it, its checksum proved; ext4_state()->inode stays what it is */
int __must_check ext4_get_inode(struct fs *fs, uint32_t number, struct ext4_raw *raw);

/** ext4_load_inode() - make it ext4_state()->inode */
int __must_check ext4_load_inode(struct fs *fs, uint32_t number);

/** ext4_run() - fs_type.run */
int __must_check ext4_run(struct fs *fs, const struct fs_node *node, uint64_t off,
			  struct fs_run *run);

/** ext4_unpack() - fs_type.unpack: of a block whose copy in the journal lacks its first bytes */
int __must_check ext4_unpack(struct fs *fs, const struct fs_node *node, uint64_t off, void *dst,
			     uint64_t len);

/** ext4_next() - fs_type.next */
int __must_check ext4_next(struct fs *fs, const struct fs_node *dir, uint64_t *cursor,
			   struct fs_entry *entry);

/** ext4_sum() - CRC-32C of metadata that may pass several pieces */
int __must_check ext4_sum(struct fs *fs, uint32_t seed, uint64_t at, uint64_t len, uint32_t *sum);

/**
 * ext4_replay() - what a journal that was not emptied has newer than the volume
 *
 * Nothing is written: from here on ext4_block() leads to the journal's copies.
 *
 * Errors: -ENOMEM fs->scratch is too small, fs->scratch_wanted says by how much; -ENOTSUP; -EBADMSG
 */
int __must_check ext4_replay(struct fs *fs);

/** ext4_moved_of() - the entry of a block, or the empty one where it would be */
struct ext4_moved *ext4_moved_of(const struct ext4 *e, uint64_t block);
