/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include <stdio.h>

#include "common/fdt/fdt.h"
#include "common/source/disk.h"
#include "common/source/pci.h"
#include "drivers/block/virtio_blk.h"
#include "drivers/virtio/virtio_pci.h"

#define DISKS_MAX 16

static const struct disk_need need = {
	"virtio", "disks", DISKS_MAX, sizeof(struct virtio_blk), sizeof(struct virtio_blk_memory),
	4096,
};
static struct disk_kept kept[DISKS_MAX];

/* false: there is no room for more */
static bool take(const struct virtio *virtio, unsigned int *n)
{
	struct virtio_blk *disk;
	struct disk_kept *k;
	struct why why;

	if (virtio->device_id != VIRTIO_ID_BLOCK)
		return true;
	k = disk_room(kept, &need, *n);
	if (!k)
		return false;
	disk = k->driver;
	if (virtio_blk_init(disk, virtio, k->shared, &why)) {
		printf("virtio: %s\n", why.text);
		return true;
	}
	blk_add(&disk->blk);
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
		if (pci_virtio(&virtio, &fn, &why))
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

		if (!device_is(dev, "virtio,mmio") || !virtio_is(dev->base, VIRTIO_ID_BLOCK) ||
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
