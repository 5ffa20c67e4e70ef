/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>

#include "common/source/disk.h"
#include "common/source/pci.h"
#include "drivers/block/ahci.h"

#define DISKS_MAX 16
#define BAR	  5

/* Kept from scan to scan. */
static struct kept {
	struct ahci disk;
	struct ahci_memory *memory;
} * kept[DISKS_MAX];

static struct kept *room(unsigned int n)
{
	if (n == DISKS_MAX) {
		printf("scsi: more than %d disks: the rest is left out\n", DISKS_MAX);
		return NULL;
	}
	if (!kept[n])
		kept[n] = disk_memory(sizeof(struct kept), 64);
	if (kept[n] && !kept[n]->memory)
		kept[n]->memory = disk_memory(sizeof(struct ahci_memory), 1024);
	return kept[n] && kept[n]->memory ? kept[n] : NULL;
}

static bool scan_controller(paddr_t base, uint64_t size, bool coherent, unsigned int *n)
{
	const uint32_t up = ahci_links(base, ahci_begin(base, size));

	for (unsigned int port = 0; port < AHCI_PORTS; port++) {
		struct kept *k;
		struct why why;
		int err;

		if (!(up & 1u << port))
			continue;
		k = room(*n);
		if (!k)
			return false;
		err = ahci_init(&k->disk, base, port, coherent, k->memory, &why);
		if (err && err != -ENODEV)
			printf("scsi: %s\n", why.text);
		if (err)
			continue;
		blk_add(&k->disk.blk);
		++*n;
	}
	return true;
}

static void scan(void)
{
	struct pci_function fn = { 0 };
	unsigned int host = 0, n = 0;

	while (pci_walk(&fn, &host)) {
		struct pci_bar bar;
		paddr_t base;

		if (fn.class_code != PCI_CLASS_AHCI)
			continue;
		if (pci_registers(&fn, BAR, AHCI_REGISTERS, &base) || pci_bar(&fn, BAR, &bar)) {
			printf("scsi: pci %02x.%02x.%x has registers out of reach\n", fn.bdf >> 8,
			       fn.bdf >> 3 & 0x1f, fn.bdf & 7);
			continue;
		}
		pci_enable(&fn);
		if (!scan_controller(base, bar.size, fn.host->coherent, &n))
			return;
	}
}

TABLE_ENTRY(disk_table, struct disk_type, disk_ahci) = {
	.name = "scsi",
	.title = "SCSI",
	.scan = scan,
};
