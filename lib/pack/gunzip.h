/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room lib/pack: PURE: compressed and wrapped bytes.
 * In:    bytes, room
 * Out:   bytes unpacked, or why not
 * Uses:  hash, base
 */
/* Unpacking gzip, whole buffer to whole buffer. Spec: RFC 1951, RFC 1952 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * gunzip_hint() - how large a gzip file says it unpacks
 * @src:   the file
 * @size:  its exact bytes
 * @limit: the most that the caller has room for
 * @hint:  ISIZE of the trailer: right for honest files with one member below 4 GiB, and nothing
 *         more than a claim: gunzip() needs no less room because of it
 *
 * Errors: -EINVAL no gzip header; a claim that deflate cannot keep (it packs at most 1032 : 1)
 *         -ENODATA shorter than header and trailer
 *         -EFBIG   more than @limit
 */
int __must_check gunzip_hint(const void *src, uint64_t size, uint64_t limit, uint64_t *hint,
			     struct why *why);

/**
 * unzlib() - unpack one zlib stream (RFC 1950)
 * @dst:   @limit bytes; must not overlap @src. Contents are undefined on error
 * @size:  bytes, may be more than the stream has
 *
 * Its Adler-32 is not looked at: for blocks of a file system, which others check or nobody.
 *
 * Errors: as gunzip()
 */
int __must_check unzlib(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out,
			struct why *why);

/**
 * gunzip() - unpack a gzip file
 * @dst:   @limit bytes; must not overlap @src. Contents are undefined on error
 * @src:   the file, one member or several; what follows them is ignored
 * @size:  bytes, may be more than the file has
 * @out:   bytes written to @dst
 *
 * CRC and length of every member are checked.
 *
 * Errors: -EINVAL  no gzip header, or the packed data are damaged or cut short
 *         -ENODATA cut short in header or trailer
 *         -EFBIG   unpacks to more than @limit
 *         -EILSEQ  CRC-32 or length of the unpacked data differ from the trailer's
 *         -ENOMEM  the decompressor cannot be allocated
 *
 * One at a time: on the target there is memory for one decompressor.
 */
int __must_check gunzip(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out,
			struct why *why);
