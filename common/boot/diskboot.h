/* SPDX-License-Identifier: BSD-2-Clause */
/* What disks have to boot: where it is looked for, and how it is booted. */
#pragma once

#include "common/source/volume.h"
#include "lib/base/why.h"

#define BOOTFLOWS_MAX (IS_ENABLED(CONFIG_BOOTSTD_FULL) ? 64 : 16)

/**
 * struct bootflow - one thing that could be booted
 * @method: "loft", "extlinux", "bls", "script", "uenv", "kernel" or "rpi"
 * @file:   its file; of "bls" the folder of its entries
 * @type:   of the disk: "virtio"
 * @number: of the disk
 * @part:   its partition's number; 0: the whole disk
 */
struct bootflow {
	const char *method, *file, *type;
	unsigned int number, part;
};

/** enum bootflow_state - how far a search came: BOOTFLOW_FS: there is no such file */
enum bootflow_state { BOOTFLOW_READY, BOOTFLOW_FS, BOOTFLOW_PART };

/**
 * diskboot_find() - what the disks of a name have
 * @name: a kind of disks, all of them or with a number: "virtio", "virtio0"; @len bytes of it
 * @take: is given each, in the order in which they are tried; nonzero ends the search
 *
 * The disk's partitions with a boot flag come first, then the others; in each loft.cfg, then
 * extlinux.conf, /loader/entries, boot scripts, uEnv.txt, then a kernel. A volume that can't
 * be read is passed over, and said where it has a file system. ${bootmeths} says otherwise where
 * this Loft has CONFIG_BOOTSTD_FULL.
 *
 * Return: what @take returned last; 0 it was never called; -EINVAL no kind of disks has that name
 */
int diskboot_find(const char *name, size_t len, int (*take)(void *ctx, const struct bootflow *flow),
		  void *ctx);

/**
 * diskboot_find_all() - diskboot_find(), and what is not there
 * @miss: is given each method that a partition, or a disk without any, has nothing for
 */
int diskboot_find_all(
	const char *name, size_t len, int (*take)(void *ctx, const struct bootflow *flow),
	void (*miss)(void *ctx, const struct bootflow *flow, enum bootflow_state state), void *ctx);

/**
 * diskboot_run() - boot it
 *
 * Does not return where a kernel is entered.
 *
 * Return: as extlinux_boot() and boot_run(); -EIO a script has ended
 */
int __must_check diskboot_run(const struct bootflow *flow, struct why *why);

/**
 * diskboot_auto() - boot the first that boots of all that diskboot_find() finds
 *
 * @why: holds why a target before did not boot, or nothing
 *
 * Why one did not boot, or that target, is printed when the next is tried.
 *
 * Return: -ENOENT there is none; -ENODATA the same, but @why held something, and does still;
 * -EINVAL as diskboot_find(); else why the last one was refused
 */
int __must_check diskboot_auto(const char *name, size_t len, struct why *why);

/**
 * diskboot_menu() - extlinux_boot() of a file on a disk
 * @at: where its text goes; 0: ${pxefile_addr_r}, else ${scriptaddr}
 *
 * Names in it that begin with no slash are in the file's folder.
 *
 * Errors: as volume_place(), volume_source() and extlinux_boot()
 */
int __must_check diskboot_menu(const char *type, const char *spec, const char *path, paddr_t at,
			       struct why *why);
