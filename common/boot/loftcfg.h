/* SPDX-License-Identifier: BSD-2-Clause */
/* loft.cfg beside a kernel: what to boot with it. */
#pragma once

#include "common/boot/extlinux.h"
#include "lib/base/why.h"

/**
 * loftcfg_run() - boot what a loft.cfg says
 * @files: loads ramdisk and tree
 * @type, @spec: its volume, as volume_place()
 * @path: of the file; names in it that begin with no slash are beside it
 *
 * The device writes the kernel's segments to their places; a ramdisk goes to ${ramdisk_addr_r}, a
 * tree to ${fdt_addr_r}. Where the kernel is refused, what @files loaded is its owner's to release.
 *
 * Does not return where the kernel is entered.
 *
 * Return: as file_open(), loftcfg_parse(), boot_options_under() and boot_run(); -E2BIG the file is
 * longer than LOFTCFG_MAX, or a name in it than a path can be
 */
int __must_check loftcfg_run(const struct extlinux_files *files, const char *type, const char *spec,
			     const char *path, struct why *why);

#define LOFTCFG_MAX 4096
