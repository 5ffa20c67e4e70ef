/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/block/nvme.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <arch/io.h>

#include "drivers/base/wait.h"
#include "lib/base/err.h"

/* Registers, by the names of 3.1.3. */
#define CAP		    0x00
#define INTMS		    0x0c
#define CC		    0x14
#define CSTS		    0x1c
#define AQA		    0x24
#define ASQ		    0x28
#define ACQ		    0x30
#define DOORBELLS	    0x1000

#define CAP_NVM		    BIT(37)
/* pages of 4 KiB, entries of 64 and 16 bytes */
#define CC_ENABLE	    (BIT(0) | 6u << 16 | 4u << 20)
#define FLAGS_SGL	    BIT(6) /* of a command: a descriptor stands for PRPs */
#define CSTS_READY	    BIT(0)
#define CSTS_FATAL	    BIT(1)

#define ADMIN_CREATE_SQ	    0x01
#define ADMIN_CREATE_CQ	    0x05
#define ADMIN_IDENTIFY	    0x06
#define IDENTIFY_NAMESPACE  0
#define IDENTIFY_CONTROLLER 1
#define IDENTIFY_ACTIVE	    2

#define IO_FLUSH	    0
#define IO_WRITE	    1
#define IO_READ		    2

#define REQUEST_BYTES	    (NVME_PRPS * NVME_PAGE)

static_assert(sizeof(struct nvme_command) == 64, "layout");
static_assert(sizeof(struct nvme_completion) == 16, "layout");

static uint32_t reg_read(const struct nvme *nvme, unsigned int at)
{
	return mmio_read32(nvme->base + at);
}

static void reg_write(const struct nvme *nvme, unsigned int at, uint32_t value)
{
	mmio_write32(nvme->base + at, value);
}

static void reg_write_address(const struct nvme *nvme, unsigned int at, const void *address)
{
	reg_write(nvme, at, (uint32_t)(uintptr_t)address);
	reg_write(nvme, at + 4, (uint32_t)((uint64_t)(uintptr_t)address >> 32));
}

/* ---- commands ---- */

static void ring(const struct nvme *nvme, const struct nvme_queue *queue, bool completion,
		 uint16_t value)
{
	reg_write(nvme, DOORBELLS + (2u * queue->number + completion) * nvme->stride, value);
}

/* The next place in the ring; the id is the place in the batch. */
static void put(struct nvme_queue *queue, const struct nvme_command *command)
{
	queue->commands[queue->tail] = *command;
	queue->tail = (uint16_t)((queue->tail + 1) % queue->entries);
}

/* One entry of the completion ring: a command of this batch, and for the first time. */
static int take(struct nvme_queue *queue, uint32_t *pending, int *status)
{
	const volatile struct nvme_completion *done = &queue->done[queue->head];
	const uint16_t id = done->id, said = done->status >> 1;

	if (id >= BLK_BATCH || !(*pending & 1u << id) || done->sq_id != queue->number)
		return -EPROTO;
	*pending &= ~(1u << id);
	if (said & 0x7ff && *status < 0)
		*status = id;
	if (++queue->head == queue->entries) {
		queue->head = 0;
		queue->phase = !queue->phase;
	}
	return 0;
}

/* Waits until all of @pending are done; the time begins anew with each answer. */
static int await(struct nvme *nvme, struct nvme_queue *queue, uint32_t *pending, int *status)
{
	struct wait wait = wait_begin(BLK_TIMEOUT_MS);

	while (*pending) {
		struct nvme_completion *done = &queue->done[queue->head];
		int err;

		dma_invalidate(nvme->coherent, done, sizeof(*done));
		if ((*(volatile uint16_t *)&done->status & 1) != queue->phase) {
			if (wait_over(&wait))
				return -ETIMEDOUT;
			continue;
		}
		dma_rmb(); /* the phase before the rest of the entry, and the data */
		/* the rest may be in a line that was fetched before the phase was written */
		dma_invalidate(nvme->coherent, done, sizeof(*done));
		err = take(queue, pending, status);
		if (err)
			return err;
		wait = wait_begin(BLK_TIMEOUT_MS);
	}
	return 0;
}

static int disable(struct nvme *nvme)
{
	struct wait wait = wait_begin(nvme->ready_ms);

	nvme->runs = false;
	reg_write(nvme, CC, 0);
	for (;;) {
		const uint32_t status = reg_read(nvme, CSTS);

		if (status == UINT32_MAX)
			return -ENODEV; /* unplugged: all registers are ones */
		if (!(status & CSTS_READY))
			return 0;
		if (wait_over(&wait))
			return -ETIMEDOUT;
	}
}

/* What was put is done, or the controller is disabled: it touches nothing any more. */
static int run(struct nvme *nvme, struct nvme_queue *queue, unsigned int count,
	       unsigned int *failed)
{
	uint32_t pending = count == 32 ? UINT32_MAX : (1u << count) - 1;
	int status = -1, err;

	dma_clean(nvme->coherent, queue->commands, queue->entries * sizeof(*queue->commands));
	dma_wmb(); /* the commands before the doorbell */
	ring(nvme, queue, false, queue->tail);
	err = await(nvme, queue, &pending, &status);
	if (err) {
		*failed = pending ? (unsigned int)__builtin_ctz(pending) : 0;
		(void)!disable(nvme);
		return err;
	}
	ring(nvme, queue, true, queue->head);
	*failed = status < 0 ? 0 : (unsigned int)status;
	return status < 0 ? 0 : -EIO;
}

static int admin(struct nvme *nvme, const struct nvme_command *command)
{
	unsigned int failed;

	put(&nvme->admin, command);
	return run(nvme, &nvme->admin, 1, &failed);
}

/* Into memory->page. */
static int identify(struct nvme *nvme, uint32_t what, uint32_t nsid)
{
	struct nvme_memory *m = nvme->memory;
	const struct nvme_command command = {
		.opcode = ADMIN_IDENTIFY, .nsid = nsid, .prp1 = (uintptr_t)m->page, .dw10 = what
	};
	int err;

	dma_clean(nvme->coherent, m->page, sizeof(m->page));
	err = admin(nvme, &command);
	dma_invalidate(nvme->coherent, m->page, sizeof(m->page));
	return err;
}

/* ---- the controller ---- */

static void queue_init(struct nvme_queue *queue, uint16_t number, uint16_t entries,
		       struct nvme_command *commands, struct nvme_completion *done)
{
	*queue = (struct nvme_queue){ .commands = commands,
				      .done = done,
				      .number = number,
				      .entries = entries,
				      .phase = true };
}

static int enable(struct nvme *nvme)
{
	struct nvme_memory *m = nvme->memory;
	struct wait wait;
	uint32_t status;

	memset(m, 0, sizeof(*m));
	dma_clean(nvme->coherent, m, sizeof(*m));
	queue_init(&nvme->admin, 0, NVME_ADMIN, m->admin, m->admin_done);
	queue_init(&nvme->io, 1, nvme->io.entries, m->io, m->io_done);
	reg_write(nvme, INTMS, UINT32_MAX);
	reg_write(nvme, AQA, (NVME_ADMIN - 1) << 16 | (NVME_ADMIN - 1));
	reg_write_address(nvme, ASQ, m->admin);
	reg_write_address(nvme, ACQ, m->admin_done);
	dma_wmb(); /* empty queues before the controller may look at them */
	reg_write(nvme, CC, CC_ENABLE);
	wait = wait_begin(nvme->ready_ms);
	while (!((status = reg_read(nvme, CSTS)) & (CSTS_READY | CSTS_FATAL)))
		if (wait_over(&wait))
			return -ETIMEDOUT;
	return status & CSTS_FATAL ? -EIO : 0;
}

static int start(struct nvme *nvme)
{
	const struct nvme_memory *m = nvme->memory;
	const uint32_t size = (nvme->io.entries - 1u) << 16 | 1;
	int err;

	if (nvme->runs)
		return 0;
	err = disable(nvme);
	if (!err)
		err = enable(nvme);
	if (!err)
		err = admin(nvme, &(struct nvme_command){ .opcode = ADMIN_CREATE_CQ,
							  .prp1 = (uintptr_t)m->io_done,
							  .dw10 = size,
							  .dw11 = 1 /* in one piece */ });
	if (!err)
		err = admin(nvme, &(struct nvme_command){ .opcode = ADMIN_CREATE_SQ,
							  .prp1 = (uintptr_t)m->io,
							  .dw10 = size,
							  .dw11 = 1 << 16 | 1 });
	if (err)
		(void)!disable(nvme);
	nvme->runs = !err;
	return err;
}

/* ---- a disk ---- */

static struct nvme_disk *disk_of(struct blk *blk)
{
	return (struct nvme_disk *)blk; /* the first member */
}

static void stop(struct blk *blk)
{
	struct nvme *nvme = disk_of(blk)->nvme;

	if (nvme->runs)
		(void)!disable(nvme); /* one that hangs can't be helped */
}

/*
 * Where the bytes are: one descriptor of how many, where the controller takes that; else the first
 * page, and the second, or a list of the others.
 */
static void set_prps(const struct nvme *nvme, unsigned int i, struct nvme_command *command,
		     const void *buffer, uint64_t bytes)
{
	const uint64_t at = (uintptr_t)buffer, first = NVME_PAGE - at % NVME_PAGE;
	const size_t n = bytes > first ? (bytes - first - 1) / NVME_PAGE + 1 : 0;
	uint64_t *list = nvme->memory->prp[i], page = at + first;

	command->prp1 = at;
	if (nvme->sgl) {
		command->flags = FLAGS_SGL;
		command->prp2 = bytes; /* and type 0: a block of data */
		return;
	}
	/* two at a time: the list has room for one too many */
	for (size_t k = 0; k < n; k += 2, page += UINT64_C(2) * NVME_PAGE) {
		list[k] = page;
		list[k + 1] = page + NVME_PAGE;
	}
	if (n == 1)
		command->prp2 = list[0];
	else if (n)
		command->prp2 = (uintptr_t)list;
	if (n > 1)
		dma_clean(nvme->coherent, list, n * sizeof(*list));
}

static int transfer_some(struct nvme_disk *disk, bool write, const struct blk_request *list,
			 unsigned int count, unsigned int *failed)
{
	struct nvme *nvme = disk->nvme;
	int err;

	for (unsigned int i = 0; i < count; i++) {
		const uint64_t bytes = (uint64_t)list[i].count * disk->blk.block_size;
		struct nvme_command command = { .opcode = write ? IO_WRITE : IO_READ,
						.id = (uint16_t)i,
						.nsid = disk->nsid,
						.dw10 = (uint32_t)list[i].lba,
						.dw11 = (uint32_t)(list[i].lba >> 32),
						.dw12 = list[i].count - 1 };

		/* what the device writes is cleaned too: no dirty line may land on it later */
		dma_clean(nvme->coherent, list[i].buffer, bytes);
		set_prps(nvme, i, &command, list[i].buffer, bytes);
		put(&nvme->io, &command);
	}
	err = run(nvme, &nvme->io, count, failed);
	for (unsigned int i = 0; i < count && !write; i++)
		dma_invalidate(nvme->coherent, list[i].buffer,
			       (uint64_t)list[i].count * disk->blk.block_size);
	return err;
}

static int transfer(struct blk *blk, bool write, const struct blk_request *list, unsigned int count,
		    unsigned int *failed)
{
	struct nvme_disk *disk = disk_of(blk);
	int err = start(disk->nvme);

	for (unsigned int done = 0, part; done < count && !err; done += part) {
		part = MIN(count - done, disk->nvme->io.entries - 1u);
		err = transfer_some(disk, write, list + done, part, failed);
		*failed += done;
	}
	return err;
}

static int flush(struct blk *blk)
{
	struct nvme_disk *disk = disk_of(blk);
	unsigned int failed;
	const int err = start(disk->nvme);

	if (err)
		return err;
	put(&disk->nvme->io, &(struct nvme_command){ .opcode = IO_FLUSH, .nsid = disk->nsid });
	return run(disk->nvme, &disk->nvme->io, 1, &failed);
}

static uint64_t little(const uint8_t *at, unsigned int bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | at[bytes];
	return value;
}

/* Text of a fixed length, padded with spaces. */
static void copy_text(char *to, size_t size, const uint8_t *from, size_t len)
{
	while (len && (from[len - 1] == ' ' || !from[len - 1]))
		len--;
	len = MIN(len, size - 1);
	for (size_t i = 0; i < len; i++)
		to[i] = from[i] >= ' ' && from[i] < 0x7f ? (char)from[i] : '?';
	to[len] = '\0';
}

/* One namespace, from its identify page. One whose blocks nobody can use is left out. */
static void take_namespace(struct nvme *nvme, uint32_t nsid, const struct blk *like)
{
	const uint8_t *page = nvme->memory->page;
	const uint32_t format = (uint32_t)little(page + 128 + 4 * (page[26] & 0xf), 4);
	const unsigned int shift = format >> 16 & 0xff;
	const uint64_t blocks = little(page, 8);
	struct nvme_disk *disk = &nvme->disk[nvme->disks];

	if (!blocks || shift < 9 || shift > 12 || format & 0xffff || blocks > UINT64_MAX >> shift)
		return;
	*disk = (struct nvme_disk){ .blk = *like, .nvme = nvme, .nsid = nsid };
	disk->blk.block_size = 1u << shift;
	disk->blk.blocks = blocks;
	disk->blk.request_max = MAX(like->request_max >> shift, 1u);
	nvme->disks++;
}

static int find_namespaces(struct nvme *nvme, uint16_t vendor)
{
	static const struct blk_ops ops = { .transfer = transfer, .flush = flush, .stop = stop };
	const uint8_t *page = nvme->memory->page;
	struct blk like = { .ops = &ops, .type = "nvme", .align = 4 };
	uint32_t nsid[NVME_NAMESPACES];
	int err = identify(nvme, IDENTIFY_CONTROLLER, 0);

	if (err)
		return err;
	snprintf(like.vendor, sizeof(like.vendor), "0x%04x", vendor);
	copy_text(like.product, sizeof(like.product), page + 4, 20);
	copy_text(like.revision, sizeof(like.revision), page + 64, 8);
	/* the limit is a power of two of pages; 0: none */
	like.request_max = REQUEST_BYTES;
	if (page[77] && page[77] < 8)
		like.request_max = MIN(like.request_max, (uint32_t)NVME_PAGE << page[77]);
	nvme->sgl = little(page + 536, 4) & 3;
	err = identify(nvme, IDENTIFY_ACTIVE, 0);
	if (err)
		return err;
	for (unsigned int i = 0; i < NVME_NAMESPACES; i++)
		nsid[i] = (uint32_t)little(page + 4 * i, 4);
	for (unsigned int i = 0; i < NVME_NAMESPACES && nsid[i] && !err; i++) {
		err = identify(nvme, IDENTIFY_NAMESPACE, nsid[i]);
		if (!err)
			take_namespace(nvme, nsid[i], &like);
	}
	return err;
}

int nvme_init(struct nvme *nvme, paddr_t base, bool coherent, uint16_t vendor,
	      struct nvme_memory *memory, struct why *why)
{
	uint64_t cap;
	int err;

	*nvme = (struct nvme){ .base = base, .coherent = coherent, .memory = memory };
	cap = reg_read(nvme, CAP) | (uint64_t)reg_read(nvme, CAP + 4) << 32;
	if (!(cap & CAP_NVM) || (cap >> 48 & 0xf) || (cap >> 32 & 0xf) > 8 || !(cap & 0xffff))
		return refuse(why, -ENOTSUP,
			      "the controller at 0x%" PRIx64 " has capabilities 0x%" PRIx64
			      ", which nobody can use",
			      base, cap);
	nvme->stride = 4u << (cap >> 32 & 0xf);
	nvme->ready_ms = MIN(MAX((uint32_t)(cap >> 24 & 0xff), 1u), 60u) * 500;
	nvme->io.entries = (uint16_t)MIN((uint32_t)(cap & 0xffff) + 1, (uint32_t)NVME_ENTRIES);
	err = start(nvme);
	if (!err)
		err = find_namespaces(nvme, vendor);
	if (!err)
		return 0;
	(void)!disable(nvme);
	return refuse(why, err, "the controller at 0x%" PRIx64 " can't be started: %s", base,
		      err_name(err));
}
