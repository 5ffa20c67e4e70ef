/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "drivers/flash/flash.h"
#include "lib/env/envimage.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/*
 * The stored environment: one or two copies in flash, each in erase blocks of its own.
 *
 * With two, the older one is erased and written, its variables first and its CRC last, after all
 * else has been read back: until the last bit of the CRC stands the copy is no copy, and the other,
 * which nobody touched, is the environment. With it this one is, having the higher generation. So
 * a power cut at any moment leaves the old environment or the new one. With a single copy it may
 * leave none.
 */

/**
 * struct env_layout - where the copies lie
 * @flash:     its base, size and width are set; probed for all that writes
 * @offset:    of the first copy in the bank
 * @size:      bytes of a copy, header included; a multiple of 4
 * @stride:    from the first copy to the second; what is erased for a copy stays below it
 * @redundant: two copies, with generations
 */
struct env_layout {
	const struct flash *flash;
	uint64_t offset;
	uint32_t size, stride;
	bool redundant;
};

/**
 * env_copies_read() - read the newest whole copy
 * @layout: needs no probe
 * @raw:    receives a copy as it is in flash, the variables behind envimage_header(); 4-byte
 *          aligned, @layout->size bytes; written even where nothing is found
 * @used:   receives the bytes of the variables, without the empty string that ends them
 * @slot:   receives which copy it was, 0 or 1
 *
 * An erased flash costs one or two words of each copy, and a copy what its variables take.
 *
 * Return: 0; -ENOENT no copy was ever written; -EBADMSG no CRC is right
 */
int __must_check env_copies_read(const struct env_layout *layout, void *raw, size_t *used,
				 unsigned int *slot);

/** struct env_target - what the next save writes */
struct env_target {
	unsigned int slot;
	uint8_t generation;
	bool any; /* there is a whole copy now: of slot ^ 1, or with a single copy of this */
};

/** env_copies_target() - which copy is to be written next: both are read whole */
void env_copies_target(const struct env_layout *layout, struct env_target *target);

/**
 * env_copies_erase() - erase one copy
 *
 * Errors: -EINVAL the erase blocks do not fit the layout; as flash_erase()
 */
int __must_check env_copies_erase(const struct env_layout *layout, unsigned int slot,
				  struct why *why);

/**
 * env_copies_write() - write one copy, which was erased, and make it the environment
 * @image: from envimage_init(), of the layout's size and header
 *
 * Errors: -EIO what is read back differs; as flash_write()
 */
int __must_check env_copies_write(const struct env_layout *layout, unsigned int slot,
				  const struct envimage *image, struct why *why);
