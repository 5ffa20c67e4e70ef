/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/env/copies.h"
#include "lib/env/envstore.h"
#include "lib/base/why.h"

/* The stored environment of this machine: common/env/copies.h where the device tree has a flash. */

/**
 * env_flash_load() - read the stored variables
 * @store: env_store(), whose memory is the end of env_raw(); holds nothing on error
 * @slot:  receives which copy they are from, 0 or 1
 * @why:   what is wrong, to stand in a warning
 *
 * Errors: -ENODEV no flash for them; -ENOENT none are stored; -EBADMSG no copy is whole
 */
int __must_check env_flash_load(struct envstore *store, unsigned int *slot, struct why *why);

/**
 * env_flash_check() - could env_flash_load() read them? The store stays as it is
 *
 * Errors: as env_flash_load()
 */
int __must_check env_flash_check(struct why *why);

/**
 * env_flash_save() - store the variables, saying on the console what is done
 * @slot: receives the copy that was written, for env_saved()
 *
 * Errors: -ENODEV; as flash_probe(), env_copies_erase(), env_copies_write()
 */
int __must_check env_flash_save(const struct envstore *store, unsigned int *slot, struct why *why);

/**
 * env_flash_erase() - erase every copy
 *
 * Errors: -ENODEV; as flash_probe(), env_copies_erase()
 */
int __must_check env_flash_erase(struct why *why);

/**
 * env_flash_find() - the flash that copies lie in; reads need no more
 * @flash:  receives base, size and width
 * @layout: offset, stride and redundant are read
 *
 * Return: false: this machine has none that is so large, or nothing answers there
 */
bool env_flash_find(struct flash *flash, const struct env_layout *layout);

/** env_flash_present() - has this machine a flash to store variables in? */
bool env_flash_present(void);
