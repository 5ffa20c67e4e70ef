/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <string.h>

#include "arch/start.h"
#include "drivers/serial/serial.h"

/**
 * struct board_early - what a board's early() finds, while there are no globals yet
 * @fdt: the device tree that Loft goes on with, in memory that may be written: changes that keep
 *       its size
 * @map: make device registers accessible at their addresses, in blocks of 2 MiB; 0 or -E...
 */
struct board_early {
	void *fdt;
	int (*map)(struct board_early *early, paddr_t start, uint64_t size);
};

/**
 * struct board - what the FDT cannot tell, because it has not been read yet
 * @start:   the numbers that reset needs (arch/start.h)
 * @console_compatible: the driver of start.console, as an FDT would name it
 * @console_shift: its reg-shift, where that is not what the driver takes without one; 0: it is
 * @name:    for the sign-on text, where the FDT has no model
 * @fdt:     a tree of the image's own, for when x0 and the start of DRAM have none; 8-byte
 *           aligned; NULL: there is none
 * @early:   called once, MMU on, before anything is printed and before the tree is read; writes no
 *           globals
 * @reset:   for a machine without PSCI; returns only where it failed
 * @poweroff: the same
 *
 * The last four may be NULL, and are looked at only with CONFIG_BOARD_HOOKS, which a board that
 * has any of them selects.
 *
 * One `const struct board board` per image, in board/<b>/.
 */
struct board {
	struct start start;
	const char *console_compatible;
	uint8_t console_shift;
	const char *name;
	const void *fdt;
	void (*early)(struct board_early *early);
	int (*reset)(void);
	int (*poweroff)(void);
};

static_assert(offsetof(struct board, start) == 0, "start.S takes one for the other");

extern const struct board board;

/** board_console() - its first console, as a UART's driver wants it */
static inline struct serial_node board_console(void)
{
	return (struct serial_node){
		.compatible = board.console_compatible,
		.length = strlen(board.console_compatible) + 1,
		.base = board.start.console,
		.has_shift = board.console_shift,
		.shift = board.console_shift,
	};
}
