/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtio over MMIO: legacy and modern. */
#include <errno.h>

#include <arch/io.h>

#include "drivers/virtio/virtio.h"

/* Registers, by the names of 4.2.2 and (legacy) 4.2.4. */
#define MagicValue                 0x000
#define MagicValue_VIRT            0x74726976
#define Version                    0x004
#define DeviceID                   0x008
#define DeviceFeatures             0x010
#define DeviceFeaturesSel          0x014
#define DriverFeatures             0x020
#define DriverFeaturesSel          0x024
#define GuestPageSize              0x028 /* legacy */
#define QueueSel                   0x030
#define QueueNumMax                0x034
#define QueueNum                   0x038
#define QueueAlign                 0x03c /* legacy */
#define QueuePFN                   0x040 /* legacy */
#define QueueReady                 0x044
#define QueueNotify                0x050
#define Status                     0x070
#define QueueDescLow               0x080
#define QueueDriverLow             0x090
#define QueueDeviceLow             0x0a0
#define Config                     0x100

#define LEGACY_PAGE                4096
#define USED_ALIGN                 128

static uint32_t reg_read(const struct virtio *dev, unsigned offset)
{
	return mmio_read32(dev->base + offset);
}

static void reg_write(const struct virtio *dev, unsigned offset, uint32_t value)
{
	mmio_write32(dev->base + offset, value);
}

static void reg_write_pair(const struct virtio *dev, unsigned offset, const volatile void *address)
{
	reg_write(dev, offset, (uint32_t)(uintptr_t)address);
	reg_write(dev, offset + 4, (uint32_t)((uint64_t)(uintptr_t)address >> 32));
}

static uint8_t get_status(const struct virtio *dev)
{
	return (uint8_t)reg_read(dev, Status);
}

static void set_status(const struct virtio *dev, uint8_t status)
{
	reg_write(dev, Status, status);
	if (dev->version == 1 && status == (VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER))
		reg_write(dev, GuestPageSize, LEGACY_PAGE);
}

static uint32_t get_features(const struct virtio *dev, uint32_t word)
{
	reg_write(dev, DeviceFeaturesSel, word);
	return reg_read(dev, DeviceFeatures);
}

static void set_features(const struct virtio *dev, uint32_t word, uint32_t features)
{
	reg_write(dev, DriverFeaturesSel, word);
	reg_write(dev, DriverFeatures, features);
}

static int set_queue(struct virtio *dev, unsigned int index, unsigned int size, const void *desc,
		     const volatile void *avail, const volatile void *used)
{
	reg_write(dev, QueueSel, index);
	if (reg_read(dev, QueueNumMax) < size)
		return -ENOTSUP;
	reg_write(dev, QueueNum, size);
	if (dev->version == 1) {
		const uint64_t page = (uintptr_t)desc / LEGACY_PAGE;

		if (page > UINT32_MAX)
			return -ERANGE;
		reg_write(dev, QueueAlign, USED_ALIGN);
		reg_write(dev, QueuePFN, (uint32_t)page);
		return 0;
	}
	reg_write_pair(dev, QueueDescLow, desc);
	reg_write_pair(dev, QueueDriverLow, avail);
	reg_write_pair(dev, QueueDeviceLow, used);
	reg_write(dev, QueueReady, 1);
	return 0;
}

static void notify(const struct virtio *dev, unsigned int queue)
{
	reg_write(dev, QueueNotify, queue);
}

static uint8_t config8(const struct virtio *dev, unsigned int offset)
{
	return mmio_read8(dev->base + Config + offset);
}

bool virtio_is(paddr_t base, uint32_t device_id)
{
	const struct virtio dev = { .base = base };

	return reg_read(&dev, MagicValue) == MagicValue_VIRT &&
	       reg_read(&dev, DeviceID) == device_id;
}

int virtio_probe(struct virtio *dev, paddr_t base, bool coherent)
{
	static const struct virtio_transport transport = {
		.get_status = get_status,
		.set_status = set_status,
		.get_features = get_features,
		.set_features = set_features,
		.set_queue = set_queue,
		.notify = notify,
		.config8 = config8,
	};
	struct virtio found = { .transport = &transport, .base = base, .coherent = coherent };

	if (reg_read(&found, MagicValue) != MagicValue_VIRT)
		return -ENODEV;
	found.version = reg_read(&found, Version);
	found.device_id = reg_read(&found, DeviceID);
	if ((found.version != 1 && found.version != 2) || !found.device_id)
		return -ENODEV;
	*dev = found;
	return 0;
}
