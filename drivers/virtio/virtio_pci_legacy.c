/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtio over PCI as it was before 1.0: registers in an I/O BAR, queues of the device's size. */
#include <errno.h>
#include <string.h>

#include <arch/io.h>

#include "drivers/virtio/virtio_pci.h"

/* 4.1.4.10 "Legacy Interfaces", without MSI-X. */
#define device_features 0x00
#define driver_features 0x04
#define queue_address	0x08
#define queue_size	0x0c
#define queue_select	0x0e
#define queue_notify	0x10
#define device_status	0x12
#define CONFIG_AT	0x14

#define BAR		0

static uint8_t get_status(const struct virtio *dev)
{
	return mmio_read8(dev->base + device_status);
}

static void set_status(const struct virtio *dev, uint8_t status)
{
	mmio_write8(dev->base + device_status, status);
}

/* There are 32 of them. */
static uint32_t get_features(const struct virtio *dev, uint32_t word)
{
	return word ? 0 : mmio_read32(dev->base + device_features);
}

static void set_features(const struct virtio *dev, uint32_t word, uint32_t features)
{
	if (!word)
		mmio_write32(dev->base + driver_features, features);
}

static uint16_t size_of(const struct virtio *dev, unsigned int index)
{
	mmio_write16(dev->base + queue_select, (uint16_t)index);
	return mmio_read16(dev->base + queue_size);
}

static int set_queue(struct virtio *dev, unsigned int index, unsigned int size, const void *desc,
		     const volatile void *avail, const volatile void *used)
{
	const uint64_t page = (uintptr_t)desc / VIRTQ_LEGACY_ALIGN;

	(void)avail; /* they are where the size says */
	(void)used;
	if (size_of(dev, index) != size)
		return -ENOTSUP;
	if (page > UINT32_MAX)
		return -ERANGE;
	mmio_write32(dev->base + queue_address, (uint32_t)page);
	return 0;
}

int virtq_take_fixed(const struct virtio *dev, unsigned int index, unsigned int least, void *memory,
		     struct virtq *queue)
{
	const uint32_t size = size_of(dev, index);
	unsigned char *at = memory;

	if (size < least || size > VIRTQ_LEGACY_MAX || size & (size - 1))
		return -ENOTSUP;
	memset(at, 0, VIRTQ_BYTES(VIRTQ_LEGACY_MAX, VIRTQ_LEGACY_ALIGN));
	*queue = (struct virtq){
		.desc = memory,
		.avail = (struct virtq_avail *)(at + size * sizeof(struct virtq_desc)),
		.used = (struct virtq_used_part *)(at + ALIGN_UP(size * UINT64_C(18) + 6,
								 (uint64_t)VIRTQ_LEGACY_ALIGN)),
		.size = (uint16_t)size,
	};
	return 0;
}

int virtio_pci_legacy_probe(struct virtio *dev, const struct pci_function *fn,
			    const struct pci_io *io, struct why *why)
{
	static const struct virtio_transport transport = {
		.get_status = get_status,
		.set_status = set_status,
		.get_features = get_features,
		.set_features = set_features,
		.set_queue = set_queue,
		.notify = virtio_pci_notify,
		.config8 = virtio_pci_config8,
	};
	struct virtio found = { .transport = &transport,
				.version = 1,
				.device_id = virtio_pci_id(fn),
				.coherent = fn->host->coherent,
				.fixed = true };
	struct pci_bar bar;
	int err = pci_io_registers(fn, io, BAR, CONFIG_AT, &found.base);

	if (!err)
		err = pci_bar(fn, BAR, &bar);
	if (err)
		return refuse(why, err, "the virtio device pci %02x.%02x.%x has %s", fn->bdf >> 8,
			      fn->bdf >> 3 & 0x1f, fn->bdf & 7,
			      err == -ENOTSUP ? "the legacy interface only, behind a bridge"
					      : "no ports that can be used");
	found.config = found.base + CONFIG_AT;
	found.config_size = (uint32_t)(bar.size - CONFIG_AT);
	found.notify = found.base + queue_notify; /* of all queues: doorbell[] stays 0 */
	pci_enable(fn);
	*dev = found;
	return 0;
}
