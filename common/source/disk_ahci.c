/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>

#include "common/source/disk.h"
#include "common/source/pci.h"
#include "drivers/block/ahci.h"

#define DISKS_MAX 16
#define BAR	  5

static const struct disk_need need = {
	"scsi", "disks", DISKS_MAX, sizeof(struct ahci), sizeof(struct ahci_memory), 1024,
};
static struct disk_kept kept[DISKS_MAX];

static bool scan_controller(paddr_t base, uint64_t size, bool coherent, unsigned int *n)
{
	const uint32_t up = ahci_links(base, ahci_begin(base, size));

	for (unsigned int port = 0; port < AHCI_PORTS; port++) {
		struct disk_kept *k;
		struct ahci *disk;
		struct why why;
		int err;

		if (!(up & 1u << port))
			continue;
		k = disk_room(kept, &need, *n);
		if (!k)
			return false;
		disk = k->driver;
		err = ahci_init(disk, base, port, coherent, k->shared, &why);
		if (err && err != -ENODEV)
			printf("scsi: %s\n", why.text);
		if (err)
			continue;
		blk_add(&disk->blk);
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

		if (fn.class_code != PCI_CLASS_AHCI || pci_bar(&fn, BAR, &bar) ||
		    !pci_open(&fn, "scsi", BAR, AHCI_REGISTERS, &base))
			continue;
		if (!scan_controller(base, bar.size, fn.host->coherent, &n))
			return;
	}
}

TABLE_ENTRY(disk_table, struct disk_type, disk_ahci) = {
	.name = "scsi",
	.title = "SCSI",
	.scan = scan,
};
