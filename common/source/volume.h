/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A partition and the file system in it: from a command's words to a file as a source of bytes. One
 * volume at a time is mounted; memory for that is taken when the first is.
 */
#pragma once

#include "common/source/disk.h"
#include "common/source/load.h"
#include "fs/fs.h"
#include "fs/part.h"

/**
 * struct volume_place - a partition, or all of a disk
 * @blk:   the disk
 * @table: what its partition table says
 * @part:  part.number 0: all of it
 */
struct volume_place {
	struct blk *blk;
	struct part_table table;
	struct part part;
};

/**
 * volume_place() - what a command's words name
 * @type: "virtio"
 * @spec: disk and partition: "0:1", "0#name", "0:<PARTUUID>", "0:0" the whole disk, "0:auto" the
 *        first with the boot flag, or the first; "0" partition 1. Where there is no table they all
 *        are the whole disk. NULL or "": ${bootdevice}, else "0"
 *
 * A GPT whose first copy is bad is said so, once a call.
 *
 * Errors: -EINVAL no disk and partition; as disk_find(), part_open() and part_find()
 */
int __must_check volume_place(const char *type, const char *spec, struct volume_place *place,
			      struct why *why);

/**
 * volume_mount() - find the file system of a place
 * @fs: receives it; good until the next call
 *
 * Errors: as fs_mount(); -ENOMEM
 */
int __must_check volume_mount(const struct volume_place *place, struct fs **fs, struct why *why);

/** volume_open() - volume_place() and volume_mount() */
int __must_check volume_open(const char *type, const char *spec, struct fs **fs, struct why *why);

/**
 * volume_source() - a file of the mounted volume as a source
 * @node:   receives what it is; must stay as long as @source is used
 * @source: filled; keeps @path. Good until another volume is mounted
 *
 * The device writes to where a read wants the bytes. Long reads show how far they are, and Ctrl-C
 * ends them with -EINTR.
 *
 * Errors: as fs_lookup(); -EISDIR
 */
int __must_check volume_source(struct fs *fs, const char *path, struct fs_node *node,
			       struct source *source, struct why *why);
