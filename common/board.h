/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "arch/start.h"

/**
 * struct board - what the FDT cannot tell, because it has not been read yet
 * @start:   the numbers that reset needs (arch/start.h)
 * @console_compatible: the driver of start.console, as an FDT would name it
 * @name:    for the sign-on text, where the FDT has no model
 *
 * One `const struct board board` per image, in board/<b>/.
 */
struct board {
	struct start start;
	const char *console_compatible;
	const char *name;
};

static_assert(offsetof(struct board, start) == 0, "start.S takes one for the other");

extern const struct board board;
