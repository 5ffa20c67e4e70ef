/* SPDX-License-Identifier: BSD-2-Clause */
/* The stored environment on disks: lib/env/envpair.h over files and blocks. */
#pragma once

#include "common/env/keeper.h"
#include "lib/env/envpair.h"

/**
 * struct env_disk - where on a disk
 * @type, @spec: as volume_place()
 * @fs:          of files: "fat", "ext4"
 * @path:        of both files
 * @offset:      of both copies in blocks: the disk's byte
 * @open:        find the disk; read and write serve that one until the next open
 * @read, @write: as struct envpair, whose priv is this
 */
struct env_disk {
	const char *type, *spec, *fs, *path[2];
	uint64_t offset[2];
	int (*open)(const struct env_disk *disk, struct why *why);
	int (*read)(const struct envpair *pair, unsigned int slot, void *dst, struct why *why);
	int (*write)(const struct envpair *pair, unsigned int slot, const void *src,
		     struct why *why);
};

/* struct env_keeper's, for one whose priv is a struct env_disk. */
bool env_disk_present(const struct env_keeper *keeper);
int env_disk_load(const struct env_keeper *keeper, size_t *used, unsigned int *slot,
		  struct why *why);
int env_disk_check(const struct env_keeper *keeper, struct why *why);
int env_disk_save(const struct env_keeper *keeper, const struct envstore *store, unsigned int *slot,
		  struct why *why);
int env_disk_erase(const struct env_keeper *keeper, struct why *why);

/* struct env_disk's, for files. */
int env_file_open(const struct env_disk *disk, struct why *why);
int env_file_read(const struct envpair *pair, unsigned int slot, void *dst, struct why *why);
int env_file_write(const struct envpair *pair, unsigned int slot, const void *src, struct why *why);

/** ENV_DISK() - register one */
#define ENV_DISK(id, title, disk)                                                                  \
	TABLE_ENTRY(env_keeper_table, struct env_keeper, id) = {                                   \
		.name = title,                                                                     \
		.present = env_disk_present,                                                       \
		.load = env_disk_load,                                                             \
		.check = env_disk_check,                                                           \
		.save = env_disk_save,                                                             \
		.erase = env_disk_erase,                                                           \
		.priv = disk,                                                                      \
	}
