/* SPDX-License-Identifier: BSD-2-Clause */
/* What unzip, unlz4, unzstd and unxz share. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define UNPACK_USAGE "srcaddr dstaddr [dstsize]\n	- sets filesize"

/** unpack_fn - as gunzip() */
typedef int unpack_fn(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out,
		      struct why *why);

/** unpack_run() - the command, with the words that it was given */
int unpack_run(int argc, char *const argv[], unpack_fn *unpack);
