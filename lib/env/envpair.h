/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/env/envstore.h"

/*
 * The stored environment where a copy is read and written whole: in files, in blocks of a disk.
 *
 * With two copies the older one is written, and the other one left alone: a power cut in the middle
 * leaves a CRC that is wrong, and with it the old environment.
 */

/**
 * struct envpair - the copies, and how they are reached
 * @size:      bytes of a copy, header included
 * @redundant: two copies, with generations
 * @read:      all @size bytes of copy @slot to @dst. -ENOENT: nobody made it yet
 * @write:     all @size bytes from @src to copy @slot; it is on the medium when this returns 0
 * @priv:      theirs
 */
struct envpair {
	uint32_t size;
	bool redundant;
	int (*read)(const struct envpair *pair, unsigned int slot, void *dst, struct why *why);
	int (*write)(const struct envpair *pair, unsigned int slot, const void *src,
		     struct why *why);
	void *priv;
};

/**
 * envpair_load() - read the newest whole copy
 * @raw:  receives it, its variables behind envimage_header(); @pair->size bytes, 4-byte aligned;
 *        written even where nothing is found
 * @used: receives the bytes of the variables, without the empty string that ends them
 * @slot: receives which copy it was, 0 or 1
 *
 * One of a build with one copy, or with two, is read as well.
 *
 * Return: 0; -ENOENT no copy was ever written; -EBADMSG no CRC is right; as @pair->read
 */
int __must_check envpair_load(const struct envpair *pair, void *raw, size_t *used,
			      unsigned int *slot, struct why *why);

/**
 * envpair_save() - write the older copy
 * @room: @pair->size bytes to work in, 4-byte aligned
 * @slot: receives which copy was written
 *
 * Errors: -ENOSPC; as @pair->write
 */
int __must_check envpair_save(const struct envpair *pair, void *room, const struct envstore *store,
			      unsigned int *slot, struct why *why);

/** envpair_erase() - zeros into each copy that is there; @room and errors as envpair_save() */
int __must_check envpair_erase(const struct envpair *pair, void *room, struct why *why);
