/* SPDX-License-Identifier: BSD-2-Clause */
/* arch/mem.h for the host, by its libc. */
#pragma once

#include <string.h>

#include "lib/base/types.h"

static inline void mem_copy(void *dst, const void *src, uint64_t size)
{
	memmove(dst, src, size);
}

static inline void mem_fill(void *dst, uint64_t pattern, uint64_t size)
{
	uint8_t *to = dst;

	for (uint64_t i = 0; i < size; i++)
		to[i] = (uint8_t)(pattern >> i % 8 * 8);
}

static inline uint64_t mem_sum(const void *src, uint64_t size)
{
	const uint8_t *from = src;
	uint64_t sum = 0;

	for (uint64_t i = 0; i < size; i++)
		sum += (uint64_t)from[i] << i % 2 * 8;
	return sum;
}

static inline uint64_t mem_same(const void *a, const void *b, uint64_t size)
{
	uint64_t same = 0;

	while (size - same >= 64 && !memcmp((const char *)a + same, (const char *)b + same, 64))
		same += 64;
	return same;
}
