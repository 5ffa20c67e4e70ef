/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for what has been counted: no heap, no free. Somebody counts, takes what that needs from
 * the memory map once, and gives it out from the front.
 */
#pragma once

#include "lib/base/types.h"

#define ARENA_ALIGN 16

/** struct arena - @used of @size bytes are given out */
struct arena {
	char *mem;
	uint64_t size, used;
};

/** arena_need() - bytes that arena_take() of so many takes; UINT64_MAX: more than there can be */
static inline uint64_t arena_need(uint64_t count, uint64_t size)
{
	return size && count > (UINT64_MAX >> 8) / size ? UINT64_MAX
							: ALIGN_UP(count * size, ARENA_ALIGN);
}

/**
 * arena_take() - room for @count things of @size bytes, not cleared
 * Return: aligned to ARENA_ALIGN; NULL where there is not so much left: nothing is taken then
 */
static inline void *arena_take(struct arena *a, uint64_t count, uint64_t size)
{
	uint64_t need = arena_need(count, size);
	char *taken = a->mem + a->used;

	if (need > a->size - a->used)
		return NULL;
	a->used += need;
	return taken;
}
