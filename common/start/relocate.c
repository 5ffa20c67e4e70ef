// SPDX-License-Identifier: BSD-2-Clause
#include "common/start/relocate.h"

#include "arch/sections.h"
#include "common/mem/home.h"
#include "lib/base/types.h"

/*
 * What every pointer in this image has had added to it: 0 as linked.  Read before it is written, so
 * in .data.
 */
static uint64_t relocated __attribute__((section(".data.relocated")));

/*
 * Each piece of the image has groups of its own, an address and the bitmaps that follow it: no
 * bitmap reaches over the code between them.
 */
void relocate(char *image, enum relocate_part part)
{
	const uint64_t *entry = (const uint64_t *)__relr_start;
	uint64_t cold = loft_offset(__cold_start),
		 cold_size = (uint64_t)(__cold_end - __cold_start);
	uint64_t delta = (uint64_t)image - (part == RELOCATE_COLD ? 0 : relocated);
	uint64_t *next = (uint64_t *)image;
	bool wanted = false;

	for (; entry < (const uint64_t *)__relr_end; entry++) {
		if (!(*entry & 1))
			wanted = part & (*entry - cold < cold_size ? RELOCATE_COLD : RELOCATE_HOT);
		if (!wanted)
			continue;
		if (!(*entry & 1)) {
			next = (uint64_t *)(image + *entry);
			*next++ += delta;
			continue;
		}
		for (uint64_t bits = *entry >> 1; bits; bits &= bits - 1)
			next[__builtin_ctzll(bits)] += delta;
		next += 63;
	}
	if (part & RELOCATE_HOT)
		*(uint64_t *)(image + loft_offset(&relocated)) = (uint64_t)image;
}
