/* SPDX-License-Identifier: BSD-2-Clause */
/* Unpacking zstd, whole buffer to whole buffer. Spec: RFC 8878 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define ZSTD_HUFFMAN_BITS 11 /* of the longest code of a literal */
#define ZSTD_TABLE_BITS   9  /* of the largest of the tables for sequences */

/** struct zstd_state - one state of a table: its symbol, and the way to the next */
struct zstd_state {
	uint16_t base;
	uint8_t bits, symbol;
};

/** struct zstd_table - a decoding table; @log: of its states, 0 for a single one */
struct zstd_table {
	struct zstd_state state[1 << ZSTD_TABLE_BITS];
	unsigned int log;
	bool ready;
};

/**
 * struct zstd_work - what unzstd() keeps while it runs, about 13 KB
 *
 * The caller's, since that is more than a stack should hold; contents need not be set.
 */
struct zstd_work {
	struct zstd_table length, offset, match, weight;
	struct {
		uint8_t symbol, bits;
	} huffman[1 << ZSTD_HUFFMAN_BITS];
	unsigned int huffman_bits; /* 0: there is no table yet */
	uint8_t weights[256];
	uint32_t recent[3]; /* offsets */
};

/** unzstd_is() - do these bytes begin as a frame? @head: 4 bytes */
bool unzstd_is(const void *head);

/**
 * unzstd_hint() - how large the first frame says it unpacks
 * @size: of the file, bytes
 * @hint: a claim and nothing more; 0 where the frame does not say
 *
 * Return: 0; -EINVAL no frame; -ENODATA shorter than a frame's header.
 */
int __must_check unzstd_hint(const void *src, uint64_t size, uint64_t *hint, struct why *why);

/**
 * unzstd() - unpack frames
 * @work: anything
 * @dst:  @limit bytes; must not overlap @src. Contents are undefined on error, and up to 128 KiB
 *        behind @out where a frame does not say how large it unpacks
 * @src:  the file: one frame or several, skippable ones passed over; what follows them is ignored
 * @size: bytes, may be more than the file has
 * @out:  bytes written to @dst
 *
 * Checksums and lengths that a frame has are checked.
 *
 * Errors: -EINVAL  no zstd, a field that makes no sense, damaged data
 *         -ENODATA cut short
 *         -ENOTSUP a frame that wants a dictionary
 *         -EFBIG   unpacks to more than @limit
 *         -EILSEQ  a checksum or the length differs
 */
int __must_check unzstd(struct zstd_work *work, void *dst, uint64_t limit, const void *src,
			uint64_t size, uint64_t *out, struct why *why);
