/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "drivers/block/block.h"
#include "drivers/virtio/virtio.h"

#define VIRTIO_ID_BLOCK 2

/** Descriptors of the queue: three for each request, and a power of two. */
#define VIRTIO_BLK_QUEUE 128

/** What the queue of a legacy device on PCI may take. */
#define VIRTIO_BLK_FIXED                                                              \
	(IS_ENABLED(CONFIG_VIRTIO_PCI_LEGACY)                                         \
		 ? ALIGN_UP(VIRTQ_BYTES(VIRTQ_LEGACY_MAX, VIRTQ_LEGACY_ALIGN), 4096u) \
		 : 0)

/**
 * struct virtio_blk_memory - what driver and device share: at a page, zeroed
 *
 * @fixed: in place of the queue where the device says how long that is
 *
 * From @used_flags on the device writes: cache lines of its own, and where a legacy device is told
 * to look.
 */
struct virtio_blk_memory {
	struct virtq_desc desc[VIRTIO_BLK_QUEUE];
	uint16_t avail_flags, avail_index, avail[VIRTIO_BLK_QUEUE], used_event;
	uint16_t used_flags __attribute__((aligned(128)));
	uint16_t used_index;
	struct virtq_used used[VIRTIO_BLK_QUEUE];
	uint16_t avail_event;
	struct virtio_blk_header {
		uint32_t type, reserved;
		uint64_t sector;
	} header[BLK_BATCH] __attribute__((aligned(128)));
	uint8_t status[BLK_BATCH] __attribute__((aligned(128)));
	uint8_t fixed[VIRTIO_BLK_FIXED] __attribute__((aligned(4096)));
} __attribute__((aligned(4096)));

/** struct virtio_blk - one disk; @blk comes first, so that one is the other */
struct virtio_blk {
	struct blk blk;
	struct virtio virtio;
	struct virtio_blk_memory *memory;
	uint64_t features;
	struct virtq queue;
	uint16_t available, used;
	bool runs;
};

/**
 * virtio_blk_init() - make a disk of a virtio block device
 * @disk:   receives it; static, kept until the device is stopped
 * @virtio: from virtio_probe(), with VIRTIO_ID_BLOCK
 * @memory: for it alone
 * @why:    the refusal's sentence, may be NULL
 *
 * The device runs when this returns 0. A disk that was stopped, or given up after an error, is
 * started anew by its next transfer.
 *
 * Errors: -ETIMEDOUT, -ENOTSUP, -ERANGE as virtio_begin() and virtio_set_queue();
 *         -EPROTO it has no block, or a block size that nobody can use
 * Spec:   OASIS virtio 1.2, 5.2 "Block Device"
 */
int __must_check virtio_blk_init(struct virtio_blk *disk, const struct virtio *virtio,
				 struct virtio_blk_memory *memory, struct why *why);
