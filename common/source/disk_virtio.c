/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include <stdio.h>

#include "common/fdt/fdt.h"
#include "common/source/disk.h"
#include "drivers/block/virtio_blk.h"

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

static void scan(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < machine.dev_count; i++) {
		const struct device *dev = &machine.dev[i];
		struct virtio virtio;
		struct disk *disk;
		struct why why;

		if (!device_is(dev, "virtio,mmio") ||
		    virtio_probe(&virtio, dev->base,
				 fdt_getprop(machine.fdt, dev->node, "dma-coherent", NULL)) ||
		    virtio.device_id != VIRTIO_ID_BLOCK)
			continue;
		disk = room(n);
		if (!disk)
			return;
		if (virtio_blk_init(&disk->disk, &virtio, disk->memory, &why)) {
			printf("virtio: %s\n", why.text);
			continue;
		}
		blk_add(&disk->disk.blk);
		n++;
	}
}

TABLE_ENTRY(disk_table, struct disk_type, disk_virtio) = {
	.name = "virtio",
	.title = "VirtIO",
	.scan = scan,
};
