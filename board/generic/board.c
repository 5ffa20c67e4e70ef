// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any machine whose loader leaves a device tree's address in x0. Nothing is known before that tree
 * has been read, so what goes wrong until then goes wrong in silence.
 */
#include "common/board.h"

const struct board board = {
	.console_compatible = "",
	.name = "a machine whose tree has no model",
};
