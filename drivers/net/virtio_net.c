/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/net/virtio_net.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/base/wait.h"

#define GUEST_CSUM BIT(1)
#define HAS_MAC    BIT(5)
#define HAS_STATUS BIT(16)

/* A header's flags; what needs a checksum was made on this machine: nothing has damaged it. */
#define NEEDS_CSUM         1
#define DATA_VALID         2

#define LINK_UP            1

#define LEGACY_HEADER      10
#define HEADER             12

#define RX_QUEUE           0
#define TX_QUEUE           1
#define RX_SIZE            64
#define STOP_MS            20
#define TX_SIZE            16
#define BUFFER             2048
#define IP_AT              32 /* in a buffer: a packet is read in words, and copied in lines */
#define ETH_SIZE           14
#define RX_HOLD            (RX_SIZE / 4) /* read, and not yet given back */

#define USED_NO_NOTIFY     1
#define AVAIL_NO_INTERRUPT 1
#define DEVICE_WRITES      2

/* Two rings in the layout that a legacy device expects, each in pages of its own. */
#define RING(name, count)                                                    \
	struct name {                                                        \
		struct virtq_desc desc[count];                               \
		uint16_t avail_flags, avail_index, avail[count], used_event; \
		uint16_t used_flags __attribute__((aligned(128)));           \
		uint16_t used_index;                                         \
		struct virtq_used used[count];                               \
		uint16_t avail_event;                                        \
	} __attribute__((aligned(4096)))
RING(rx_ring, RX_SIZE);
RING(tx_ring, TX_SIZE);

/* What a queue of a legacy device on PCI may take. */
#define FIXED                                                                         \
	(IS_ENABLED(CONFIG_VIRTIO_PCI_LEGACY)                                         \
		 ? ALIGN_UP(VIRTQ_BYTES(VIRTQ_LEGACY_MAX, VIRTQ_LEGACY_ALIGN), 4096u) \
		 : 0)

struct virtio_net_memory {
	struct rx_ring rx;
	struct tx_ring tx;
	uint8_t rx_buffer[RX_SIZE][BUFFER];
	uint8_t tx_buffer[TX_SIZE][BUFFER];
	uint8_t fixed[2][FIXED] __attribute__((aligned(4096)));
};

static_assert(offsetof(struct rx_ring, used_flags) ==
		      ALIGN_UP(offsetof(struct rx_ring, used_event) + 2, 128),
	      "legacy layout");
static_assert(offsetof(struct tx_ring, used_flags) ==
		      ALIGN_UP(offsetof(struct tx_ring, used_event) + 2, 128),
	      "legacy layout");
static_assert(IP_AT + NETDEV_FRAME_MAX <= BUFFER, "a frame and its header");

static struct virtio_net *of(struct netdev *dev)
{
	return (struct virtio_net *)dev; /* the first member */
}

static void clean(const struct virtio_net *dev, const void *start, uint64_t size)
{
	if (!dev->virtio.coherent)
		cache_clean_poc(start, size);
}

static void invalidate(const struct virtio_net *dev, void *start, uint64_t size)
{
	if (!dev->virtio.coherent)
		cache_inval_poc(start, size);
}

static inline struct virtq own_queue(const struct virtio_net *dev, unsigned int i)
{
	struct virtio_net_memory *m = dev->memory;

	if (i == RX_QUEUE)
		return (struct virtq){ m->rx.desc, (struct virtq_avail *)&m->rx.avail_flags,
				       (struct virtq_used_part *)&m->rx.used_flags, RX_SIZE };
	return (struct virtq){ m->tx.desc, (struct virtq_avail *)&m->tx.avail_flags,
			       (struct virtq_used_part *)&m->tx.used_flags, TX_SIZE };
}

/* Places and sizes that are known here, but where a device may have its own. */
static inline __attribute__((always_inline)) struct virtq queue_of(const struct virtio_net *dev,
								   unsigned int i)
{
	return IS_ENABLED(CONFIG_VIRTIO_PCI_LEGACY) ? dev->queue[i] : own_queue(dev, i);
}

/* Descriptors and ring, which the device reads. */
static __attribute__((noinline)) void clean_rings(const struct virtio_net *dev, unsigned int i)
{
	const struct virtq q = queue_of(dev, i);

	cache_clean_poc(q.desc, q.size * sizeof(*q.desc));
	cache_clean_poc(q.avail, sizeof(*q.avail) + q.size * sizeof(q.avail->ring[0]));
}

static inline void clean_queue(const struct virtio_net *dev, unsigned int i)
{
	if (!dev->virtio.coherent)
		clean_rings(dev, i);
}

static inline void invalidate_queue(const struct virtio_net *dev, const struct virtq *q)
{
	invalidate(dev, q->used, sizeof(*q->used) + q->size * sizeof(q->used->ring[0]));
}

/* Everything up to @index is the device's; it is told, unless it looks anyway. */
static void give_rx(struct virtio_net *dev)
{
	const struct virtq rx = queue_of(dev, RX_QUEUE);

	dma_mb(); /* ring entries, and frames read, before the index that gives them back */
	*(volatile uint16_t *)&rx.avail->index = dev->rx_given = dev->rx_avail;
	clean_queue(dev, RX_QUEUE);
	dma_mb(); /* the index before the look at the flag, and the notification */
	if (!(*(volatile uint16_t *)&rx.used->flags & USED_NO_NOTIFY))
		virtio_notify(&dev->virtio, RX_QUEUE);
}

static void fill_rings(struct virtio_net *dev)
{
	struct virtio_net_memory *m = dev->memory;
	const struct virtq rx = queue_of(dev, RX_QUEUE), tx = queue_of(dev, TX_QUEUE);
	const unsigned int skip = IP_AT - ETH_SIZE - dev->header;

	for (uint16_t i = 0; i < RX_SIZE; i++) {
		rx.desc[i] = (struct virtq_desc){ .address = (uintptr_t)m->rx_buffer[i] + skip,
						  .length = BUFFER - skip,
						  .flags = DEVICE_WRITES };
		rx.avail->ring[i] = i;
	}
	for (uint16_t i = 0; i < TX_SIZE; i++)
		tx.desc[i] = (struct virtq_desc){ .address = (uintptr_t)m->tx_buffer[i] };
	for (uint16_t i = 0; i < tx.size; i++)
		tx.avail->ring[i] = i % TX_SIZE;
	rx.avail->flags = tx.avail->flags = AVAIL_NO_INTERRUPT;
	dev->rx_avail = dev->rx_given = RX_SIZE;
	dev->rx_used = dev->tx_avail = dev->tx_used = 0;
	memset(m->tx_buffer, 0, sizeof(m->tx_buffer)); /* headers: nothing is offloaded */
	clean(dev, m, sizeof(*m)); /* no dirty line may land on what the device writes */
}

/* Both rings, empty. */
static int lay_out(struct virtio_net *dev)
{
	struct virtio_net_memory *m = dev->memory;
	int err;

	memset(&m->rx, 0, sizeof(m->rx));
	memset(&m->tx, 0, sizeof(m->tx));
	dev->queue[0] = own_queue(dev, RX_QUEUE);
	dev->queue[1] = own_queue(dev, TX_QUEUE);
	if (!IS_ENABLED(CONFIG_VIRTIO_PCI_LEGACY) || !dev->virtio.fixed)
		return 0;
	err = virtq_take_fixed(&dev->virtio, RX_QUEUE, RX_SIZE, m->fixed[0], &dev->queue[0]);
	return err
		       ?: virtq_take_fixed(&dev->virtio, TX_QUEUE, TX_SIZE, m->fixed[1],
					   &dev->queue[1]);
}

static int set_queue(struct virtio_net *dev, unsigned int i)
{
	const struct virtq q = queue_of(dev, i);

	return virtio_set_queue(&dev->virtio, i, q.size, q.desc, q.avail, q.used);
}

static int start(struct netdev *netdev, void *memory, struct why *why)
{
	struct virtio_net *dev = of(netdev);
	uint64_t features = GUEST_CSUM | HAS_MAC | HAS_STATUS;
	int err = virtio_begin(&dev->virtio, &features);

	if (err)
		return refuse(why, err, "%s takes no driver", netdev->name);
	dev->memory = memory;
	dev->header = dev->virtio.version == 1 ? LEGACY_HEADER : HEADER;
	dev->checks = features & GUEST_CSUM;
	err = lay_out(dev);
	if (!err) {
		fill_rings(dev);
		err = set_queue(dev, RX_QUEUE) ?: set_queue(dev, TX_QUEUE);
	}
	if (err) {
		virtio_stop(&dev->virtio);
		return refuse(why, err, "%s has no queues of %u and %u", netdev->name, RX_SIZE,
			      TX_SIZE);
	}
	virtio_go(&dev->virtio);
	give_rx(dev);
	return 0;
}

/* Frames that the device has not taken yet. */
static inline uint16_t on_the_way(struct virtio_net *dev)
{
	const struct virtq tx = queue_of(dev, TX_QUEUE);

	invalidate(dev, tx.used, sizeof(*tx.used));
	return (uint16_t)(dev->tx_avail - *(volatile uint16_t *)&tx.used->index);
}

/* Sent in order or not: a buffer is written again only when all before have been used. */
static bool tx_is_full(struct virtio_net *dev)
{
	return on_the_way(dev) >= TX_SIZE;
}

static int await_tx(struct virtio_net *dev)
{
	struct wait wait = wait_begin(VIRTIO_TIMEOUT_MS);

	while (tx_is_full(dev))
		if (wait_over(&wait))
			return -EIO;
	return 0;
}

static int send(struct netdev *netdev, const void *frame, size_t size)
{
	struct virtio_net *dev = of(netdev);
	struct virtio_net_memory *m = dev->memory;
	const struct virtq tx = queue_of(dev, TX_QUEUE);
	const unsigned int slot = dev->tx_avail % TX_SIZE;

	if (size > NETDEV_FRAME_MAX || (tx_is_full(dev) && await_tx(dev)))
		return -EIO;
	memcpy(m->tx_buffer[slot] + dev->header, frame, size);
	clean(dev, m->tx_buffer[slot], dev->header + size);
	tx.desc[slot].length = (uint32_t)(dev->header + size);
	dma_wmb(); /* frame and descriptor before the index that makes them valid */
	*(volatile uint16_t *)&tx.avail->index = ++dev->tx_avail;
	clean_queue(dev, TX_QUEUE);
	dma_wmb(); /* the index before the notification */
	virtio_notify(&dev->virtio, TX_QUEUE);
	return 0;
}

/* The last frame may be the answer that a peer waits for: a reset would drop it. */
static void stop(struct netdev *netdev)
{
	struct virtio_net *dev = of(netdev);
	struct wait wait = wait_begin(STOP_MS);

	while (on_the_way(dev) && !wait_over(&wait))
		;
	virtio_stop(&dev->virtio);
}

/* What the device says is not believed: an id or a length that can't be is passed over. */
static void take(struct virtio_net *dev, const struct virtq *rx,
		 const volatile struct virtq_used *used, netdev_input *input, void *ctx)
{
	struct virtio_net_memory *m = dev->memory;
	const uint32_t id = used->id, length = used->length, header = dev->header;
	uint8_t *frame;

	if (id >= RX_SIZE)
		return;
	frame = m->rx_buffer[id] + IP_AT - ETH_SIZE;
	if (length > header && length <= BUFFER - IP_AT) {
		invalidate(dev, frame - header, length);
		input(ctx, frame, length - header,
		      dev->checks && *(frame - header) & (NEEDS_CSUM | DATA_VALID));
	}
	rx->avail->ring[dev->rx_avail++ % rx->size] = (uint16_t)id;
}

static unsigned int poll(struct netdev *netdev, netdev_input *input, void *ctx)
{
	struct virtio_net *dev = of(netdev);
	const struct virtq rx = queue_of(dev, RX_QUEUE);
	unsigned int count = 0;
	uint16_t index;

	invalidate_queue(dev, &rx);
	index = *(volatile uint16_t *)&rx.used->index;
	if (index == dev->rx_used)
		return 0;
	dma_rmb(); /* the index before the entries that it announces, and the frames */
	/* entries in another line than the index may have been fetched before it changed */
	invalidate_queue(dev, &rx);
	while (dev->rx_used != index && count++ < RX_SIZE)
		take(dev, &rx, &rx.used->ring[dev->rx_used++ % rx.size], input, ctx);
	if ((uint16_t)(dev->rx_avail - dev->rx_given) >= RX_HOLD)
		give_rx(dev);
	return count;
}

static bool has_link(struct netdev *netdev)
{
	const struct virtio_net *dev = of(netdev);

	return virtio_config8(&dev->virtio, NETDEV_MAC_SIZE) & LINK_UP;
}

static const struct netdev_ops ops = {
	.memory = sizeof(struct virtio_net_memory),
	.start = start,
	.send = send,
	.poll = poll,
	.stop = stop,
	.link = has_link,
};

void virtio_net_init(struct virtio_net *dev, const struct virtio *virtio)
{
	*dev = (struct virtio_net){ .base.ops = &ops, .virtio = *virtio };
	for (unsigned int i = 0; i < NETDEV_MAC_SIZE; i++)
		dev->base.mac[i] = virtio_config8(virtio, i);
}
