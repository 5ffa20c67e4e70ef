/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include <stdio.h>

#include "common/fdt/fdt.h"
#include "common/source/disk.h"
#include "common/source/pci.h"
#include "drivers/block/virtio_blk.h"
#include "drivers/virtio/virtio_pci.h"

#define DISKS_MAX 16

/* Kept from scan to scan. */
static struct disk {
	struct virtio_blk disk;
	struct virtio_blk_memory *memory;
} * disks[DISKS_MAX];

static struct disk *room(unsigned int n)
{
	if (n == DISKS_MAX) {
		printf("virtio: more than %d disks: the rest is left out\n", DISKS_MAX);
		return NULL;
	}
	if (!disks[n])
		disks[n] = disk_memory(sizeof(struct disk), 64);
	if (disks[n] && !disks[n]->memory)
		disks[n]->memory = disk_memory(sizeof(struct virtio_blk_memory), 4096);
	return disks[n] && disks[n]->memory ? disks[n] : NULL;
}

/* false: there is no room for more */
static bool take(const struct virtio *virtio, unsigned int *n)
{
	struct disk *disk;
	struct why why;

	if (virtio->device_id != VIRTIO_ID_BLOCK)
		return true;
	disk = room(*n);
	if (!disk)
		return false;
	if (virtio_blk_init(&disk->disk, virtio, disk->memory, &why)) {
		printf("virtio: %s\n", why.text);
		return true;
	}
	blk_add(&disk->disk.blk);
	++*n;
	return true;
}

static void scan_pci(unsigned int *n)
{
	struct pci_function fn = { 0 };
	unsigned int host = 0;
	struct virtio virtio;
	struct why why;

	while (pci_walk(&fn, &host)) {
		if (virtio_pci_id(&fn) != VIRTIO_ID_BLOCK)
			continue;
		if (virtio_pci_probe(&virtio, &fn, &why))
			printf("virtio: %s\n", why.text);
		else if (!take(&virtio, n))
			return;
	}
}

static void scan(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < machine.dev_count; i++) {
		const struct device *dev = &machine.dev[i];
		struct virtio virtio;

		if (!device_is(dev, "virtio,mmio") ||
		    virtio_probe(&virtio, dev->base,
				 fdt_getprop(machine.fdt, dev->node, "dma-coherent", NULL)))
			continue;
		if (!take(&virtio, &n))
			return;
	}
	if (IS_ENABLED(CONFIG_VIRTIO_PCI))
		scan_pci(&n);
}

TABLE_ENTRY(disk_table, struct disk_type, disk_virtio) = {
	.name = "virtio",
	.title = "VirtIO",
	.scan = scan,
};
