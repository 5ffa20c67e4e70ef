/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <assert.h>
#include <stddef.h>

#include "arch/layout.h"
#include "lib/types.h"

/**
 * struct start - the numbers of a board that are needed before the FDT has been read
 * @flash_start: where the image runs from after reset, and the size of that window; size 0 where
 *               the board has no such flash
 * @scratch:     64 KiB of DRAM, 4 KiB aligned, for the first stack and tables of an image that runs
 *               from flash
 * @dram_start:  lowest DRAM address; the FDT lies here when x0 is none
 * @console:     registers of the first console, used until the FDT names one
 *
 * Numbers only: until the image has been relocated a pointer in it is not yet one.
 */
struct start {
	paddr_t flash_start;
	uint64_t flash_size;
	paddr_t scratch;
	paddr_t dram_start;
	paddr_t console;
};

static_assert(offsetof(struct start, flash_start) == START_FLASH_START, "start.S reads it");
static_assert(offsetof(struct start, scratch) == START_SCRATCH, "start.S reads it");
static_assert(offsetof(struct start, console) == START_CONSOLE, "start.S reads it");

/** start_in_flash() - does an image at this address run from the board's flash? */
static inline bool start_in_flash(const struct start *start, paddr_t image)
{
	return image - start->flash_start < start->flash_size;
}
