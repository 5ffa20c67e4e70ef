/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <assert.h>
#include <stddef.h>

#include "arch/layout.h"
#include "lib/types.h"

/**
 * struct board - what must be known before the FDT has been read
 * @flash_start:   where the image runs from after reset, and the size of that window; size 0 where the board has no such flash
 * @scratch:       64 KiB of DRAM, 4 KiB aligned, for the first stack and tables of an image that runs from flash
 * @dram_start:    lowest DRAM address; the FDT lies here when x0 is 0
 * @dram_size:     DRAM that is surely there
 * @console:       registers of the first console, used until the FDT names one
 * @console_compatible: its driver, as an FDT would name it
 * @name:          for the sign-on text
 *
 * One `const struct board board` per image, in board/<b>/.  Until the image has been relocated only the numbers may be
 * read: a pointer in it is not yet one.
 */
struct board {
	paddr_t flash_start;
	uint64_t flash_size;
	paddr_t scratch;
	paddr_t dram_start;
	uint64_t dram_size;
	paddr_t console;
	const char *console_compatible;
	const char *name;
};

static_assert(offsetof(struct board, flash_start) == BOARD_FLASH_START, "start.S reads it");
static_assert(offsetof(struct board, scratch) == BOARD_SCRATCH, "start.S reads it");
static_assert(offsetof(struct board, console) == BOARD_CONSOLE, "start.S reads it");

extern const struct board board;
