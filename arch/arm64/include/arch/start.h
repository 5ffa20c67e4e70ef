/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <assert.h>
#include <stddef.h>

#include "arch/layout.h"
#include "lib/base/types.h"

/** struct start_write - a register of a board, and what to write there (32 bits); @at 0: nothing */
struct start_write {
	paddr_t at;
	uint32_t value;
};

/* Of each kind: what sets up, powers off or resets a machine may take several. */
#define START_WRITES (IS_ENABLED(CONFIG_ARMSTUB) ? 3 : 1)

/**
 * struct start_el3 - what a board has for an entry at EL3; @monitor 0: it is not entered there
 * @monitor:  where the monitor lives: secure RAM, or DRAM that nobody else gets
 * @monitor_size: bytes there, at least MONITOR_SIZE(1) (arch/layout.h); MONITOR_SIZE(n) serves n
 *         CPUs
 * @image:    DRAM for an image that starts in flash, until it has moved to the top of DRAM: on 64
 *         KiB; flash may be secure only
 * @gicd:     distributor, of a GICv2 or GICv3; 0: neither
 * @gicc:     CPU interface, of a GICv2
 * @gicr, @gicr_size: redistributors, of a GICv3
 * @counter_hz: what CNTFRQ_EL0 gets, which is UNKNOWN at reset; 0 where it is right already (an
 *         emulator's, which may be told another frequency)
 * @setup, @power_off, @power_reset: writes, in their order, that prepare, power off and reset the
 *         machine
 *
 * The rest with CONFIG_ARMSTUB only, for an image in DRAM:
 * @cpus:  that leave reset together, numbered from 0
 * @spin_table: release addresses of all of them, one after the other; 0: no table
 * @l2ctlr: bits that L2CTLR_EL1 gets on a Cortex-A53, A57 or A72: latencies of the cache's RAM
 */
struct start_el3 {
	paddr_t monitor;
	uint64_t monitor_size;
	paddr_t image;
	paddr_t gicd, gicc, gicr;
	uint64_t gicr_size;
	uint64_t counter_hz;
	struct start_write setup[START_WRITES], power_off[START_WRITES], power_reset[START_WRITES];
	unsigned cpus;
	paddr_t spin_table;
	uint64_t l2ctlr;
};

/**
 * struct start - the numbers of a board that are needed before the FDT has been read
 * @flash_start: where the image runs from after reset, and the size of that window; size 0 where
 *               the board has no such flash
 * @scratch:     72 KiB of DRAM, 4 KiB aligned, for the first stack and tables of an image that runs
 *               from flash
 * @dram_start:  lowest DRAM address; the FDT lies here when x0 is none
 * @console:     registers of the first console, used until the FDT names one; a PL011 where there
 *         is a monitor
 * @crumb:       where behind @console a byte goes: for the letters of CONFIG_DEBUG_UART
 * @crumb_on:    written before each of them: what makes a UART send that nobody has used
 * @el3:         for entries at EL3
 *
 * Numbers only: until the image has been relocated a pointer in it is not yet one.
 */
struct start {
	paddr_t flash_start;
	uint64_t flash_size;
	paddr_t scratch;
	paddr_t dram_start;
	paddr_t console;
	uint64_t crumb;
	struct start_write crumb_on;
	struct start_el3 el3;
};

/* The board, which begins with its struct start (common/board.h). */
struct board;
extern const struct board board;

static_assert(offsetof(struct start, flash_start) == START_FLASH_START, "start.S reads it");
static_assert(offsetof(struct start, scratch) == START_SCRATCH, "start.S reads it");
static_assert(offsetof(struct start, console) == START_CONSOLE, "start.S reads it");
static_assert(offsetof(struct start, crumb) == START_CRUMB, "start.S reads it");
static_assert(offsetof(struct start, crumb_on) == START_CRUMB_ON, "start.S reads it");
static_assert(offsetof(struct start, el3.monitor) == START_MONITOR, "el3/entry.S reads it");
static_assert(offsetof(struct start, el3.image) == START_EL3_IMAGE, "el3/entry.S reads it");

/** start_in_flash() - does an image at this address run from the board's flash? */
static inline bool start_in_flash(const struct start *start, paddr_t image)
{
	return image - start->flash_start < start->flash_size;
}

/**
 * early_main() - with the MMU on, from where the image was started to its home at the top of DRAM
 * @scratch:  arch/layout.h
 * @fdt_hint: x0 at entry
 * @image:    where the image lies
 *
 * In flash nothing of the image can be written: all state is in the scratch.
 */
void __attribute__((noreturn)) early_main(paddr_t scratch, paddr_t fdt_hint, paddr_t image);
