/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/virtio/virtio_pci.h"

#include <errno.h>

#include <arch/io.h>

#define VENDOR			0x1af4
#define DEVICE_TRANSITIONAL	0x1000
#define DEVICE_MODERN		0x1040
#define DEVICE_END		0x1080

/* struct virtio_pci_cap, 4.1.4 */
#define CAP_TYPE		3
#define CAP_BAR			4
#define CAP_OFFSET		8
#define CAP_LENGTH		12
#define CAP_NOTIFY_STEP		16
#define TYPE_COMMON		1
#define TYPE_NOTIFY		2
#define TYPE_DEVICE		4

/* struct virtio_pci_common_cfg, 4.1.4.3 */
#define device_feature_select	0x00
#define device_feature		0x04
#define driver_feature_select	0x08
#define driver_feature		0x0c
#define device_status		0x14
#define queue_select		0x16
#define queue_size		0x18
#define queue_enable		0x1c
#define queue_notify_off	0x1e
#define queue_desc		0x20
#define queue_driver		0x28
#define queue_device		0x30
#define COMMON_SIZE		0x38

static uint8_t get_status(const struct virtio *dev)
{
	return mmio_read8(dev->base + device_status);
}

static void set_status(const struct virtio *dev, uint8_t status)
{
	mmio_write8(dev->base + device_status, status);
}

static uint32_t get_features(const struct virtio *dev, uint32_t word)
{
	mmio_write32(dev->base + device_feature_select, word);
	return mmio_read32(dev->base + device_feature);
}

static void set_features(const struct virtio *dev, uint32_t word, uint32_t features)
{
	mmio_write32(dev->base + driver_feature_select, word);
	mmio_write32(dev->base + driver_feature, features);
}

/* 64-bit registers of this structure may be written as two halves, 4.1.3.1 */
static void write_pair(const struct virtio *dev, unsigned int at, const volatile void *address)
{
	mmio_write32(dev->base + at, (uint32_t)(uintptr_t)address);
	mmio_write32(dev->base + at + 4, (uint32_t)((uint64_t)(uintptr_t)address >> 32));
}

static int set_queue(struct virtio *dev, unsigned int index, unsigned int size, const void *desc,
		     const volatile void *avail, const volatile void *used)
{
	uint64_t doorbell;

	if (index >= VIRTIO_QUEUES)
		return -ENOTSUP;
	mmio_write16(dev->base + queue_select, (uint16_t)index);
	if (mmio_read16(dev->base + queue_size) < size)
		return -ENOTSUP;
	doorbell = (uint64_t)mmio_read16(dev->base + queue_notify_off) * dev->notify_step;
	if (doorbell > dev->notify_size - sizeof(uint16_t))
		return -ENOTSUP;
	dev->doorbell[index] = (uint32_t)doorbell;
	mmio_write16(dev->base + queue_size, (uint16_t)size);
	write_pair(dev, queue_desc, desc);
	write_pair(dev, queue_driver, avail);
	write_pair(dev, queue_device, used);
	mmio_write16(dev->base + queue_enable, 1);
	return 0;
}

void virtio_pci_notify(const struct virtio *dev, unsigned int queue)
{
	mmio_write16(dev->notify + dev->doorbell[queue], (uint16_t)queue);
}

uint8_t virtio_pci_config8(const struct virtio *dev, unsigned int offset)
{
	return offset < dev->config_size ? mmio_read8(dev->config + offset) : 0;
}

uint32_t virtio_pci_id(const struct pci_function *fn)
{
	if (fn->vendor != VENDOR || fn->device < DEVICE_TRANSITIONAL || fn->device >= DEVICE_END)
		return 0;
	if (fn->device >= DEVICE_MODERN)
		return fn->device - DEVICE_MODERN;
	return pci_read16(fn, PCI_SUBSYSTEM + 2);
}

/* The first structure of a type that lies within reach. */
static int find(const struct pci_function *fn, uint8_t type, uint32_t at_least, paddr_t *base,
		uint32_t *size, unsigned int *cap)
{
	int err = -ENOTSUP;

	*cap = 0;
	while ((*cap = pci_capability(fn, PCI_CAP_VENDOR, *cap))) {
		const uint32_t offset = pci_read32(fn, *cap + CAP_OFFSET);

		if (pci_read8(fn, *cap + CAP_TYPE) != type)
			continue;
		*size = pci_read32(fn, *cap + CAP_LENGTH);
		err = -ERANGE;
		if (*size < at_least || offset % 4 ||
		    pci_registers(fn, pci_read8(fn, *cap + CAP_BAR), (uint64_t)offset + *size,
				  base))
			continue;
		*base += offset;
		return 0;
	}
	return err;
}

int virtio_pci_probe(struct virtio *dev, const struct pci_function *fn, struct why *why)
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
				.version = 2,
				.device_id = virtio_pci_id(fn),
				.coherent = fn->host->coherent };
	unsigned int cap;
	uint32_t size;
	int err = find(fn, TYPE_COMMON, COMMON_SIZE, &found.base, &size, &cap);

	/* a device may have no configuration of its own */
	if (!err && find(fn, TYPE_DEVICE, 1, &found.config, &found.config_size, &cap))
		found.config_size = 0;
	if (!err)
		err = find(fn, TYPE_NOTIFY, sizeof(uint16_t), &found.notify, &found.notify_size,
			   &cap);
	if (err)
		return refuse(why, err, "the virtio device pci %02x.%02x.%x %s", fn->bdf >> 8,
			      fn->bdf >> 3 & 0x1f, fn->bdf & 7,
			      err == -ENOTSUP ? "has the legacy interface only"
					      : "has registers out of reach");
	found.notify_step = pci_read32(fn, cap + CAP_NOTIFY_STEP);
	pci_enable(fn);
	*dev = found;
	return 0;
}
