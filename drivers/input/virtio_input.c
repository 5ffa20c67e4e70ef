/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/input/virtio_input.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <arch/cache.h>
#include <arch/io.h>

#define EVENTS		   VIRTIO_INPUT_EVENTS

/* The device's configuration: what is asked for, and the answer. */
#define SELECT		   0
#define SUBSELECT	   1
#define SIZE		   2
#define BITMAP		   8
#define SELECT_BITS	   0x11 /* which codes of a type it can send, in SUBSELECT */

#define KEY_ENTER	   28
#define KEY_A		   30

#define AVAIL_NO_INTERRUPT 1
#define DEVICE_WRITES	   2

/* In the layout that a legacy device expects, in pages of its own. */
struct virtio_input_memory {
	struct virtq_desc desc[EVENTS];
	uint16_t avail_flags, avail_index, avail[EVENTS], used_event;
	uint16_t used_flags __attribute__((aligned(128)));
	uint16_t used_index;
	struct virtq_used used[EVENTS];
	uint16_t avail_event;
	struct virtio_input_event event[EVENTS] __attribute__((aligned(128)));
} __attribute__((aligned(4096)));

static_assert(offsetof(struct virtio_input_memory, used_flags) ==
		      ALIGN_UP(offsetof(struct virtio_input_memory, used_event) + 2, 128),
	      "legacy layout");
static_assert(sizeof(struct virtio_input_event) == 8, "as the device writes it");

size_t virtio_input_memory_size(void)
{
	return sizeof(struct virtio_input_memory);
}

static bool has_key(const struct virtio *virtio, unsigned int key)
{
	virtio_set_config8(virtio, SELECT, SELECT_BITS);
	virtio_set_config8(virtio, SUBSELECT, VIRTIO_INPUT_KEY);
	return virtio_config8(virtio, SIZE) > key / 8 &&
	       virtio_config8(virtio, BITMAP + key / 8) & 1u << key % 8;
}

static void clean(const struct virtio_input *dev, const void *start, size_t size)
{
	if (!dev->virtio.coherent)
		cache_clean_poc(start, size);
}

static void invalidate(const struct virtio_input *dev, void *start, size_t size)
{
	if (!dev->virtio.coherent)
		cache_inval_poc(start, size);
}

static void give(struct virtio_input *dev)
{
	struct virtio_input_memory *m = dev->memory;

	dma_mb(); /* ring entries, and events read, before the index that gives them back */
	*(volatile uint16_t *)&m->avail_index = dev->avail;
	clean(dev, m, offsetof(struct virtio_input_memory, used_flags));
	dma_wmb(); /* the index before the notification */
	virtio_notify(&dev->virtio, 0);
}

int virtio_input_start(struct virtio_input *dev, const struct virtio *virtio, void *memory)
{
	struct virtio_input_memory *m = memory;
	uint64_t features = 0;
	int err;

	if (!has_key(virtio, KEY_A) || !has_key(virtio, KEY_ENTER))
		return -ENODEV;
	*dev = (struct virtio_input){ .virtio = *virtio, .memory = m, .avail = EVENTS };
	memset(m, 0, sizeof(*m));
	for (uint16_t i = 0; i < EVENTS; i++) {
		m->desc[i] = (struct virtq_desc){ .address = (uintptr_t)&m->event[i],
						  .length = sizeof(m->event[i]),
						  .flags = DEVICE_WRITES };
		m->avail[i] = i;
	}
	m->avail_flags = AVAIL_NO_INTERRUPT;
	clean(dev, m, sizeof(*m)); /* no dirty line may land on what the device writes */
	err = virtio_begin(&dev->virtio, &features);
	if (err)
		return err;
	err = virtio_set_queue(&dev->virtio, 0, EVENTS, m->desc, &m->avail_flags, &m->used_flags);
	if (err) {
		virtio_stop(&dev->virtio);
		return err;
	}
	virtio_go(&dev->virtio);
	/* virtio_stop(), and so virtio_quiesce(), takes it away */
	dev->virtio.ring = memory;
	give(dev);
	return 0;
}

/* An index, an id or a length that can't be: nothing of such a device is believed any more. */
static int refused(struct virtio_input *dev)
{
	virtio_stop(&dev->virtio);
	return -EPROTO;
}

int virtio_input_poll(struct virtio_input *dev, struct virtio_input_event *event)
{
	struct virtio_input_memory *m = dev->memory;
	const volatile struct virtq_used *used = &m->used[dev->used % EVENTS];
	const size_t theirs = offsetof(struct virtio_input_memory, event) -
			      offsetof(struct virtio_input_memory, used_flags);
	uint16_t index;
	uint32_t id;

	if (!dev->virtio.ring)
		return 0;
	invalidate(dev, &m->used_flags, theirs);
	index = *(volatile uint16_t *)&m->used_index;
	if (index == dev->used)
		return 0;
	if ((uint16_t)(index - dev->used) > EVENTS)
		return refused(dev);
	dma_rmb(); /* the index before the entry that it announces, and the event */
	/* an entry in another line than the index may have been fetched before it changed */
	invalidate(dev, &m->used_flags, theirs);
	id = used->id;
	if (id >= EVENTS || used->length != sizeof(*event))
		return refused(dev);
	invalidate(dev, &m->event[id], sizeof(m->event[id]));
	*event = *(volatile struct virtio_input_event *)&m->event[id];
	dev->used++;
	m->avail[dev->avail++ % EVENTS] = (uint16_t)id;
	give(dev);
	return 1;
}
