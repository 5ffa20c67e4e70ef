/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unpacking xz, whole buffer to whole buffer. What was unpacked is the dictionary: a file wants no
 * memory for its own, however large it says that is. Spec: The .xz File Format 1.2.1
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"
#include "lib/hash/crc64.h"

/** struct lzma_lengths - chances of the bits of a match's length */
struct lzma_lengths {
	uint16_t long_, longest, low[16][8], middle[16][8], high[256];
};

/**
 * struct lzma_chances - how likely the next bit is 0, of 2048, by what the bit is for and by what
 * came before it
 */
struct lzma_chances {
	uint16_t match[12][16], repeat[12], older[12], third[12], fourth[12], byte[12][16];
	uint16_t slot[4][64], far[128], align[16];
	struct lzma_lengths length, repeat_length;
	uint16_t literal[16][0x300];
};

/**
 * struct xz_work - what unxz() keeps while it runs, about 36 KB
 *
 * The caller's, since that is more than a stack should hold; contents need not be set.
 */
struct xz_work {
	struct lzma_chances chances;
	struct crc64_table crc64;
};

/**
 * unxz() - unpack streams
 * @work: anything
 * @dst:  @limit bytes; must not overlap @src. Contents are undefined on error
 * @src:  the file: one stream or several; what follows them is ignored
 * @size: bytes, may be more than the file has
 * @out:  bytes written to @dst
 *
 * Blocks of LZMA2, which the filter for ARM64 code may have gone over. Their checks are looked at
 * (CRC-32, CRC-64, SHA-256), and the index is held against them.
 *
 * Errors: -EINVAL  no xz, a field that makes no sense, damaged data
 *         -ENODATA cut short
 *         -ENOTSUP a filter or a check that is none of these
 *         -EFBIG   unpacks to more than @limit
 *         -EILSEQ  a check, a length or the index differs
 */
int __must_check unxz(struct xz_work *work, void *dst, uint64_t limit, const void *src,
		      uint64_t size, uint64_t *out, struct why *why);
