/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * blkmap.h - disks that are put together of pieces of something else
 *
 * Of memory, of other disks, of a host's file: each piece says how its blocks are moved. Blocks
 * that no piece has can't be read. What is behind a piece may go away: that is an error of the
 * transfer, and no more.
 */
#pragma once

#include "drivers/block/block.h"

#define BLKMAP_BLOCK  512
#define BLKMAP_SLICES 8
#define BLKMAP_NAME   96

/**
 * struct blkmap_slice - some blocks of such a disk
 * @first, @count: which
 * @at:        where they begin behind it: an address, a block, a byte of a file
 * @name, @number: what is behind it
 * @move:      moves @count blocks from the @block-th of the slice on; returns 0 or what
 *             struct blk_ops.transfer does
 * @flush:     NULL: what was written is there
 * @read_only: nothing may be written
 */
struct blkmap_slice {
	uint64_t first, count, at;
	int (*move)(const struct blkmap_slice *slice, bool write, uint64_t block, uint32_t count,
		    void *buffer);
	int (*flush)(const struct blkmap_slice *slice);
	bool read_only;
	unsigned int number;
	char name[BLKMAP_NAME];
};

/** struct blkmap - one disk; @blk comes first. It ends with its last slice */
struct blkmap {
	struct blk blk;
	struct blkmap_slice slice[BLKMAP_SLICES];
	unsigned int slices;
	bool used; /* its owner's */
};

/** blkmap_init() - an empty one; its label is what blk.product says */
void blkmap_init(struct blkmap *map, const char *label);

/**
 * blkmap_add() - another piece
 *
 * Errors: -EINVAL no block, or more than there are numbers; -EBUSY blocks that another has;
 *         -ENOSPC there are BLKMAP_SLICES already
 */
int __must_check blkmap_add(struct blkmap *map, const struct blkmap_slice *slice, struct why *why);

/** blkmap_linear() - fills @move and @flush: blocks of the disk @name @number, from @at on */
void blkmap_linear(struct blkmap_slice *slice);
