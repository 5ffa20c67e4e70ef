/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of /loader/entries, as a menu. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"
#include "lib/extlinux/extlinux.h"

#define BLS_FOLDER "/loader/entries"

/**
 * bls_menu() - make an extlinux menu of the entries of a volume
 * @type, @spec: the volume, as volume_place()
 * @at:   where its text goes; it counts as loaded there
 * @size: receives its bytes
 *
 * The newest version comes first, what has no tries left last; entries that are not for us are left
 * out. timeout and default of /loader/loader.conf count. Nothing is written to the volume.
 *
 * Errors: as volume_open(), memmap_claim(); -ENOENT there is no entry; -ENOSPC its text does not
 *         fit, or there are too many
 */
int __must_check bls_menu(const char *type, const char *spec, paddr_t at, uint64_t *size,
			  struct why *why);

/**
 * bls_count_try() - an entry is tried now: where its file's name counts tries it gets the next name
 * @label: of the menu: the name without .conf
 *
 * What is done, or why it can't be, is printed; the entry is booted either way.
 */
void bls_count_try(const char *type, const char *spec, struct extlinux_text label);
