/* SPDX-License-Identifier: BSD-2-Clause */
/* A 16550 behind PCI as the console's line, behind CONFIG_SERIAL_PCI. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/* Is it one now? Known without serial_pci.c, which stays in flash. */
extern bool serial_pci_on;

/**
 * serial_pci_console() - make the first serial port behind PCI the console's line, or no longer
 * @on: false: the line that the console began with
 *
 * Errors: -ENODEV there is none; -ERANGE, -ENOSPC, -ENOTSUP its registers are out of reach; -EIO
 *         nothing answers there. The line is as before.
 */
int __must_check serial_pci_console(bool on, struct why *why);
