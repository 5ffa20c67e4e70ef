/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * struct sink - memory that a load fills
 * @room: bytes from @at on that the memory map gives to loads
 * @top:  the furthest byte written, plus one
 */
struct sink {
	paddr_t at;
	uint64_t room, top;
	const char *what;
};

/** sink_begin() - a load to @at begins; @what names it, "TFTP" */
void sink_begin(struct sink *s, paddr_t at, const char *what);

/**
 * sink_check() - may [offset, offset + size) be written?
 *
 * Errors: -ENXIO not all DRAM; -EPERM somebody has it; the sentence names both
 */
int __must_check sink_check(const struct sink *s, uint64_t offset, uint64_t size, struct why *why);

/** sink_write() - sink_check(), and write; errors as there */
int __must_check sink_write(struct sink *s, uint64_t offset, const void *bytes, size_t size,
			    struct why *why);

/**
 * sink_end() - so many bytes are there: claim them, set fileaddr and filesize
 * @name: whose, for the memory map
 *
 * Errors: as memmap_claim()
 */
int __must_check sink_end(struct sink *s, uint64_t size, const char *name, struct why *why);

struct netif_digest;

/**
 * sink_finish() - sink_end() of what has the digest that it must have, sink_drop() of all else
 * @err:    of the transfer; 0: it is whole
 * @wanted: may be NULL
 *
 * Prints U-Boot's line. Errors: @err; as sink_end(), netif_digest_check()
 */
int __must_check sink_finish(struct sink *s, int err, uint64_t size, const char *name,
			     const struct netif_digest *wanted, struct why *why);

/** sink_drop() - it failed: what was written over counts as loaded no more */
void sink_drop(struct sink *s);
