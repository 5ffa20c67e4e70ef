/* SPDX-License-Identifier: BSD-2-Clause */
#define LOG_NAME "pci"
#include "common/source/pci.h"

#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "common/fdt/fdt.h"
#include "lib/base/log.h"

#define HOSTS_MAX   4
#define BUS_SHIFT   20 /* of configuration space */

/* The top cell of an address in ranges: which space it is in. */
#define SPACE(cell) ((cell) >> 24 & 3)
#define SPACE_IO    1
#define SPACE_MEM32 2
#define SPACE_MEM64 3

static struct pci_host hosts[HOSTS_MAX];
static unsigned int host_count;

static uint64_t cells(const fdt32_t *at, int count)
{
	uint64_t value = 0;

	for (int i = 0; i < count; i++)
		value = value << 32 | fdt32_to_cpu(at[i]);
	return value;
}

/* Loft's map has all of it. */
static bool reachable(paddr_t at, uint64_t size)
{
	uint64_t left;

	return size && !machine_readable(&machine, at, &left, NULL) && left >= size;
}

/* The window for memory: one below 4 GiB where there is one, as every device reaches that. */
static int find_window(int node, int parent_cells, struct pci_host *host)
{
	const int step = 3 + parent_cells + 2;
	int len = 0, err = -ENOENT;
	const fdt32_t *at = fdt_getprop(machine.fdt, node, "ranges", &len);

	for (; at && len >= step * (int)sizeof(*at); at += step, len -= step * (int)sizeof(*at)) {
		const uint32_t space = SPACE(fdt32_to_cpu(at[0]));
		const struct pci_host found = { .bus = cells(at + 1, 2),
						.cpu = cells(at + 3, parent_cells),
						.size = cells(at + 3 + parent_cells, 2) };

		if (space != SPACE_MEM32 && space != SPACE_MEM64)
			continue;
		if (!reachable(found.cpu, found.size) || found.bus > UINT64_MAX - found.size)
			continue;
		if (err && space == SPACE_MEM64)
			err = 0;
		else if (space == SPACE_MEM64)
			continue;
		host->bus = found.bus;
		host->cpu = found.cpu;
		host->size = found.size;
		if (space == SPACE_MEM32)
			return 0;
	}
	return err;
}

static int take_host(const struct device *dev, struct pci_host *host, struct why *why)
{
	/* looking for a parent is a walk over the tree */
	const int parent = dev->depth > 1 ? fdt_parent_offset(machine.fdt, dev->node) : 0;
	int len = 0;
	const fdt32_t *range = fdt_getprop(machine.fdt, dev->node, "bus-range", &len);
	uint64_t buses = dev->size >> BUS_SHIFT;
	uint32_t first = 0, last = 255;

	if (range && len == 8) {
		first = fdt32_to_cpu(range[0]);
		last = fdt32_to_cpu(range[1]);
	}
	if (first > 255 || last < first || !buses || !reachable(dev->base, 1))
		return refuse(why, -EINVAL, "%s: bus-range and reg make no sense", dev->name);
	buses = MIN(buses, (uint64_t)(256 - first));
	*host = (struct pci_host){ .ecam = dev->base,
				   .first = (uint8_t)first,
				   .last = (uint8_t)MIN((uint64_t)last, first + buses - 1),
				   .coherent = fdt_getprop(machine.fdt, dev->node, "dma-coherent",
							   NULL) };
	len = 0;
	if (dev->depth > 1 && fdt_getprop(machine.fdt, parent, "ranges", &len) && len)
		return refuse(why, -ENOTSUP, "%s: it is behind a bus that moves addresses",
			      dev->name);
	if (find_window(dev->node, fdt_address_cells(machine.fdt, parent), host))
		return refuse(why, -ENOENT, "%s: it has no memory window that is mapped",
			      dev->name);
	return 0;
}

static void find_hosts(void)
{
	const struct device *dev;
	struct why why;

	for (unsigned int n = 0; (dev = machine_find(&machine, "pci-host-ecam-generic", n)); n++) {
		struct pci_host *host = &hosts[host_count];

		if (host_count == HOSTS_MAX) {
			log_warn("more than %d host bridges: the rest is left out", HOSTS_MAX);
			return;
		}
		if (take_host(dev, host, &why)) {
			log_warn("%s", why.text);
			continue;
		}
		host_count++;
		if (pci_scan(host, &why))
			log_warn("%s", why.text);
	}
}

struct pci_host *pci_host(unsigned int n)
{
	static bool found;

	if (!found)
		find_hosts();
	found = true;
	return n < host_count ? &hosts[n] : NULL;
}

int pci_host_io(unsigned int n, struct pci_io *io)
{
	const struct pci_host *host = pci_host(n);
	const struct device *dev = NULL;
	int len = 0, parent_cells, step;
	const fdt32_t *at;

	for (unsigned int i = 0; host && (!dev || dev->base != host->ecam); i++) {
		dev = machine_find(&machine, "pci-host-ecam-generic", i);
		if (!dev)
			return -ENOENT;
	}
	if (!dev)
		return -ENOENT;
	parent_cells = fdt_address_cells(machine.fdt, fdt_parent_offset(machine.fdt, dev->node));
	if (parent_cells < 1 || parent_cells > 2)
		return -ENOENT;
	step = 3 + parent_cells + 2;
	at = fdt_getprop(machine.fdt, dev->node, "ranges", &len);
	for (; at && len >= step * (int)sizeof(*at); at += step, len -= step * (int)sizeof(*at)) {
		*io = (struct pci_io){ .bus = cells(at + 1, 2),
				       .cpu = cells(at + 3, parent_cells),
				       .size = cells(at + 3 + parent_cells, 2) };
		if (SPACE(fdt32_to_cpu(at[0])) == SPACE_IO && reachable(io->cpu, io->size) &&
		    io->bus <= UINT32_MAX && io->size <= UINT32_MAX)
			return 0;
	}
	return -ENOENT;
}

bool pci_walk(struct pci_function *fn, unsigned int *n)
{
	const struct pci_host *host;

	while ((host = pci_host(*n))) {
		if (pci_next(host, fn))
			return true;
		*fn = (struct pci_function){ 0 };
		++*n;
	}
	return false;
}

bool pci_open(const struct pci_function *fn, const char *kind, unsigned int n, uint64_t size,
	      paddr_t *base)
{
	if (pci_registers(fn, n, size, base)) {
		printf("%s: pci %02x.%02x.%x has registers out of reach\n", kind, fn->bdf >> 8,
		       fn->bdf >> 3 & 0x1f, fn->bdf & 7);
		return false;
	}
	pci_enable(fn);
	return true;
}

int pci_virtio(struct virtio *dev, const struct pci_function *fn, struct why *why)
{
	struct pci_io io;
	int err = virtio_pci_probe(dev, fn, why);

	if (!IS_ENABLED(CONFIG_VIRTIO_PCI_LEGACY) || err != -ENOTSUP ||
	    pci_host_io((unsigned int)(fn->host - hosts), &io))
		return err;
	return virtio_pci_legacy_probe(dev, fn, &io, why);
}
