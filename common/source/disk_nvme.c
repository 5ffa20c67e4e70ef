/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "common/source/disk.h"
#include "common/source/pci.h"
#include "drivers/block/nvme.h"

#define CONTROLLERS_MAX 8

/* Kept from scan to scan. */
static struct kept {
	struct nvme nvme;
	struct nvme_memory *memory;
} * kept[CONTROLLERS_MAX];

static struct kept *room(unsigned int n)
{
	if (n == CONTROLLERS_MAX) {
		printf("nvme: more than %d controllers: the rest is left out\n", CONTROLLERS_MAX);
		return NULL;
	}
	if (!kept[n])
		kept[n] = disk_memory(sizeof(struct kept), 64);
	if (kept[n] && !kept[n]->memory)
		kept[n]->memory = disk_memory(sizeof(struct nvme_memory), NVME_PAGE);
	return kept[n] && kept[n]->memory ? kept[n] : NULL;
}

static void scan(void)
{
	struct pci_function fn = { 0 };
	unsigned int host = 0, n = 0;

	while (pci_walk(&fn, &host)) {
		struct kept *k;
		paddr_t base;
		struct why why;

		if (fn.class_code != PCI_CLASS_NVME)
			continue;
		if (pci_registers(&fn, 0, NVME_REGISTERS, &base)) {
			printf("nvme: pci %02x.%02x.%x has registers out of reach\n", fn.bdf >> 8,
			       fn.bdf >> 3 & 0x1f, fn.bdf & 7);
			continue;
		}
		k = room(n);
		if (!k)
			return;
		pci_enable(&fn);
		if (nvme_init(&k->nvme, base, fn.host->coherent, fn.vendor, k->memory, &why)) {
			printf("nvme: %s\n", why.text);
			continue;
		}
		for (unsigned int i = 0; i < k->nvme.disks; i++)
			blk_add(&k->nvme.disk[i].blk);
		n++;
	}
}

TABLE_ENTRY(disk_table, struct disk_type, disk_nvme) = {
	.name = "nvme",
	.title = "NVMe",
	.scan = scan,
};
