/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * I/O space of PCI, where a host bridge has a window of it in memory: for the few devices whose
 * registers are nowhere else. Given when asked for; pci_scan() leaves I/O BARs alone.
 *
 * Spec: PCI Local Bus 3.0, 6.2.5.1 "Address Maps"; IEEE 1275 PCI binding, 2.2.1 (ranges)
 */
#pragma once

#include "drivers/pci/pci.h"

/** struct pci_io - the window: @cpu mapped Device, as devices see it at @bus */
struct pci_io {
	paddr_t cpu;
	uint64_t bus, size;
};

/**
 * pci_io_registers() - an I/O BAR that a driver may use: @size bytes of it; the function decodes it
 * @io: the host's window
 *
 * What firmware has given and turned on stays; else the first ports that no other function of the
 * bus decodes.
 *
 * Errors: -ENOENT no such I/O BAR; -ERANGE it is smaller, or firmware's and outside the window;
 *         -ENOSPC the window has no room; -ENOTSUP behind a bridge, which passes no I/O on
 */
int __must_check pci_io_registers(const struct pci_function *fn, const struct pci_io *io,
				  unsigned int n, uint64_t size, paddr_t *base);
