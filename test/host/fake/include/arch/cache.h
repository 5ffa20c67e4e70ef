/* SPDX-License-Identifier: BSD-2-Clause */
/* arch/cache.h for the host: counts what was asked for, in variables that the test defines. */
#pragma once

#include "lib/base/types.h"

extern uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;

static inline void cache_clean_poc(const void *start, uint64_t size)
{
	(void)start;
	fake_cache_clean_bytes += size;
}

static inline void cache_inval_poc(void *start, uint64_t size)
{
	(void)start;
	fake_cache_inval_bytes += size;
}

static inline void cache_clean_inval_poc(const void *start, uint64_t size)
{
	(void)start;
	fake_cache_clean_bytes += size;
	fake_cache_inval_bytes += size;
}
