/* SPDX-License-Identifier: BSD-2-Clause */
/* Disks of kind blkmap: made by the user, of memory, of other disks, of a file of the host. */
#pragma once

#include "drivers/block/blkmap.h"

/** blkmap_find() - the one of that label, or NULL */
struct blkmap *blkmap_find(const char *label);

/**
 * blkmap_create() - an empty one
 *
 * Errors: -EINVAL a label that is empty or too long; -EEXIST there is one; -ENOSPC, -ENOMEM
 */
int __must_check blkmap_create(const char *label, struct why *why);

/** blkmap_destroy() - forget it; what is behind it stays as it is */
void blkmap_destroy(struct blkmap *map);

/**
 * blkmap_map_memory() - blocks of memory, or of a flash that is read as memory
 * @slice: with first, count and at
 *
 * Where it is no DRAM, or in parts Loft's own, nothing can be written.
 *
 * Errors: as blkmap_add(); -ENXIO, -EEXIST as machine_readable(), -ERANGE it ends before
 */
int __must_check blkmap_map_memory(struct blkmap *map, struct blkmap_slice *slice, struct why *why);

/**
 * blkmap_map_disk() - blocks of the disk slice->name slice->number
 *
 * Errors: as blkmap_add(), disk_find(); -ENOTSUP blocks of another size; -ERANGE it is smaller;
 *         -ELOOP it is one of these itself
 */
int __must_check blkmap_map_disk(struct blkmap *map, struct blkmap_slice *slice, struct why *why);

/**
 * blkmap_map_file() - blocks of the host's file slice->name, by semihosting
 *
 * Errors: as blkmap_add(), hostfs_source(); -ERANGE it is smaller
 */
int __must_check blkmap_map_file(struct blkmap *map, struct blkmap_slice *slice, struct why *why);
