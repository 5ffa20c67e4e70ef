/* SPDX-License-Identifier: BSD-2-Clause */
/* A menu of kernels, wherever its files are: choose, load, boot. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"
#include "lib/extlinux/extlinux.h"

/**
 * struct extlinux_files - where the files of a menu are
 * @load:  the file @name to @at, which then counts as loaded there; ${fileaddr} and ${filesize}
 *         are set. -ENOENT it is not there
 * @begin: @label is tried now, before its first file is loaded. NULL: nobody wants to know
 */
struct extlinux_files {
	int (*load)(void *ctx, const char *name, paddr_t at, uint64_t *size, struct why *why);
	void *ctx;
	void (*begin)(void *ctx, struct extlinux_text label);
};

/**
 * extlinux_load() - the file @name to the address that the variable @where has
 * @name: "": none; *size is 0 then
 *
 * Errors: -EINVAL the variable is not set; as @files->load()
 */
int __must_check extlinux_load(const struct extlinux_files *files, const char *name,
			       const char *where, paddr_t *at, uint64_t *size, struct why *why);

/** extlinux_place() - where a menu's text goes: ${pxefile_addr_r}, else ${scriptaddr}. -EINVAL */
int __must_check extlinux_place(paddr_t *at, struct why *why);

/**
 * extlinux_boot() - boot what a menu offers, by choice or by its default
 * @at:   the menu's text, in DRAM; what it includes is loaded behind it
 * @size: bytes
 * @why:  the sentence where nothing was booted
 *
 * Kernels go to ${kernel_addr_r}, ramdisks to ${ramdisk_addr_r}, trees to ${fdt_addr_r}. Where
 * nobody chose and the default does not boot, the other labels are tried.
 *
 * Does not return where a kernel is entered.
 *
 * Return: -ENOENT no label, or the one chosen boots from elsewhere; -EINTR Ctrl-C; as
 * extlinux_parse(), @files->load() and boot_run()
 */
int __must_check extlinux_boot(const struct extlinux_files *files, paddr_t at, uint64_t size,
			       struct why *why);
