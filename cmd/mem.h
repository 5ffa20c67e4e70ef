/* SPDX-License-Identifier: BSD-2-Clause */
/* What the memory commands share: sized objects, and ranges of them. */
#pragma once

#include "lib/types.h"

#define MEM_POLL_BYTES (64 * KIB) /* between looks for a Ctrl-C */

/** struct mem_span - @count objects of @width bytes from @start */
struct mem_span {
	paddr_t start;
	uint64_t count;
	unsigned int width;
};

/**
 * mem_span_check() - is this a range that accesses of its width can go through?
 * @cmd:  the command's word, for the sentence
 * @span: as the user gave it
 *
 * Errors: -EINVAL start is no multiple of the width; -ERANGE it passes the end of the addresses.
 * The sentence is printed.
 */
int __must_check mem_span_check(const char *cmd, const struct mem_span *span);

/** mem_span_bytes() - size of a span that mem_span_check() took */
static inline uint64_t mem_span_bytes(const struct mem_span *span)
{
	return span->count * span->width;
}

/** mem_load() - one access of exactly @width bytes at a multiple of @width */
uint64_t mem_load(paddr_t addr, unsigned int width);

/** mem_store() - one access of exactly @width bytes at a multiple of @width */
void mem_store(paddr_t addr, unsigned int width, uint64_t value);

/** mem_pointer() - the same address as C sees it; Loft maps all memory where it is */
static inline void *mem_pointer(paddr_t addr)
{
	return (void *)(uintptr_t)addr;
}
