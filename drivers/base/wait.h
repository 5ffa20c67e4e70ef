/* SPDX-License-Identifier: BSD-2-Clause */
/* wait.h - what drivers share: the end of every wait, and who owns a cache line */
#pragma once

#include <arch/cache.h>
#include <arch/cpu.h>
#include <arch/io.h>

#include "lib/base/types.h"

/**
 * struct wait - a wait that ends
 *
 * The counter may be of no use (CNTFRQ_EL0 not programmed), so looks are counted as well; a look
 * is a read of memory or of a register, 10 ns or more.
 */
struct wait {
	uint64_t begun, ticks, looks;
};

/** wait_begin() - a wait of @ms milliseconds begins */
struct wait wait_begin(uint32_t ms);

/** wait_over() - it is over; asked after each look that has found nothing */
bool wait_over(struct wait *wait);

/** dma_clean() - what the CPU wrote is in memory; also what a device will write: no dirty line */
static inline void dma_clean(bool coherent, const void *start, uint64_t size)
{
	if (!coherent)
		cache_clean_poc(start, size);
}

/** dma_invalidate() - the CPU reads what the device wrote */
static inline void dma_invalidate(bool coherent, void *start, uint64_t size)
{
	if (!coherent)
		cache_inval_poc(start, size);
}
