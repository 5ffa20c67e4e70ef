/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtio device that writes any bytes into the used ring (FIELD X10): no request answers more. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/virtio/virtio.h"
#include "test/host/include/fake_clock.h"

#define ROOM 64

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;

static const uint8_t *bytes;
static size_t left;
static struct virtq_ring ring;
static uint8_t status;

uint64_t fake_mmio_read(paddr_t address, unsigned width)
{
	(void)address;
	(void)width;
	abort();
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned width)
{
	(void)address;
	(void)value;
	(void)width;
	abort();
}

static uint8_t get_status(const struct virtio *dev)
{
	(void)dev;
	return status;
}

static void set_status(const struct virtio *dev, uint8_t value)
{
	(void)dev;
	status = value;
}

static uint32_t get_features(const struct virtio *dev, uint32_t word)
{
	(void)dev;
	return word == 1; /* VIRTIO_F_VERSION_1 */
}

static void set_features(const struct virtio *dev, uint32_t word, uint32_t features)
{
	(void)dev;
	(void)word;
	(void)features;
}

static int set_queue(struct virtio *dev, unsigned int index, unsigned int size, const void *desc,
		     const volatile void *avail, const volatile void *used)
{
	(void)dev;
	(void)index;
	(void)size;
	(void)desc;
	(void)avail;
	(void)used;
	return 0;
}

/* All that the device may write: from used_flags on. */
static void notify(const struct virtio *dev, unsigned int queue)
{
	const size_t from = offsetof(struct virtq_ring, used_flags);
	const size_t size = MIN(left, offsetof(struct virtq_ring, avail_event) + 2 - from);

	(void)dev;
	(void)queue;
	memcpy((uint8_t *)&ring + from, bytes, size);
	bytes += size;
	left -= size;
}

static uint8_t config8(const struct virtio *dev, unsigned int offset)
{
	(void)dev;
	return (uint8_t)offset;
}

static const struct virtio_transport transport = {
	get_status, set_status, get_features, set_features, set_queue, notify, config8,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct virtio dev;
	uint8_t *memory = malloc(ROOM);
	const struct virtio_buffer buffers[] = { { memory, ROOM / 2, false },
						 { memory + ROOM / 2, ROOM / 2, true } };
	uint32_t written;

	memset(&ring, 0, sizeof(ring));
	dev = (struct virtio){ .transport = &transport, .version = 2, .device_id = 4 };
	bytes = data;
	left = size;
	fake_now = 0;
	if (!virtio_start(&dev, 0, &ring)) {
		for (unsigned i = 0; i < 8 && left; i++) {
			written = 0;
			if (virtio_request(&dev, buffers, 2, &written))
				break; /* and the device is stopped */
			if (written > ROOM / 2)
				abort();
		}
		virtio_stop(&dev);
	}
	free(memory);
	return 0;
}
