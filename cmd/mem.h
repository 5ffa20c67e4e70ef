/* SPDX-License-Identifier: BSD-2-Clause */
/* What the memory commands share: sized objects, and ranges of them. */
#pragma once

#include "lib/base/types.h"

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
 * Errors: -EINVAL start is no multiple of the width, and not all is DRAM; -ERANGE it passes the end
 * of the addresses.
 * The sentence is printed.
 */
int __must_check mem_span_check(const char *cmd, const struct mem_span *span);

/** mem_span_bytes() - size of a span that mem_span_check() took */
static inline uint64_t mem_span_bytes(const struct mem_span *span)
{
	return span->count * span->width;
}

/**
 * mem_address() - an argument that is an address
 * @arg:  the word as typed; what `base` has set is added to it
 * @what: its name in the usage line, for the sentence
 *
 * Return: as cmd_number()
 */
int __must_check mem_address(const char *arg, const char *what, uint64_t *out);

/** mem_base - what `base` has set */
extern paddr_t mem_base;

/**
 * mem_may_write() - may a command write [start, start + size)?
 * @cmd: the command's word, for the sentence, which is printed and names who owns what is there
 *
 * Return: 0; -EPERM or -ERANGE
 */
int __must_check mem_may_write(const char *cmd, paddr_t start, uint64_t size);

/** mem_is_dram() - may it be accessed by any width? Else it may be a device, and is not. */
bool mem_is_dram(const struct mem_span *span);

/** mem_repeat() - the pattern of eight bytes that an object of @width bytes makes */
uint64_t mem_repeat(uint64_t value, unsigned int width);

/**
 * mem_visit() - hand all bytes of a range to a function, in order and in pieces
 * @visit: DRAM is seen where it is; what is read from elsewhere, once and by at most four bytes at
 *         a time, as a copy
 *
 * Return: 0; -EINTR by Ctrl-C, which is looked for between the pieces
 */
int mem_visit(paddr_t start, uint64_t size,
	      void (*visit)(void *ctx, const void *bytes, uint64_t count), void *ctx);

/** mem_load() - one access of exactly @width bytes, at a multiple of @width or in DRAM */
uint64_t mem_load(paddr_t addr, unsigned int width);

/** mem_store() - one access of exactly @width bytes, at a multiple of @width or in DRAM */
void mem_store(paddr_t addr, unsigned int width, uint64_t value);

/** mem_pointer() - the same address as C sees it; Loft maps all memory where it is */
static inline void *mem_pointer(paddr_t addr)
{
	return (void *)(uintptr_t)addr;
}
