/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unpacking LZO1X, whole buffer to whole buffer.
 * Spec: Linux' Documentation/staging/lzo.rst, "Byte sequences", version 0
 */
#pragma once

#include "lib/base/types.h"

/**
 * unlzo() - unpack one stream
 * @dst:   @limit bytes; must not overlap @src. Contents are undefined on error
 * @size:  bytes; what follows the stream's end is not looked at
 * @out:   bytes written to @dst
 *
 * Errors: -EINVAL damaged, or cut short; -EFBIG unpacks to more than @limit
 */
int __must_check unlzo(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out);
