/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the erofs reader share. */
#pragma once

#include "fs/fs.h"

#define EROFS_ZERO_PADDING 0x1 /* of the features: zeros before what is packed, not behind it */

/* i_format's layouts */
#define EROFS_PLAIN   0 /* all blocks lie together */
#define EROFS_FULL    1 /* packed, by an index of 8 bytes for each cluster */
#define EROFS_INLINE  2 /* as EROFS_PLAIN; the last block's bytes stand behind the inode */
#define EROFS_COMPACT 3 /* packed, by an index of 2 or 4 bytes for each cluster */
#define EROFS_CHUNKS  4 /* a list says where each chunk of blocks lies */

/**
 * struct erofs_inode - the inode that was looked at last
 * @id:     its number, plus 1; 0: none
 * @end:    the volume's byte behind it and its attributes
 * @start:  i_u: its first block, or how its chunks are listed
 * @index, @advise, @cluster, @methods: of a packed file: where its index begins, what of it is as
 *          h_advise says, bits of a cluster, how HEAD1 and HEAD2 are packed
 * @tail_at, @tail_size, @tail: where the last packed cluster stands behind the index, if @tail_at
 *          is not 0, and the cluster that it begins in
 * @fragment: where its last extent is in the file of fragments; @whole: all of it is there
 */
struct erofs_inode {
	uint64_t id, size, end;
	enum fs_kind kind;
	uint32_t start;
	unsigned int layout;
	uint64_t index, tail_at, tail, fragment;
	uint32_t tail_size;
	uint16_t advise;
	uint8_t cluster, methods;
	bool whole;
};

/**
 * struct erofs_extent - bytes of a packed file that are packed together
 * @id:    of the inode, plus 1; 0: none
 * @begin, @len: of the file
 * @at, @size: of the volume
 * @head:  the cluster that it begins in, @method: how it is packed
 * @stored: it is not; @turned: each byte is where it is in the file's block, not from the first on
 * @part:   others have it, too, and more of it
 * @shared: @at is of the file of fragments
 */
struct erofs_extent {
	uint64_t id, begin, len, at, head;
	uint32_t size;
	unsigned int method;
	bool stored, turned, part, shared;
};

/**
 * struct erofs - a volume
 * @bits: of a block
 * @meta: the volume's byte that inodes are counted from
 * @fragments: the inode that has what files share
 * @packed, @unpacked: @packed_size and @unpacked_size bytes of fs.scratch, or 0
 * @kept: the volume's byte of the extent that @unpacked has, @kept_len of it; 0: none
 */
struct erofs {
	unsigned int bits;
	uint32_t features, packed_size, unpacked_size;
	uint64_t meta, root, fragments;
	uint8_t *packed, *unpacked;
	uint64_t kept, kept_len;
	struct erofs_inode inode;
	struct erofs_extent extent;
};

static inline struct erofs *erofs_state(struct fs *fs)
{
	return (struct erofs *)fs->state;
}

/** erofs_read_map() - a packed file's header, behind the inode that was read. Errors: a refusal */
int __must_check erofs_read_map(struct fs *fs, struct erofs_inode *i);

/**
 * erofs_shared() - is byte *@off of the inode that was read, a packed file, one of the fragments?
 * @off:  becomes the place there
 * @left: receives how many bytes of it are together
 *
 * Return: 1 it is; 0 no; a refusal
 */
int __must_check erofs_shared(struct fs *fs, uint64_t *off, uint64_t *left);

/** erofs_packed_run() - fs_type.run of the inode that was read, a packed file */
int __must_check erofs_packed_run(struct fs *fs, uint64_t off, struct fs_run *run);

/** erofs_packed_bytes() - fs_type.unpack of the inode that was read */
int __must_check erofs_packed_bytes(struct fs *fs, uint64_t off, void *dst, uint64_t len);
