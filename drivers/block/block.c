/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/block/block.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/err.h"

static struct blk *devices;

/* Where a buffer lies too badly for the device: the one place where bytes are copied. */
#define BOUNCE_BYTES BLK_BLOCK_MAX
static unsigned char bounce[BOUNCE_BYTES] __noinit __attribute__((aligned(BOUNCE_BYTES)));

static const char *verb(bool write)
{
	return write ? "writing" : "reading";
}

int blk_check(const struct blk *blk, bool write, uint64_t lba, uint64_t count, struct why *why)
{
	if (write && blk->read_only)
		return refuse(why, -EROFS, "%s %u can't be written", blk->type, blk->number);
	if (lba <= blk->blocks && count <= blk->blocks - lba)
		return 0;
	return refuse(why, -ERANGE,
		      "%s %u: %" PRIu64 " blocks at %" PRIu64 " pass its end: it has %" PRIu64,
		      blk->type, blk->number, count, lba, blk->blocks);
}

static const char *meaning(int err)
{
	switch (err) {
	case -EIO:
		return "the device reports an error";
	case -ETIMEDOUT:
		return "the device does not answer";
	case -EPROTO:
		return "the device answers what makes no sense";
	case -ENODEV:
		return "the device was given up";
	}
	return err_name(err);
}

static int transfer(struct blk *blk, bool write, const struct blk_request *batch,
		    unsigned int count, struct why *why)
{
	unsigned int failed = 0;
	const int err = blk->ops->transfer(blk, write, batch, count, &failed);

	if (!err)
		return 0;
	failed = MIN(failed, count - 1);
	return refuse(why, err, "%s %u: %s %" PRIu32 " blocks at %" PRIu64 " failed: %s", blk->type,
		      blk->number, verb(write), batch[failed].count, batch[failed].lba,
		      meaning(err));
}

static int transfer_bounced(struct blk *blk, bool write, struct blk_request rest, struct why *why)
{
	unsigned char *buffer = rest.buffer;

	while (rest.count) {
		const uint32_t count =
			MIN(rest.count, MIN(BOUNCE_BYTES / blk->block_size, blk->request_max));
		const struct blk_request one = { rest.lba, count, bounce };
		int err;

		if (write)
			memcpy(bounce, buffer, (size_t)count * blk->block_size);
		err = transfer(blk, write, &one, 1, why);
		if (err)
			return err;
		if (!write)
			memcpy(buffer, bounce, (size_t)count * blk->block_size);
		buffer += (size_t)count * blk->block_size;
		rest.lba += count;
		rest.count -= count;
	}
	return 0;
}

/* Cuts requests to what the device takes and hands them on in batches. */
static int transfer_all(struct blk *blk, bool write, const struct blk_request *list,
			unsigned int count, struct why *why)
{
	struct blk_request batch[BLK_BATCH];
	unsigned int used = 0;
	int err = 0;

	for (unsigned int i = 0; i < count && !err; i++)
		err = blk_check(blk, write, list[i].lba, list[i].count, why);
	for (unsigned int i = 0; i < count && !err; i++) {
		struct blk_request rest = list[i];

		if (blk->align && (uintptr_t)rest.buffer % blk->align) {
			err = transfer_bounced(blk, write, rest, why);
			continue;
		}
		while (rest.count && !err) {
			const uint32_t part = MIN(rest.count, blk->request_max);

			batch[used++] = (struct blk_request){ rest.lba, part, rest.buffer };
			rest.lba += part;
			rest.count -= part;
			rest.buffer = (char *)rest.buffer + (size_t)part * blk->block_size;
			if (used < BLK_BATCH)
				continue;
			err = transfer(blk, write, batch, used, why);
			used = 0;
		}
	}
	if (used && !err)
		err = transfer(blk, write, batch, used, why);
	return err;
}

int blk_read(struct blk *blk, const struct blk_request *list, unsigned int count, struct why *why)
{
	return transfer_all(blk, false, list, count, why);
}

int blk_write(struct blk *blk, const struct blk_request *list, unsigned int count, struct why *why)
{
	return transfer_all(blk, true, list, count, why);
}

int blk_flush(struct blk *blk, struct why *why)
{
	const int err = blk->ops->flush ? blk->ops->flush(blk) : 0;

	if (!err)
		return 0;
	return refuse(why, err, "%s %u: flushing failed: %s", blk->type, blk->number, meaning(err));
}

void blk_add(struct blk *blk)
{
	struct blk **link = &devices;

	blk->number = 0;
	for (; *link; link = &(*link)->next)
		if (!strcmp((*link)->type, blk->type))
			blk->number = (*link)->number + 1;
	blk->next = NULL;
	*link = blk;
}

static void stop(struct blk *blk)
{
	if (blk->ops->stop)
		blk->ops->stop(blk);
}

void blk_remove_type(const char *type)
{
	struct blk **link = &devices;

	while (*link) {
		if (strcmp((*link)->type, type)) {
			link = &(*link)->next;
			continue;
		}
		stop(*link);
		*link = (*link)->next;
	}
}

struct blk *blk_next(const struct blk *after)
{
	return after ? after->next : devices;
}

struct blk *blk_find(const char *type, unsigned int number)
{
	for (struct blk *blk = devices; blk; blk = blk->next)
		if (blk->number == number && !strcmp(blk->type, type))
			return blk;
	return NULL;
}

void blk_quiesce(void)
{
	for (struct blk *blk = devices; blk; blk = blk->next)
		stop(blk);
}

static int ram_transfer(struct blk *blk, bool write, const struct blk_request *list,
			unsigned int count, unsigned int *failed)
{
	unsigned char *bytes = ((struct ramdisk *)blk)->bytes;

	(void)failed;
	for (unsigned int i = 0; i < count; i++) {
		unsigned char *here = bytes + list[i].lba * blk->block_size;
		const size_t size = (size_t)list[i].count * blk->block_size;

		if (write)
			memmove(here, list[i].buffer, size);
		else
			memmove(list[i].buffer, here, size);
	}
	return 0;
}

void ramdisk_init(struct ramdisk *disk, void *bytes, uint64_t size, uint32_t block_size)
{
	static const struct blk_ops ops = { .transfer = ram_transfer };

	*disk = (struct ramdisk){
		.blk = { .ops = &ops,
			 .type = "ram",
			 .block_size = block_size,
			 .blocks = size / block_size,
			 .request_max = UINT32_MAX,
			 .vendor = "RAM",
			 .product = "disk" },
		.bytes = bytes,
	};
}
