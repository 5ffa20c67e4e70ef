/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/pci/io.h"

#include <errno.h>

#include "lib/base/span.h"

#define COMMAND_IO BIT(0)
#define FIRST_PORT 0x1000 /* below is what PCs have at fixed places */
#define TRIES	   256

static bool decodes(const struct pci_function *fn)
{
	return pci_read16(fn, PCI_COMMAND) & COMMAND_IO;
}

static bool overlap(const struct pci_bar *a, uint64_t at, uint64_t size)
{
	return a->base < at ? at - a->base < a->size : a->base - at < size;
}

/* Where to look next, if a function of the first bus has one of these ports; else @at. */
static uint64_t behind_others(const struct pci_function *mine, uint64_t at, uint64_t size)
{
	struct pci_function fn = { 0 };
	struct pci_bar bar;

	while (pci_next(mine->host, &fn) && fn.bdf >> 8 == mine->host->first) {
		if (fn.bdf == mine->bdf || !decodes(&fn))
			continue;
		for (unsigned int n = 0; n < PCI_BARS; n++)
			if (!pci_bar(&fn, n, &bar) && bar.is_io && overlap(&bar, at, size))
				return ALIGN_UP(bar.base + bar.size, size);
	}
	return at;
}

static int find_room(const struct pci_function *fn, const struct pci_io *io, uint64_t size,
		     uint64_t *at)
{
	uint64_t next = ALIGN_UP(MAX(io->bus, (uint64_t)FIRST_PORT), size);

	for (unsigned int i = 0; i < TRIES; i++) {
		*at = next;
		if (*at < io->bus || !span_fits(io->size, *at - io->bus, size) ||
		    *at > UINT32_MAX - size)
			return -ENOSPC;
		next = behind_others(fn, *at, size);
		if (next == *at)
			return 0;
	}
	return -ENOSPC;
}

int pci_io_registers(const struct pci_function *fn, const struct pci_io *io, unsigned int n,
		     uint64_t size, paddr_t *base)
{
	struct pci_bar bar;
	uint64_t at;
	int err;

	if (pci_bar(fn, n, &bar) || !bar.is_io)
		return -ENOENT;
	if (bar.size < size)
		return -ERANGE;
	if (fn->bdf >> 8 != fn->host->first)
		return -ENOTSUP;
	at = bar.base;
	if (decodes(fn)) {
		if (at < io->bus || !span_fits(io->size, at - io->bus, bar.size))
			return -ERANGE;
	} else {
		err = find_room(fn, io, bar.size, &at);
		if (err)
			return err;
		pci_write32(fn, PCI_BAR0 + 4 * n, (uint32_t)at);
		pci_write16(fn, PCI_COMMAND, (uint16_t)(pci_read16(fn, PCI_COMMAND) | COMMAND_IO));
	}
	*base = io->cpu + (at - io->bus);
	return 0;
}
