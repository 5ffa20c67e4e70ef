/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <errno.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/base/wait.h"
#include "drivers/virtio/virtio.h"

#define VIRTQ_DESC_F_NEXT          BIT(0)
#define VIRTQ_DESC_F_WRITE         BIT(1)
#define VIRTQ_AVAIL_F_NO_INTERRUPT BIT(0)

#define USED_ALIGN                 128
#define MMIO_CONFIG                0x100

/* Where a legacy device looks for the used ring: the first aligned byte after the available one. */
static_assert(offsetof(struct virtq_ring, used_flags) ==
		      ALIGN_UP(offsetof(struct virtq_ring, used_event) + 2, USED_ALIGN),
	      "legacy layout");
static_assert(offsetof(struct virtq_ring, avail_flags) == 16 * VIRTQ_SIZE, "layout");
static_assert(offsetof(struct virtq_ring, used) - offsetof(struct virtq_ring, used_flags) == 4,
	      "layout");

static struct virtio *running;

static int reset(const struct virtio *dev)
{
	struct wait wait = wait_begin(VIRTIO_TIMEOUT_MS);

	dev->transport->set_status(dev, 0);
	while (dev->transport->get_status(dev))
		if (wait_over(&wait))
			return -ETIMEDOUT;
	return 0;
}

/* Steps 4 to 6 of 3.1.1; a legacy device has no step 5. */
static int settle_features(const struct virtio *dev, uint64_t *wanted)
{
	uint64_t features = 0;

	if (dev->version >= 2)
		*wanted |= VIRTIO_F_VERSION_1;
	for (uint32_t word = 0; word < 2; word++) {
		features |= (uint64_t)dev->transport->get_features(dev, word) << (32 * word);
	}
	features &= *wanted;
	*wanted = features;
	if (dev->version >= 2 && !(features & VIRTIO_F_VERSION_1))
		return -ENOTSUP;
	for (uint32_t word = 0; word < 2; word++) {
		dev->transport->set_features(dev, word, (uint32_t)(features >> (32 * word)));
	}
	if (dev->version == 1)
		return 0;
	dev->transport->set_status(dev, VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER | VIRTIO_FEATURES_OK);
	return dev->transport->get_status(dev) & VIRTIO_FEATURES_OK ? 0 : -ENOTSUP;
}

int virtio_begin(struct virtio *dev, uint64_t *features)
{
	int err = reset(dev);

	if (err)
		return err;
	dev->transport->set_status(dev, VIRTIO_ACKNOWLEDGE);
	dev->transport->set_status(dev, VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER);
	err = settle_features(dev, features);
	if (err)
		dev->transport->set_status(dev, 0);
	return err;
}

void virtio_go(struct virtio *dev)
{
	dma_wmb(); /* the rings before the device may look at them */
	dev->transport->set_status(dev,
				   (uint8_t)(dev->transport->get_status(dev) | VIRTIO_DRIVER_OK));
	dev->next = running;
	running = dev;
}

int virtio_set_queue(struct virtio *dev, unsigned int index, unsigned int size, const void *desc,
		     const volatile void *avail, const volatile void *used)
{
	return dev->transport->set_queue(dev, index, size, desc, avail, used);
}

void virtio_notify(const struct virtio *dev, unsigned int queue)
{
	dev->transport->notify(dev, queue);
}

uint8_t virtio_config8(const struct virtio *dev, unsigned int offset)
{
	return dev->transport->config8(dev, offset);
}

/* Not the transports', each of which is in every image: one driver writes there. */
void virtio_set_config8(const struct virtio *dev, unsigned int offset, uint8_t value)
{
	if (!dev->notify)
		mmio_write8(dev->base + MMIO_CONFIG + offset, value);
	else if (offset < dev->config_size)
		mmio_write8(dev->config + offset, value);
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
		dev->transport->set_status(dev, 0);
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
					    (i < count - 1 ? VIRTQ_DESC_F_NEXT : 0)),
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
	struct wait wait = wait_begin(VIRTIO_TIMEOUT_MS);
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
