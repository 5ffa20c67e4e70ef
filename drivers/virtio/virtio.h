/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.h - virtio devices behind MMIO and PCI transports, driven by polling
 *
 * Both layouts of MMIO: version 1 ("legacy", what QEMU's virt machine has unless told
 * force-legacy=false) and version 2; of PCI the modern interface. One request is under way at a
 * time; whatever the device writes into the queue is checked, and every wait ends.
 *
 * Spec: OASIS virtio 1.2, 2.7 "Split Virtqueues", 3.1 "Device Initialization",
 *       4.1 "Virtio Over PCI Bus", 4.2 "Virtio Over MMIO"
 */
#pragma once

#include "lib/base/types.h"

#define VIRTIO_ID_NET      1
#define VIRTIO_ID_RNG      4
#define VIRTIO_ID_INPUT    18

#define VIRTIO_F_VERSION_1 BIT(32)

/* The device's status. */
#define VIRTIO_ACKNOWLEDGE BIT(0)
#define VIRTIO_DRIVER      BIT(1)
#define VIRTIO_DRIVER_OK   BIT(2)
#define VIRTIO_FEATURES_OK BIT(3)

/** Queues of a device that a driver may set up. */
#define VIRTIO_QUEUES 2

/** Buffers in one request, and descriptors in a queue. */
#define VIRTQ_SIZE 8

/** A device that has not answered after this is given up. */
#define VIRTIO_TIMEOUT_MS 1000

/**
 * struct virtq_ring - a split virtqueue as the device sees it: static memory, zeroed
 *
 * One layout serves both transports: the used ring lies where a legacy device is told to look.
 */
struct virtq_ring {
	struct virtq_desc {
		uint64_t address;
		uint32_t length;
		uint16_t flags;
		uint16_t next;
	} desc[VIRTQ_SIZE];
	uint16_t avail_flags, avail_index;
	uint16_t avail[VIRTQ_SIZE];
	uint16_t used_event;
	/* from here on the device writes: cache lines of its own */
	uint16_t used_flags __attribute__((aligned(128)));
	uint16_t used_index;
	struct virtq_used {
		uint32_t id;
		uint32_t length;
	} used[VIRTQ_SIZE];
	uint16_t avail_event;
} __attribute__((aligned(4096)));

struct virtio;

/**
 * struct virtq - a split virtqueue, wherever its parts are
 * @size: entries: the driver's choice, but for a legacy device on PCI, which has its own
 */
struct virtq {
	struct virtq_desc *desc;
	struct virtq_avail {
		uint16_t flags, index, ring[];
	} * avail;
	struct virtq_used_part {
		uint16_t flags, index;
		struct virtq_used ring[];
	} * used;
	uint16_t size;
};

/** Bytes of a queue whose used ring begins at a multiple of @align, as virtq_lay_out() has it. */
#define VIRTQ_BYTES(size, align) \
	(ALIGN_UP((size)*UINT64_C(18) + 6, (uint64_t)(align)) + (size)*UINT64_C(8) + 6)

/** Entries that a queue of a legacy device on PCI may have; its used ring begins at a page. */
#define VIRTQ_LEGACY_MAX   1024
#define VIRTQ_LEGACY_ALIGN 4096

/** struct virtio_transport - what differs between MMIO and PCI; the names are this header's */
struct virtio_transport {
	uint8_t (*get_status)(const struct virtio *dev);
	void (*set_status)(const struct virtio *dev, uint8_t status);
	uint32_t (*get_features)(const struct virtio *dev, uint32_t word);
	void (*set_features)(const struct virtio *dev, uint32_t word, uint32_t features);
	int (*set_queue)(struct virtio *dev, unsigned int index, unsigned int size,
			 const void *desc, const volatile void *avail, const volatile void *used);
	void (*notify)(const struct virtio *dev, unsigned int queue);
	uint8_t (*config8)(const struct virtio *dev, unsigned int offset);
};

/**
 * struct virtio - one device; virtio_probe() or virtio_pci_probe() fills it
 * @base:      registers; of PCI the common configuration
 * @version:   1 legacy, 2 modern
 * @device_id: VIRTIO_ID_*
 * @coherent:  its DMA sees the CPU's caches
 * @ring:      of queue 0, while the device runs
 * @next:      the next running device
 * @fixed:     its queues have sizes of their own: legacy, on PCI
 * @config, @config_size, @notify, @notify_size, @notify_step, @doorbell: of PCI: its other
 *             registers, and where each queue is notified
 */
struct virtio {
	const struct virtio_transport *transport;
	paddr_t base;
	uint32_t version, device_id;
	bool coherent, fixed;
	uint16_t avail_index, used_index;
	struct virtq_ring *ring;
	struct virtio *next;
	paddr_t config, notify;
	uint32_t config_size, notify_size, notify_step, doorbell[VIRTIO_QUEUES];
};

/** struct virtio_buffer - part of a request; those that the device reads come first */
struct virtio_buffer {
	void *mem;
	uint32_t length;
	bool device_writes;
};

/**
 * virtio_is() - is such a device behind an MMIO transport? Nothing is written to it
 *
 * Asked first: a machine has dozens of transports, and each property of the tree is a walk.
 */
bool virtio_is(paddr_t base, uint32_t device_id);

/**
 * virtio_probe() - look at an MMIO transport; nothing is written to it
 * @dev:      filled on success
 * @base:     first register window of an FDT node "virtio,mmio"
 * @coherent: the node has the property "dma-coherent"
 *
 * Errors: -ENODEV  no transport, or no device behind it, or a version that nobody knows
 */
int __must_check virtio_probe(struct virtio *dev, paddr_t base, bool coherent);

/**
 * virtio_start() - reset a device, settle features and set up queue 0
 * @dev:      from virtio_probe(), static: the list of running devices holds it
 * @features: what the driver can use; VIRTIO_F_VERSION_1 is added where the transport needs it
 * @ring:     static memory for the queue, mapped at its physical address
 *
 * Errors: -ETIMEDOUT  the reset does not end
 *         -ENOTSUP    the device doesn't take the features, or has no or too small a queue 0
 *         -ERANGE     a legacy device can't address @ring
 *         The device is reset, then.
 */
int __must_check virtio_start(struct virtio *dev, uint64_t features, struct virtq_ring *ring);

/**
 * virtio_begin() - reset a device and settle features, for a driver with queues of its own
 * @dev:      from virtio_probe(), static
 * @features: what the driver can use; becomes what both can
 *
 * Then virtio_set_queue() for each, and virtio_go().
 *
 * Errors: -ETIMEDOUT, -ENOTSUP as virtio_start(); the device is reset, then
 */
int __must_check virtio_begin(struct virtio *dev, uint64_t *features);

/**
 * virtio_set_queue() - tell the device where a queue is
 * @dev:   begun
 * @index: of the queue
 * @size:  entries
 * @desc, @avail, @used: its parts, mapped at their physical addresses; for a legacy device @used is
 *         the next boundary of 128 bytes behind the available ring, and @desc at a page
 *
 * Errors: -ENOTSUP no such queue, or a smaller one; -ERANGE a legacy device can't address it
 */
int __must_check virtio_set_queue(struct virtio *dev, unsigned int index, unsigned int size,
				  const void *desc, const volatile void *avail,
				  const volatile void *used);

/**
 * virtq_take_fixed() - lay a queue out with as many entries as a legacy device on PCI wants
 * @dev:    begun, with dev->fixed
 * @index:  of the queue
 * @least:  entries that the driver needs
 * @memory: VIRTQ_BYTES(VIRTQ_LEGACY_MAX, VIRTQ_LEGACY_ALIGN) at a page; zeroed
 *
 * Errors: -ENOTSUP no such queue, or with fewer entries, or more than VIRTQ_LEGACY_MAX
 */
int __must_check virtq_take_fixed(const struct virtio *dev, unsigned int index, unsigned int least,
				  void *memory, struct virtq *queue);

/** virtio_go() - the device may use its queues from now on */
void virtio_go(struct virtio *dev);

/** virtio_notify() - there is something new in a queue; the caller has ordered it before */
void virtio_notify(const struct virtio *dev, unsigned int queue);

/** virtio_config8() - a byte of the device's configuration */
uint8_t virtio_config8(const struct virtio *dev, unsigned int offset);

/** virtio_set_config8() - write one; past the end of what PCI has nothing happens */
void virtio_set_config8(const struct virtio *dev, unsigned int offset, uint8_t value);

/**
 * virtio_request() - put buffers into queue 0 and wait until the device has used them
 * @dev:     started
 * @buffers: 1 to VIRTQ_SIZE
 * @count:   of @buffers
 * @written: bytes that the device says it wrote: at most the sum of those it may write
 *
 * Errors: -EINVAL     @count
 *         -ETIMEDOUT  no answer within VIRTIO_TIMEOUT_MS
 *         -EPROTO     the device answered something else than this request, or too much
 *         After an error the device is reset and stopped: it will not write any more.
 */
int __must_check virtio_request(struct virtio *dev, const struct virtio_buffer *buffers,
				unsigned count, uint32_t *written);

/** virtio_stop() - reset a device: it forgets its queues and touches no memory from then on */
void virtio_stop(struct virtio *dev);

/** virtio_quiesce() - stop all running devices, before a kernel gets the machine */
void virtio_quiesce(void);
