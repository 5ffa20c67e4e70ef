/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <errno.h>

#include <arch/cache.h>
#include <arch/cpu.h>
#include <arch/io.h>

#include "drivers/virtio/virtio_mmio.h"

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

#define ACKNOWLEDGE                BIT(0)
#define DRIVER                     BIT(1)
#define DRIVER_OK                  BIT(2)
#define FEATURES_OK                BIT(3)

#define VIRTQ_DESC_F_NEXT          BIT(0)
#define VIRTQ_DESC_F_WRITE         BIT(1)
#define VIRTQ_AVAIL_F_NO_INTERRUPT BIT(0)

#define LEGACY_PAGE                4096
#define USED_ALIGN                 128

/* Where a legacy device looks for the used ring: the first aligned byte after the available one. */
static_assert(offsetof(struct virtq_ring, used_flags) ==
		      ALIGN_UP(offsetof(struct virtq_ring, used_event) + 2, USED_ALIGN),
	      "legacy layout");
static_assert(offsetof(struct virtq_ring, avail_flags) == 16 * VIRTQ_SIZE, "layout");
static_assert(offsetof(struct virtq_ring, used) - offsetof(struct virtq_ring, used_flags) == 4,
	      "layout");

static struct virtio *running;

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

/*
 * The end of every wait. The counter may be of no use (CNTFRQ_EL0 not programmed), so looks are
 * counted as well; a look is a read of memory or of a register, 10 ns or more.
 */
struct wait {
	uint64_t start, ticks;
	uint32_t looks;
};

static struct wait wait_begin(void)
{
	return (struct wait){ .start = cpu_ticks(),
			      .ticks = cpu_ticks_hz() / 1000 * VIRTIO_TIMEOUT_MS,
			      .looks = VIRTIO_TIMEOUT_MS * 100000u };
}

static bool wait_over(struct wait *wait)
{
	if (!--wait->looks)
		return true;
	return wait->ticks && cpu_ticks() - wait->start > wait->ticks;
}

static int reset(const struct virtio *dev)
{
	struct wait wait = wait_begin();

	reg_write(dev, Status, 0);
	while (reg_read(dev, Status))
		if (wait_over(&wait))
			return -ETIMEDOUT;
	return 0;
}

int virtio_probe(struct virtio *dev, paddr_t base, bool coherent)
{
	struct virtio found = { .base = base, .coherent = coherent };

	if (reg_read(&found, MagicValue) != MagicValue_VIRT)
		return -ENODEV;
	found.version = reg_read(&found, Version);
	found.device_id = reg_read(&found, DeviceID);
	if ((found.version != 1 && found.version != 2) || !found.device_id)
		return -ENODEV;
	*dev = found;
	return 0;
}

/* Steps 4 to 6 of 3.1.1; a legacy device has no step 5. */
static int settle_features(const struct virtio *dev, uint64_t *wanted)
{
	uint64_t features = 0;

	if (dev->version >= 2)
		*wanted |= VIRTIO_F_VERSION_1;
	for (uint32_t word = 0; word < 2; word++) {
		reg_write(dev, DeviceFeaturesSel, word);
		features |= (uint64_t)reg_read(dev, DeviceFeatures) << (32 * word);
	}
	features &= *wanted;
	*wanted = features;
	if (dev->version >= 2 && !(features & VIRTIO_F_VERSION_1))
		return -ENOTSUP;
	for (uint32_t word = 0; word < 2; word++) {
		reg_write(dev, DriverFeaturesSel, word);
		reg_write(dev, DriverFeatures, (uint32_t)(features >> (32 * word)));
	}
	if (dev->version == 1)
		return 0;
	reg_write(dev, Status, ACKNOWLEDGE | DRIVER | FEATURES_OK);
	return reg_read(dev, Status) & FEATURES_OK ? 0 : -ENOTSUP;
}

int virtio_set_queue(const struct virtio *dev, unsigned int index, unsigned int size,
		     const void *desc, const volatile void *avail, const volatile void *used)
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

int virtio_begin(struct virtio *dev, uint64_t *features)
{
	int err = reset(dev);

	if (err)
		return err;
	reg_write(dev, Status, ACKNOWLEDGE);
	reg_write(dev, Status, ACKNOWLEDGE | DRIVER);
	if (dev->version == 1)
		reg_write(dev, GuestPageSize, LEGACY_PAGE);
	err = settle_features(dev, features);
	if (err)
		reg_write(dev, Status, 0);
	return err;
}

void virtio_go(struct virtio *dev)
{
	dma_wmb(); /* the rings before the device may look at them */
	reg_write(dev, Status, reg_read(dev, Status) | DRIVER_OK);
	dev->next = running;
	running = dev;
}

void virtio_notify(const struct virtio *dev, unsigned int queue)
{
	reg_write(dev, QueueNotify, queue);
}

uint8_t virtio_config8(const struct virtio *dev, unsigned int offset)
{
	return mmio_read8(dev->base + Config + offset);
}

int virtio_start(struct virtio *dev, uint64_t features, struct virtq_ring *ring)
{
	int err = virtio_begin(dev, &features);

	if (err)
		return err;
	*ring = (struct virtq_ring){ .avail_flags = VIRTQ_AVAIL_F_NO_INTERRUPT };
	if (!dev->coherent)
		cache_clean_poc(ring, sizeof(*ring));
	err = virtio_set_queue(dev, 0, VIRTQ_SIZE, ring->desc, &ring->avail_flags,
			       &ring->used_flags);
	if (err) {
		reg_write(dev, Status, 0);
		return err;
	}
	dev->ring = ring;
	dev->avail_index = dev->used_index = 0;
	virtio_go(dev);
	return 0;
}

/* Returns how much the device may write. */
static uint64_t put_chain(const struct virtio *dev, const struct virtio_buffer *buffers,
			  unsigned count)
{
	uint64_t writable = 0;

	for (unsigned i = 0; i < count; i++) {
		const struct virtio_buffer *buffer = &buffers[i];

		/* what the device writes is cleaned too: no dirty line may land on it later */
		if (!dev->coherent)
			cache_clean_poc(buffer->mem, buffer->length);
		dev->ring->desc[i] = (struct virtq_desc){
			.address = (uintptr_t)buffer->mem,
			.length = buffer->length,
			.flags = (uint16_t)((buffer->device_writes ? VIRTQ_DESC_F_WRITE : 0) |
					    (i + 1 < count ? VIRTQ_DESC_F_NEXT : 0)),
			.next = (uint16_t)(i + 1),
		};
		writable += buffer->device_writes ? buffer->length : 0;
	}
	return writable;
}

static void publish(struct virtio *dev)
{
	struct virtq_ring *ring = dev->ring;

	ring->avail[dev->avail_index % VIRTQ_SIZE] = 0;
	dma_wmb(); /* descriptors and ring entry before the index that makes them valid */
	*(volatile uint16_t *)&ring->avail_index = ++dev->avail_index;
	if (!dev->coherent)
		cache_clean_poc(ring, offsetof(struct virtq_ring, used_flags));
	dma_wmb(); /* the index before the notification */
	virtio_notify(dev, 0);
}

static int await(struct virtio *dev, uint64_t writable, uint32_t *written)
{
	struct virtq_ring *ring = dev->ring;
	struct wait wait = wait_begin();
	uint16_t index;

	for (;;) {
		if (!dev->coherent)
			cache_inval_poc(&ring->used_flags,
					sizeof(*ring) - offsetof(struct virtq_ring, used_flags));
		index = *(volatile uint16_t *)&ring->used_index;
		if (index != dev->used_index)
			break;
		if (wait_over(&wait))
			return -ETIMEDOUT;
	}
	dma_rmb(); /* the index before the entry that it announces, and the data */
	/*
	 * Entries in another line than the index may have been fetched before the device wrote
	 * them, after the invalidation above.
	 */
	if (!dev->coherent)
		cache_inval_poc(&ring->used_flags,
				sizeof(*ring) - offsetof(struct virtq_ring, used_flags));

	const volatile struct virtq_used *used = &ring->used[dev->used_index % VIRTQ_SIZE];
	const uint32_t id = used->id, length = used->length;

	if (index != (uint16_t)(dev->used_index + 1) || id || length > writable)
		return -EPROTO;
	dev->used_index = index;
	*written = length;
	return 0;
}

int virtio_request(struct virtio *dev, const struct virtio_buffer *buffers, unsigned count,
		   uint32_t *written)
{
	if (!count || count > VIRTQ_SIZE)
		return -EINVAL;

	const uint64_t writable = put_chain(dev, buffers, count);

	publish(dev);

	const int err = await(dev, writable, written);

	if (err) {
		virtio_stop(dev);
		return err;
	}
	for (unsigned i = 0; i < count && !dev->coherent; i++)
		if (buffers[i].device_writes)
			cache_inval_poc(buffers[i].mem, buffers[i].length);
	return 0;
}

void virtio_stop(struct virtio *dev)
{
	for (struct virtio **link = &running; *link; link = &(*link)->next) {
		if (*link != dev)
			continue;
		*link = dev->next;
		break;
	}
	dev->ring = NULL;
	/* A device that hangs in its reset can't be helped; nothing waits for it any more. */
	(void)!reset(dev);
}

void virtio_quiesce(void)
{
	while (running)
		virtio_stop(running);
}
