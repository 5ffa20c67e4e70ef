/* SPDX-License-Identifier: BSD-2-Clause */
/* Unpacking lz4, whole buffer to whole buffer. Spec: LZ4 block format, LZ4 frame format 1.6.4 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * unlz4_is() - do these bytes begin as a frame, or as the legacy form that Linux packs kernels in?
 * @head: 4 bytes
 */
bool unlz4_is(const void *head);

/**
 * unlz4_block() - unpack one block
 * @begin: where unpacked bytes begin that the block may refer to, at or before @dst
 * @dst:   @limit bytes; must not overlap @src. Contents are undefined on error and behind @out
 * @src:   the block, exactly @size bytes
 * @out:   bytes written to @dst
 *
 * Return: 0; -EINVAL damaged; -EFBIG unpacks to more than @limit.
 */
int __must_check unlz4_block(const uint8_t *begin, uint8_t *dst, uint64_t limit, const uint8_t *src,
			     uint64_t size, uint64_t *out);

/**
 * unlz4() - unpack frames, or the legacy form
 * @dst:   @limit bytes; must not overlap @src. Contents are undefined on error and behind @out
 * @src:   the file: one frame or several, skippable ones passed over; what follows them is ignored
 * @size:  bytes, may be more than the file has. The legacy form has no end of its own: it ends
 *         with them, or at a size that no block can have
 * @out:   bytes written to @dst
 *
 * Every checksum that a frame has is checked.
 *
 * Errors: -EINVAL  no lz4, a field that makes no sense, damaged data
 *         -ENODATA cut short
 *         -ENOTSUP a frame that wants a dictionary, or of another version
 *         -EFBIG   unpacks to more than @limit
 *         -EILSEQ  a checksum or the length differs
 */
int __must_check unlz4(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out,
		       struct why *why);
