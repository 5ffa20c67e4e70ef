/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/block/virtio_blk.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <arch/io.h>

#include "drivers/base/wait.h"

#define F_RO		   BIT(5)
#define F_BLK_SIZE	   BIT(6)
#define F_FLUSH		   BIT(9)

#define CONFIG_AT_CAPACITY 0
#define CONFIG_AT_BLK_SIZE 20

#define TYPE_IN		   0
#define TYPE_OUT	   1
#define TYPE_FLUSH	   4

#define STATUS_OK	   0
#define STATUS_NONE	   0xff

#define SECTOR		   512
#define PARTS		   3 /* descriptors of a request: header, data, status */
#define REQUEST_BYTES	   MIB

#define DESC_NEXT	   1
#define DESC_WRITE	   2
#define NO_INTERRUPT	   1

static_assert(BLK_BATCH * PARTS <= VIRTIO_BLK_QUEUE, "room for a batch");
static_assert(offsetof(struct virtio_blk_memory, avail_flags) == 16 * VIRTIO_BLK_QUEUE, "layout");
static_assert(offsetof(struct virtio_blk_memory, used_flags) ==
		      ALIGN_UP(offsetof(struct virtio_blk_memory, used_event) + 2, 128),
	      "legacy layout");
static_assert(offsetof(struct virtio_blk_memory, used) -
			      offsetof(struct virtio_blk_memory, used_flags) ==
		      4,
	      "layout");

static struct virtio_blk *disk_of(struct blk *blk)
{
	return (struct virtio_blk *)blk; /* the first member */
}

static void clean(const struct virtio_blk *disk, const void *start, uint64_t size)
{
	dma_clean(disk->virtio.coherent, start, size);
}

static void invalidate(const struct virtio_blk *disk, void *start, uint64_t size)
{
	dma_invalidate(disk->virtio.coherent, start, size);
}

static unsigned int entries(const struct virtio_blk *disk)
{
	return IS_ENABLED(CONFIG_VIRTIO_PCI_LEGACY) ? disk->queue.size : VIRTIO_BLK_QUEUE;
}

/* What the device writes of the queue. */
static void invalidate_used(const struct virtio_blk *disk)
{
	invalidate(disk, disk->queue.used, 4 + entries(disk) * sizeof(struct virtq_used));
}

static void stop(struct blk *blk)
{
	struct virtio_blk *disk = disk_of(blk);

	if (disk->runs)
		virtio_stop(&disk->virtio);
	disk->runs = false;
}

static int start(struct virtio_blk *disk)
{
	struct virtio_blk_memory *m = disk->memory;
	struct virtq *q = &disk->queue;
	int err;

	if (disk->runs)
		return 0;
	disk->features = F_RO | F_BLK_SIZE | F_FLUSH;
	err = virtio_begin(&disk->virtio, &disk->features);
	if (err)
		return err;
	memset(m, 0, offsetof(struct virtio_blk_memory, fixed));
	*q = (struct virtq){ m->desc, (struct virtq_avail *)&m->avail_flags,
			     (struct virtq_used_part *)&m->used_flags, VIRTIO_BLK_QUEUE };
	if (IS_ENABLED(CONFIG_VIRTIO_PCI_LEGACY) && disk->virtio.fixed)
		err = virtq_take_fixed(&disk->virtio, 0, BLK_BATCH * PARTS, m->fixed, q);
	q->avail->flags = NO_INTERRUPT;
	clean(disk, m, sizeof(*m));
	disk->available = disk->used = 0;
	if (!err)
		err = virtio_set_queue(&disk->virtio, 0, q->size, q->desc, q->avail, q->used);
	if (err) {
		virtio_stop(&disk->virtio);
		return err;
	}
	virtio_go(&disk->virtio);
	disk->runs = true;
	return 0;
}

/* @buffer NULL: a request without data. */
static void put(struct virtio_blk *disk, unsigned int i, uint32_t type, uint64_t sector,
		void *buffer, uint32_t bytes)
{
	struct virtio_blk_memory *m = disk->memory;
	struct virtq_desc *desc = &disk->queue.desc[i * PARTS];
	const uint16_t data = (uint16_t)(i * PARTS + 1), status = (uint16_t)(i * PARTS + 2);

	m->header[i] = (struct virtio_blk_header){ .type = type, .sector = sector };
	m->status[i] = STATUS_NONE;
	desc[0] = (struct virtq_desc){ .address = (uintptr_t)&m->header[i],
				       .length = sizeof(m->header[i]),
				       .flags = DESC_NEXT,
				       .next = buffer ? data : status };
	desc[1] =
		(struct virtq_desc){ .address = (uintptr_t)buffer,
				     .length = bytes,
				     .flags = type == TYPE_IN ? DESC_NEXT | DESC_WRITE : DESC_NEXT,
				     .next = status };
	desc[2] = (struct virtq_desc){ .address = (uintptr_t)&m->status[i],
				       .length = 1,
				       .flags = DESC_WRITE };
	disk->queue.avail->ring[disk->available++ % entries(disk)] = (uint16_t)(i * PARTS);
	/* what the device writes is cleaned too: no dirty line may land on it later */
	if (buffer)
		clean(disk, buffer, bytes);
}

/* One entry of the used ring: it has to be a request of this batch, and for the first time. */
static int take(struct virtio_blk *disk, const uint32_t *writable, unsigned int count,
		uint32_t *pending)
{
	const volatile struct virtq_used *used =
		&disk->queue.used->ring[disk->used % entries(disk)];
	const uint32_t id = used->id, length = used->length, i = id / PARTS;

	if (id % PARTS || i >= count || !(*pending & 1u << i) || length > writable[i])
		return -EPROTO;
	*pending &= ~(1u << i);
	disk->used++;
	return 0;
}

/* Waits until all of @pending are used; the time begins anew with each answer. */
static int await(struct virtio_blk *disk, const uint32_t *writable, unsigned int count,
		 uint32_t *pending)
{
	struct wait wait = wait_begin(BLK_TIMEOUT_MS);
	int err = 0;

	while (*pending && !err) {
		uint16_t index;

		invalidate_used(disk);
		index = *(volatile uint16_t *)&disk->queue.used->index;
		if (index == disk->used) {
			if (wait_over(&wait))
				return -ETIMEDOUT;
			continue;
		}
		dma_rmb(); /* the index before the entries that it announces, and the data */
		/* entries in another line than the index may have been fetched before it changed */
		invalidate_used(disk);
		if ((uint16_t)(index - disk->used) > (uint32_t)__builtin_popcount(*pending))
			return -EPROTO;
		while (disk->used != index && !err)
			err = take(disk, writable, count, pending);
		wait = wait_begin(BLK_TIMEOUT_MS);
	}
	return err;
}

static int run(struct virtio_blk *disk, const uint32_t *writable, unsigned int count,
	       unsigned int *failed)
{
	struct virtio_blk_memory *m = disk->memory;
	const struct virtq *q = &disk->queue;
	uint32_t pending = count == 32 ? UINT32_MAX : (1u << count) - 1;
	int err;

	clean(disk, m->header, sizeof(m->header));
	clean(disk, m->status, sizeof(m->status));
	clean(disk, q->desc, (uint64_t)entries(disk) * sizeof(struct virtq_desc));
	dma_wmb(); /* descriptors and ring entries before the index that makes them valid */
	*(volatile uint16_t *)&q->avail->index = disk->available;
	clean(disk, q->avail, sizeof(*q->avail) + entries(disk) * sizeof(uint16_t));
	dma_wmb(); /* the index before the notification */
	virtio_notify(&disk->virtio, 0);
	err = await(disk, writable, count, &pending);
	if (err) {
		*failed = pending ? (unsigned int)__builtin_ctz(pending) : 0;
		stop(&disk->blk); /* it touches nothing any more */
		return err;
	}
	invalidate(disk, m->status, sizeof(m->status));
	for (unsigned int i = 0; i < count; i++) {
		if (*(volatile uint8_t *)&m->status[i] == STATUS_OK)
			continue;
		*failed = i;
		return -EIO;
	}
	return 0;
}

static int transfer(struct blk *blk, bool write, const struct blk_request *list, unsigned int count,
		    unsigned int *failed)
{
	struct virtio_blk *disk = disk_of(blk);
	uint32_t writable[BLK_BATCH];
	int err = start(disk);

	if (err)
		return err;
	for (unsigned int i = 0; i < count; i++) {
		const uint32_t bytes = list[i].count * blk->block_size;

		put(disk, i, write ? TYPE_OUT : TYPE_IN, list[i].lba * (blk->block_size / SECTOR),
		    list[i].buffer, bytes);
		writable[i] = write ? 1 : bytes + 1;
	}
	err = run(disk, writable, count, failed);
	for (unsigned int i = 0; i < count && !write; i++)
		invalidate(disk, list[i].buffer, (uint64_t)list[i].count * blk->block_size);
	return err;
}

static int flush(struct blk *blk)
{
	struct virtio_blk *disk = disk_of(blk);
	const uint32_t writable = 1;
	unsigned int failed;
	const int err = start(disk);

	if (err)
		return err;
	if (!(disk->features & F_FLUSH))
		return 0; /* it writes through */
	put(disk, 0, TYPE_FLUSH, 0, NULL, 0);
	return run(disk, &writable, 1, &failed);
}

static uint64_t config(const struct virtio_blk *disk, unsigned int offset, unsigned int bytes)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < bytes; i++)
		value |= (uint64_t)virtio_config8(&disk->virtio, offset + i) << (8 * i);
	return value;
}

int virtio_blk_init(struct virtio_blk *disk, const struct virtio *virtio,
		    struct virtio_blk_memory *memory, struct why *why)
{
	static const struct blk_ops ops = { .transfer = transfer, .flush = flush, .stop = stop };
	uint64_t sectors, size = SECTOR;
	int err;

	*disk = (struct virtio_blk){
		.blk = { .ops = &ops, .type = "virtio", .vendor = "QEMU" },
		.virtio = *virtio,
		.memory = memory,
	};
	err = start(disk);
	if (err)
		return refuse(why, err, "the virtio disk at 0x%" PRIx64 " can't be started",
			      virtio->base);
	sectors = config(disk, CONFIG_AT_CAPACITY, 8);
	if (disk->features & F_BLK_SIZE)
		size = config(disk, CONFIG_AT_BLK_SIZE, 4);
	if (size < BLK_BLOCK_MIN || size > BLK_BLOCK_MAX || size & (size - 1) ||
	    sectors < size / SECTOR || sectors > UINT64_MAX / SECTOR) {
		stop(&disk->blk);
		return refuse(why, -EPROTO,
			      "the virtio disk at 0x%" PRIx64 " says it has %" PRIu64
			      " sectors, in blocks of %" PRIu64 " bytes",
			      virtio->base, sectors, size);
	}
	disk->blk.block_size = (uint32_t)size;
	disk->blk.blocks = sectors / (size / SECTOR);
	disk->blk.request_max = (uint32_t)(REQUEST_BYTES / size);
	disk->blk.read_only = disk->features & F_RO;
	return 0;
}
