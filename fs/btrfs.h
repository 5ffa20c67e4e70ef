/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the btrfs reader share.
 * Spec: btrfs documentation, "On-disk format", "Btrees", "Compression"
 *
 * Addresses that trees use are logical ones; chunks say which bytes of the volume they are.
 */
#pragma once

#include "fs/fs.h"
#include "lib/pack/zstd.h"

#define BTRFS_CSUM_SIZE	   32 /* what a block of a tree begins with */
#define BTRFS_NODE_MAX	   65536
#define BTRFS_LEVELS	   8
#define BTRFS_SLOTS	   8 /* blocks of trees that are kept */
#define BTRFS_CHUNKS	   8 /* chunks */
#define BTRFS_TREES	   4 /* roots of subvolumes */
#define BTRFS_SYSTEM_MAX   2048
#define BTRFS_UNPACKED_MAX 131072u /* of one extent */
#define BTRFS_COPIES	   2

/* Trees, and where in them */
#define BTRFS_TREE_TOP	 5
#define BTRFS_ROOT_DIR 256 /* the topmost folder of one, and the first subvolume's number */
#define BTRFS_CHUNK_ID	 256
#define BTRFS_ROOT_SIZE 239 /* bytes of an item that says where a tree is, at least */
/* Keys' types */
#define BTRFS_INODE	  1
#define BTRFS_INODE_REF	  12
#define BTRFS_DIR_ITEM	  84
#define BTRFS_DIR_INDEX	  96
#define BTRFS_EXTENT_DATA 108
#define BTRFS_ROOT_ITEM	  132
#define BTRFS_ROOT_BACKREF 144
#define BTRFS_ROOT_REF	  156
#define BTRFS_CHUNK_ITEM  228

struct btrfs_key {
	uint64_t id, off;
	uint8_t type;
};

/** struct btrfs_root - of a tree: its topmost block, and what that says of itself */
struct btrfs_root {
	uint64_t at, generation;
	unsigned int level;
};

/**
 * struct btrfs_item - of a leaf
 * @data: @size bytes, good until the next item is looked for
 * @at:   the volume's byte where they are
 */
struct btrfs_item {
	struct btrfs_key key;
	const uint8_t *data;
	uint32_t size;
	uint64_t at;
};

/** struct btrfs_chunk - @len bytes from the logical address @start on; @at: their copies */
struct btrfs_chunk {
	uint64_t start, len, at[BTRFS_COPIES];
	unsigned int copies; /* 0: nothing is in it */
};

/**
 * struct btrfs_extent - bytes of a file that lie together
 * @id, @tree: of the file; @id 0: none
 * @begin, @len: of the file
 * @at:     the volume's byte of them; where they are packed, of @size bytes that are @unpacked ones
 * @skip:   of what is unpacked
 * @method: how they are packed, or 0
 * @zero:   they are nowhere
 */
struct btrfs_extent {
	uint64_t id, tree, begin, len, at, skip;
	uint32_t size, unpacked;
	uint8_t method;
	bool zero;
};

/**
 * struct btrfs_work - what is kept in fs.scratch
 * @system: the superblock's own chunks, @system_size bytes
 * @slot:   blocks of trees; @at: the volume's byte
 * @tree:   roots of subvolumes; @id 0: nothing is in it
 * @kept:   the volume's byte of the extent that @unpacked has; 0: none
 * @packed: room for an extent and for what the device's units have around it
 */
struct btrfs_work {
	uint32_t system_size;
	uint64_t clock;
	struct {
		uint64_t logical, at, used; /* @used 0: nothing is in it */
	} slot[BTRFS_SLOTS];
	struct btrfs_chunk chunk[BTRFS_CHUNKS];
	struct {
		uint64_t id;
		struct btrfs_root root;
	} tree[BTRFS_TREES];
	unsigned int next_chunk, next_tree;
	struct btrfs_extent extent;
	uint64_t kept;
	uint8_t system[BTRFS_SYSTEM_MAX];
	struct zstd_work zstd;
	_Alignas(64) uint8_t packed[BTRFS_UNPACKED_MAX + 2 * FS_PIECE];
	uint8_t unpacked[BTRFS_UNPACKED_MAX];
};

/**
 * struct btrfs - a volume
 * @nodes: BTRFS_SLOTS * @node bytes
 * @first: the subvolume that paths begin in
 * @fsid:  what each block of a tree has
 */
struct btrfs {
	uint32_t sector, node;
	unsigned int sum;
	struct btrfs_root roots, chunks;
	uint64_t device, dir, first;
	uint8_t fsid[16];
	struct btrfs_work *work;
	uint8_t *nodes;
};

static inline struct btrfs *btrfs_state(struct fs *fs)
{
	return (struct btrfs *)fs->state;
}

/** btrfs_sum_size() - bytes of a checksum of that kind; 0: it is not known, or not built in */
unsigned int btrfs_sum_size(unsigned int kind);

/** btrfs_sum_right() - has a block of a tree, or a superblock, the checksum of what it holds? */
bool btrfs_sum_right(unsigned int kind, const uint8_t *block, uint32_t size);

/**
 * btrfs_chunk() - where a logical address is on the volume
 * @system: only the superblock's own chunks count: for the tree of chunks itself
 *
 * Errors: -EBADMSG, -ENOTSUP a profile with more than one device, by name
 */
int __must_check btrfs_chunk(struct fs *fs, uint64_t logical, bool system,
			     struct btrfs_chunk *chunk);

/**
 * btrfs_at_most() - the last item of a tree whose key is no greater than @key
 * btrfs_at_least() - the first whose key is no smaller
 *
 * Return: 0; 1 there is none; -EBADMSG the tree is damaged; -E... of the device
 */
int __must_check btrfs_at_most(struct fs *fs, const struct btrfs_root *root,
			       const struct btrfs_key *key, struct btrfs_item *item);
int __must_check btrfs_at_least(struct fs *fs, const struct btrfs_root *root,
				const struct btrfs_key *key, struct btrfs_item *item);

/** btrfs_exactly() - the item with that key. Return: as btrfs_at_least() */
int __must_check btrfs_exactly(struct fs *fs, const struct btrfs_root *root,
			       const struct btrfs_key *key, struct btrfs_item *item);

/** btrfs_tree() - the root of a subvolume. Return: as btrfs_at_least() */
int __must_check btrfs_tree(struct fs *fs, uint64_t id, struct btrfs_root *root);

/** btrfs_run() - fs_type.run */
int __must_check btrfs_run(struct fs *fs, const struct fs_node *node, uint64_t off,
			   struct fs_run *run);

/** btrfs_unpack() - fs_type.unpack */
int __must_check btrfs_unpack(struct fs *fs, const struct fs_node *node, uint64_t off, void *dst,
			      uint64_t len);

/**
 * struct btrfs_subvolume - one that btrfs_next_subvolume() found
 * @path: from the topmost folder of all, with '/' at both ends
 */
struct btrfs_subvolume {
	uint64_t id, generation;
	char path[FS_PATH_ROOM];
};

/**
 * btrfs_next_subvolume() - the subvolume behind that of @sub->id (0: the first)
 *
 * Return: 0; 1 there is none more; as btrfs_at_least()
 */
int __must_check btrfs_next_subvolume(struct fs *fs, struct btrfs_subvolume *sub, struct why *why);
