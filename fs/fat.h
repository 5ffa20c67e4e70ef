/* SPDX-License-Identifier: BSD-2-Clause */
/* What the reader and the writer of FAT share. */
#pragma once

#include <assert.h>

#include "fs/fs.h"

#define ENTRY        32 /* bytes of an entry of a folder */

#define ATTR_VOLUME  0x08
#define ATTR_DIR     0x10
#define ATTR_ARCHIVE 0x20
#define ATTR_LONG    0x0f
#define LONG_LAST    0x40
#define LONG_UNITS   13 /* of an entry */
#define LONG_MAX     20 /* entries of one name */
#define ENTRY_FREE   0xe5

/**
 * struct chain - a place in a chain of clusters, so that the next look goes on there
 * @more: so many clusters behind @cluster follow it, in the chain and on the volume
 */
struct chain {
	uint32_t first, index, cluster, more;
};

/**
 * struct fat_place - where an entry of a folder lies
 * @off:  in the folder whose id is @dir
 * @at:   the volume's byte
 * @left: bytes from there on that lie together; 0: nothing is known
 */
struct fat_place {
	uint64_t dir, off, at, left;
};

/**
 * struct fat - a volume
 * @bits:     of an entry of the table: 12, 16, 32
 * @clusters: that there are; numbers run from 2 to @clusters + 1
 * @table:    the volume's byte where the table in use begins
 * @tables:   where the first of @mirrors equal tables begins
 * @root_at:  FAT12 and FAT16: where the root lies, @root_size bytes
 * @data:     where cluster 2 lies
 * @info:     FAT32: where the number of free clusters stands; 0: nowhere
 * @known:    the places of last time: one for a folder, one for a file, and the folder's next entry
 * @free, @hint: while it is written: free clusters, and from which on they are looked for
 */
struct fat {
	unsigned int bits, shift; /* a cluster is 1 << shift bytes */
	uint32_t clusters, root_cluster, mirrors, free, hint;
	uint64_t table, tables, table_size, root_at, root_size, data, info;
	struct {
		struct chain chain[2];
		struct fat_place next;
	} known;
};

static_assert(sizeof(struct fat) <= FS_STATE_SIZE, "FAT's state");

static inline struct fat *fat_state(struct fs *fs)
{
	return (struct fat *)fs->state;
}

/** fat_table_entry() - what the table has for a cluster */
int __must_check fat_table_entry(struct fs *fs, uint32_t cluster, uint32_t *out);

/** fat_is_cluster() - is it the number of one? */
bool fat_is_cluster(const struct fat *fat, uint32_t cluster);

/** fat_is_end() - is it what the last cluster of a chain has? */
bool fat_is_end(const struct fat *fat, uint32_t cluster);

/**
 * fat_follow() - the cluster with number @index of a chain
 *
 * Return: 0; 1 the chain ends before; -EBADMSG it leaves the volume, or has more clusters than that
 */
int __must_check fat_follow(struct fs *fs, struct chain *known, uint32_t first, uint32_t index,
			    uint32_t *out);

/** fat_cluster_at() - the volume's byte where a cluster begins */
uint64_t fat_cluster_at(const struct fat *fat, uint32_t cluster);

/** fat_entry_at() - the volume's byte of a folder's entry at @off; 1: the folder ends before */
int __must_check fat_entry_at(struct fs *fs, const struct fs_node *dir, uint64_t off, uint64_t *at);

/** fat_short_sum() - what the parts of a long name have of the 11 bytes of its short one */
uint8_t fat_short_sum(const uint8_t *e);

/** fat_long_places - where a part of a long name has its units */
extern const uint8_t fat_long_places[LONG_UNITS];

/** fat_next() - fs_type.next */
int __must_check fat_next(struct fs *fs, const struct fs_node *dir, uint64_t *cursor,
			  struct fs_entry *entry);

/** fat_mount(), fat_root(), fat_run() - as in struct fs_type */
int __must_check fat_mount(struct fs *fs);
int __must_check fat_root(struct fs *fs, struct fs_node *node);
int __must_check fat_run(struct fs *fs, const struct fs_node *node, uint64_t off,
			 struct fs_run *run);
