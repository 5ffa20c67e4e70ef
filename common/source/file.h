/* SPDX-License-Identifier: BSD-2-Clause */
/* A file by the three words that commands have for it: of a disk, or of the host. */
#pragma once

#include "common/source/load.h"
#include "fs/fs.h"

/** struct file - an open file; the source's reads need all of it */
struct file {
	struct source source;
	struct fs_node node;
};

/**
 * file_open() - find a file
 * @type: "virtio", or "hostfs" ("semihosting"): a file of the host
 * @spec: as volume_place(); nothing for a file of the host
 * @path: kept
 * @file: filled; of a disk good until another volume is mounted
 *
 * Errors: as volume_open() and volume_source(), or hostfs_source()
 */
int __must_check file_open(const char *type, const char *spec, const char *path, struct file *file,
			   struct why *why);
