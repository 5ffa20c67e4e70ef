/* SPDX-License-Identifier: BSD-2-Clause */
/* arch/cache.h for the host: counts what was asked to be maintained. */
#pragma once

#include "lib/types.h"

extern uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;	/* the test defines them */

static inline void cache_clean_poc(const void *start, size_t bytes)
{
	(void)start;
	fake_cache_clean_bytes += bytes;
}

static inline void cache_inval_poc(const void *start, size_t bytes)
{
	(void)start;
	fake_cache_inval_bytes += bytes;
}
