/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>

#include "lib/base/types.h"

struct serial;
struct serial_node;

/**
 * console_init() - make a UART the console
 * @node: what is known of it; its registers are mapped
 *
 * Errors: -ENODEV  no driver for it; the console is as before
 */
int __must_check console_init(const struct serial_node *node);

/** console_serial() - the console's UART itself: for the gdb stub, to which it may belong */
struct serial *console_serial(void);

/** console_base() - registers of the console's UART; 0: there is none */
paddr_t console_base(void);
