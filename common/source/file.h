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

/** file_is_host() - does this interface's name stand for files of the host? */
bool file_is_host(const char *type);

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

/**
 * file_load() - bytes of a file to memory, which counts as loaded there then
 * @at:    asked of the memory map for all of them, before the first one is read
 * @bytes: at most so many; 0: to the end
 * @pos:   of the first
 * @size:  receives how many; may be NULL
 *
 * Sets ${fileaddr} and ${filesize}, and prints how long it took.
 *
 * Errors: -ENODATA @pos is beyond the end; as memmap_claim() and source_read(), with nothing loaded
 */
int __must_check file_load(struct source *source, paddr_t at, uint64_t bytes, uint64_t pos,
			   uint64_t *size, struct why *why);
