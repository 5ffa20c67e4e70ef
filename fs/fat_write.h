/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of FAT's writer share. */
#pragma once

#include "fs/fat.h"

/**
 * struct fat_slots - the entries of one name in a folder
 * @off:   of the first, in the folder
 * @count: with the short name's, which is the last
 * @at:    the volume's byte of the last
 */
struct fat_slots {
	uint64_t off, at;
	unsigned int count;
};

/* ---- clusters: fs/fat_chain.c ---- */

/**
 * fat_begin() - before the first change: the number of free clusters is known, and no longer stands
 * on the volume, so that it is not wrong there when the power goes
 *
 * Tables that an interrupted write left unlike are made equal.
 */
int __must_check fat_begin(struct fs *fs);

/** fat_end() - after the last change: it stands there again. @err: what there was to do */
int __must_check fat_end(struct fs *fs, int err);

/** fat_chain_new() - a chain of @count clusters that nobody names. Errors: -ENOSPC, nothing done */
int __must_check fat_chain_new(struct fs *fs, uint64_t count, uint32_t *first);

/** fat_chain_free() - give back all clusters of a chain; 0 is none */
int __must_check fat_chain_free(struct fs *fs, uint32_t first);

/** fat_chain_grow() - one more cluster, all zero, for a folder */
int __must_check fat_chain_grow(struct fs *fs, uint32_t first);

/** fat_zero() - zeros into a cluster */
int __must_check fat_zero(struct fs *fs, uint32_t cluster);

/* ---- names: fs/fat_name.c ---- */

/** fat_name_check() - may a file get this name? Errors: -EINVAL, -ENAMETOOLONG */
int __must_check fat_name_check(struct fs *fs, struct fs_name name);

/**
 * fat_name_add() - a name into a folder, which has none like it
 * @entry: of the file, all but its name filled in
 * @gone:  slots of the same folder that go in the same moment, or NULL
 *
 * The name, as fat_name_check() lets pass, and its file appear at once, by one sector's write.
 *
 * Return: 0; 1: @gone is given and both don't fit into one sector: nothing was done; -ENOSPC: no
 * room, and without @gone the clusters that @entry names are free again
 */
int __must_check fat_name_add(struct fs *fs, const struct fs_node *dir, struct fs_name name,
			      uint8_t entry[ENTRY], const struct fat_slots *gone);

/** fat_name_find() - a name's node and slots. Errors: -ENOENT, silent */
int __must_check fat_name_find(struct fs *fs, const struct fs_node *dir, struct fs_name name,
			       struct fs_node *node, struct fat_slots *slots);

/** fat_name_remove() - delete a name's slots */
int __must_check fat_name_remove(struct fs *fs, const struct fs_node *dir,
				 const struct fat_slots *slots);

/* ---- fs/fat_write.c ---- */

extern const struct fs_edit fat_edit;
