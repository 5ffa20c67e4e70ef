/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/mem: who owns which memory, and where Loft lives.
 * In:    banks, claims
 * Out:   a refusal that names both owners; room where nobody is
 * Uses:  nothing
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/*
 * Who owns which byte of DRAM. Banks say what exists; owned ranges, inside the banks, say what is
 * taken and by whom. Every load, every segment and every table asks here first.
 *
 *	bank    |=======================|          |==================|
 *	owned   |--FDT--|     |-/rsv-|                  |--Loft--|--..|
 *
 * Both lists are sorted by address and hold no overlaps, so that a search can stop early. Ranges
 * are {start, size}, never {start, end}: the end of the last one in the address space is 2^64.
 */

/** flags of a range; 0 is a range that ends with Loft */
#define MEM_NOMAP        1  /* never mapped by anybody */
#define MEM_KEEP         2  /* must outlive the hand-over: goes to /reserved-memory */
#define MEM_RECLAIM      4  /* with MEM_KEEP: the kernel may take it once it has its own */
#define MEM_FOREIGN      8  /* from the FDT: /memreserve/ or /reserved-memory */
#define MEM_LOADED       16 /* what a load put there; a later load may replace it */

#define MEMMAP_BANKS_MAX 16
#define MEMMAP_OWNED_MAX 64
#define MEM_OWNER_SIZE   28

/* Ranges that are kept for Loft's own: the tree's many reservations are joined before. */
#define MEMMAP_OWNED_SPARE 20

/* The largest granule: what Loft places lies in whole ones, which a kernel has mapped. */
#define MEM_GRANULE UINT64_C(0x10000)

/* The owner of what the tree reserves without a node. */
#define MEM_OWNER_MEMRESERVE "/memreserve/"

/** struct mem_range - [start, start + size), at least one byte */
struct mem_range {
	paddr_t start;
	uint64_t size;
	uint32_t flags;
	char owner[MEM_OWNER_SIZE]; /* cut off where the name is longer, always terminated */
};

/** struct memmap - all zero is an empty one; read the arrays freely, write by the functions only */
struct memmap {
	unsigned int bank_count, owned_count;
	struct mem_range bank[MEMMAP_BANKS_MAX];
	struct mem_range owned[MEMMAP_OWNED_MAX];
};

/** mem_range_last() - address of the last byte: unlike the end it cannot wrap */
static inline paddr_t mem_range_last(const struct mem_range *r)
{
	return r->start + (r->size - 1);
}

/**
 * memmap_add_bank() - a piece of DRAM exists
 * @map:   any
 * @start: first byte
 * @size:  bytes; 0 adds nothing
 * @why:   the refusal's sentence, may be NULL
 *
 * A bank that touches or overlaps others is merged with them: DRAM described twice exists once.
 * An owned range outside the banks is not a contradiction here (see memmap_reserve_foreign()).
 *
 * Errors: -ERANGE passes the end of the 64-bit address space; -ENOSPC too many banks
 */
int __must_check memmap_add_bank(struct memmap *map, paddr_t start, uint64_t size, struct why *why);

/**
 * memmap_claim() - take [start, start + size) for @owner
 * @map:   banks added
 * @start: first byte, any alignment
 * @size:  bytes
 * @flags: MEM_...; with MEM_LOADED, earlier MEM_LOADED ranges that it touches are dropped whole:
 *         a load half overwritten is no load any more
 * @owner: copied; "Loft's FDT", "segment 0", ...
 * @why:   the refusal's sentence, may be NULL
 *
 * Errors: -EINVAL empty; -ERANGE passes 2^64; -ENXIO not all of it is DRAM; -EEXIST somebody
 *         has part of it: both are named; -ENOSPC too many ranges. The map is then as before.
 */
int __must_check memmap_claim(struct memmap *map, paddr_t start, uint64_t size, uint32_t flags,
			      const char *owner, struct why *why);

/**
 * memmap_check_free() - would memmap_claim() with @flags take it?
 * @map:   banks added
 * @start: first byte
 * @size:  bytes
 * @what:  whose it would be, for the sentence
 * @why:   the refusal's sentence, may be NULL
 *
 * MEM_LOADED ranges count as taken; use memmap_owner() where one may be written over.
 *
 * Errors: as memmap_claim(), less -ENOSPC
 */
int __must_check memmap_check_free(const struct memmap *map, paddr_t start, uint64_t size,
				   const char *what, struct why *why);

/**
 * memmap_reserve_foreign() - a reservation that the FDT makes
 * @map:   banks added
 * @start: first byte
 * @size:  bytes; 0 reserves nothing
 * @flags: MEM_NOMAP or 0; MEM_FOREIGN is added
 * @owner: copied; the node's name
 * @why:   the refusal's sentence, may be NULL
 *
 * Reservations may lie outside DRAM and over each other: what is no DRAM is left out, and where two
 * meet, the parts that were not reserved are added in the new one's name and a MEM_NOMAP one takes
 * the bytes of one without. Where Loft's own ranges stand already they stay. Where there are many,
 * neighbours are joined, with what is free between them: more is reserved then, never less.
 *
 * Errors: -ERANGE passes 2^64; -ENOSPC too many ranges (the part that fits is reserved)
 */
int __must_check memmap_reserve_foreign(struct memmap *map, paddr_t start, uint64_t size,
					uint32_t flags, const char *owner, struct why *why);

/**
 * memmap_alloc() - find free DRAM and take it
 * @map:        banks added
 * @size:       bytes, at least 1
 * @align:      power of two, at least 1
 * @top:        the highest place that fits, else the lowest
 * @limit_last: the last address that it may use; ~0 for no limit
 * @flags:      MEM_...
 * @owner:      copied
 * @out:        its first byte
 * @why:        the refusal's sentence, may be NULL
 *
 * Address 0 is never given out: page 0 stays unmapped, and a physical 0 reads as "none".
 *
 * Errors: -EINVAL size 0 or alignment no power of two; -ENOMEM no gap fits; -ENOSPC too many ranges
 */
int __must_check memmap_alloc(struct memmap *map, uint64_t size, uint64_t align, bool top,
			      paddr_t limit_last, uint32_t flags, const char *owner, paddr_t *out,
			      struct why *why);

/**
 * memmap_find() - memmap_alloc() that takes nothing
 * @map: as memmap_alloc(), and so on; @what names it in the sentence
 *
 * Errors: as memmap_alloc(), less -ENOSPC
 */
int __must_check memmap_find(const struct memmap *map, uint64_t size, uint64_t align, bool top,
			     paddr_t limit_last, const char *what, paddr_t *out, struct why *why);

/**
 * memmap_release() - give back the owned range that begins at @start
 *
 * Errors: -ENOENT none begins there
 */
int memmap_release(struct memmap *map, paddr_t start);

/**
 * memmap_owner() - the first owned range that has a byte of [start, start + size)
 * @map:   any
 * @start: first byte
 * @size:  bytes; what would pass 2^64 is cut off there
 *
 * Return: the range, good until the map changes; NULL where all is free or size is 0
 */
const struct mem_range *memmap_owner(const struct memmap *map, paddr_t start, uint64_t size);

/** memmap_is_dram() - true where every byte of [start, start + size) is DRAM, and size is not 0 */
bool memmap_is_dram(const struct memmap *map, paddr_t start, uint64_t size);
