/* SPDX-License-Identifier: BSD-2-Clause */
/* What the wrappings that are a compression have in common. */
#pragma once

#include "common/source/load.h"
#include "lib/base/table.h"

/**
 * struct packing - a compression; a row is a PACKING() in its file
 * @name:          as images that name it do
 * @stage:         its name among the stages of a boot
 * @hint:          how large a file says it unpacks, at most the limit; 0: it does not say. NULL: no
 *                 file does
 * @hint_in_front: the hint is at the beginning of the file, not at its end
 * @unpack:        as gunzip()
 */
struct packing {
	const char *name, *stage;
	int (*hint)(const void *bytes, uint64_t size, uint64_t limit, uint64_t *hint,
		    struct why *why);
	bool hint_in_front;
	int (*unpack)(void *to, uint64_t room, const void *bytes, uint64_t size, uint64_t *made,
		      struct why *why);
};

#define PACKING(id) TABLE_ENTRY(packing_table, struct packing, id)

/** struct packed_part - where it lies in a source; @exact: it ends there, and not before */
struct packed_part {
	uint64_t offset, size;
	bool exact;
};

/** packed_unwrap() - as @unwrap of struct image_wrapping, of a part that is inside the source */
int __must_check packed_unwrap(const struct packing *packing, struct source *packed,
			       struct packed_part part, struct source *inner, struct why *why);

/** packed_unwrap_all() - the same, of all of a source */
int __must_check packed_unwrap_all(const struct packing *packing, struct source *packed,
				   struct source *inner, struct why *why);

/** packing_find() - by a name: "gzip", "lz4", "zstd"; NULL: not in this build */
const struct packing *packing_find(const char *name);
