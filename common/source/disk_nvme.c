/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "common/source/disk.h"
#include "common/source/pci.h"
#include "drivers/block/nvme.h"

#define CONTROLLERS_MAX 8

static const struct disk_need need = {
	"nvme",    "controllers", CONTROLLERS_MAX, sizeof(struct nvme), sizeof(struct nvme_memory),
	NVME_PAGE,
};
static struct disk_kept kept[CONTROLLERS_MAX];

static void scan(void)
{
	struct pci_function fn = { 0 };
	unsigned int host = 0, n = 0;

	while (pci_walk(&fn, &host)) {
		struct disk_kept *k;
		struct nvme *nvme;
		paddr_t base;
		struct why why;

		if (fn.class_code != PCI_CLASS_NVME ||
		    !pci_open(&fn, "nvme", 0, NVME_REGISTERS, &base))
			continue;
		k = disk_room(kept, &need, n);
		if (!k)
			return;
		nvme = k->driver;
		if (nvme_init(nvme, base, fn.host->coherent, fn.vendor, k->shared, &why)) {
			printf("nvme: %s\n", why.text);
			continue;
		}
		for (unsigned int i = 0; i < nvme->disks; i++)
			blk_add(&nvme->disk[i].blk);
		n++;
	}
}

TABLE_ENTRY(disk_table, struct disk_type, disk_nvme) = {
	.name = "nvme",
	.title = "NVMe",
	.scan = scan,
};
