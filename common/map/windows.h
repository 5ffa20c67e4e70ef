/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/fdt/fdt.h"
#include "common/mem/memmap.h"
#include "lib/base/types.h"

/*
 * A PCI host's window for 64-bit BARs may be 512 GiB: nothing of Loft's lies there, and a map of it
 * costs a level.
 */
#define WINDOW_SIZE_MAX (64 * GIB)

/**
 * struct windows - device windows in whole granules, sorted, apart from each other and from DRAM
 * @win, @room: the caller's; windows_room() always suffices
 * @left_out:   pieces for which there was no room
 */
struct windows {
	struct window *win;
	unsigned room, count, left_out;
};

/** windows_add() - one more of them; @mem and @granule as for windows_merge() */
void windows_add(struct windows *out, const struct window *in, const struct memmap *mem,
		 uint32_t granule);

/** windows_room() - the most that windows_merge() makes of so many: a bank may cut one in two */
static inline unsigned windows_room(unsigned count, const struct memmap *mem)
{
	return count + mem->bank_count;
}

/**
 * windows_merge() - what to map as Device
 * @out:     filled, its @win and @room given
 * @in:      register windows as the FDT has them: any order, may overlap; those above
 *           WINDOW_SIZE_MAX are left out
 * @mem:     nothing of its banks stays in a window
 * @granule: to which windows are rounded out
 */
void windows_merge(struct windows *out, const struct window *in, unsigned count,
		   const struct memmap *mem, uint32_t granule);
