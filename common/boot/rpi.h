/* SPDX-License-Identifier: BSD-2-Clause */
/* What a Raspberry Pi's firmware would boot, as a menu. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define RPI_CONFIG "/config.txt"

/**
 * rpi_menu() - make an extlinux menu of one label of a volume's config.txt
 * @type, @spec: the volume, as volume_place()
 * @at:   where its text goes; it counts as loaded there
 * @size: receives its bytes
 *
 * Where the kernel that config.txt names is Loft, or is not there, it is kernel8.img. The command
 * line is cmdline.txt's, unless firmware has already put one into the machine's tree.
 *
 * Errors: as volume_open(), memmap_claim(); -ENOENT no kernel; -E2BIG a file or name is too long;
 *         -EINVAL cmdline.txt is no text
 */
int __must_check rpi_menu(const char *type, const char *spec, paddr_t at, uint64_t *size,
			  struct why *why);
