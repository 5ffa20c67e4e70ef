/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/source: where bytes come from.
 * In:    fw_cfg, memory, a file of the host, the serial line, disks
 * Out:   a source that is read at any offset, straight to where the bytes belong
 * Uses:  shell, env, console, fdt, mem
 */
/* Where the bytes of an image come from: one way of reading, whatever stands behind it. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * struct source - a run of bytes that can be read at any offset
 * @name: what a refusal calls it ("kernel", "fw_cfg file etc/x", ...)
 * @size: bytes; for bytes in memory whose end nobody knows (bootelf ADDR), an upper bound
 * @read: copies [off, off + len) to @dst, straight to where the bytes belong (a DMA for some).
 *        Called by source_read() alone, which has checked the range. 0 or -E...
 * @mem:  not NULL: the bytes lie in memory at this address already
 * @priv: for @read
 * @said: where @read leaves the sentence for its error; NULL: it has none
 */
struct source {
	const char *name;
	uint64_t size;
	int (*read)(struct source *source, uint64_t off, void *dst, uint64_t len);
	const void *mem;
	uintptr_t priv;
	struct why *said;
};

/**
 * source_mem() - a source of bytes that lie in memory
 * @source: filled
 * @name:   not copied
 * @bytes:  must stay as long as the source is used
 * @size:   bytes
 *
 * Its reads use memmove(): the destination may overlap the bytes.
 */
void source_mem(struct source *source, const char *name, const void *bytes, uint64_t size);

/**
 * source_read() - read [off, off + len) of a source
 * @dst: len bytes; untouched when the range is refused
 * @why: the refusal in words; may be NULL
 *
 * A @len of 0 reads nothing and always succeeds where @off is not beyond the end.
 *
 * Errors: -ENODATA the range passes the end (the sentence names offset, length and size)
 *         -E...    what @source->read returned, with the range named
 */
int __must_check source_read(struct source *source, uint64_t off, void *dst, uint64_t len,
			     struct why *why);
