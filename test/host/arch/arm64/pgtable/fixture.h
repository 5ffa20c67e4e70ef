/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/*
 * An arena of ordinary memory that claims to lie at a physical address, for the tests of the table
 * builder.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "arch/arm64/pgtable/pgtable.h"

#define ARENA_PA UINT64_C(0x8d0000000)

static inline void arena_make(struct pt_arena *arena, uint32_t granule, unsigned tables)
{
	*arena = (struct pt_arena){ .pa = ARENA_PA, .capacity = tables };
	arena->mem = calloc(tables ? tables : 1, granule);
	assert_non_null(arena->mem);
}

static inline void arena_free(struct pt_arena *arena)
{
	free(arena->mem);
}

/* For pt_walk_foreign(): physical memory is the arena and nothing else. */
static inline int arena_read(void *ctx, paddr_t pa, uint64_t *out)
{
	const struct pt_arena *arena = ctx;

	if (pa < arena->pa || (pa - arena->pa) / 4096 >= (uint64_t)arena->capacity * 16 || pa % 8)
		return -1;
	*out = arena->mem[(pa - arena->pa) / 8];
	return 0;
}

/* xorshift64*: the same numbers on every host. */
static inline uint64_t random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static inline uint64_t random_below(uint64_t *state, uint64_t limit)
{
	return (random_next(state) >> 11) % limit;
}
