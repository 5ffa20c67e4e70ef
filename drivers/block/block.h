/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * block.h - devices that are read and written in blocks
 *
 * What a file system, a partition table or a command sees of a disk. In come lists of requests,
 * each some consecutive blocks and the memory where their bytes belong; a driver hands up to
 * BLK_BATCH of them to its device at once, which reads and writes the caller's memory itself.
 * Nothing waits without end, and an error names device and block.
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/** Requests that a driver is given at once, and keeps under way together. */
#define BLK_BATCH 32

/** A device that finishes nothing for so long is given up. */
#define BLK_TIMEOUT_MS 5000

#define BLK_BLOCK_MIN 512
#define BLK_BLOCK_MAX 4096

/** struct blk_request - consecutive blocks, and where their bytes are or go */
struct blk_request {
	uint64_t lba;   /* the first, in blocks of the device */
	uint32_t count; /* blocks; 0 is nothing to do */
	void *buffer;   /* count * block_size bytes, any alignment */
};

struct blk;

/**
 * struct blk_ops - what a driver does
 *
 * @transfer: read or write, and wait for all. 1 to BLK_BATCH requests, each of 1 to request_max
 *            blocks inside the device, buffers aligned to blk.align. Returns 0 or -EIO, -ETIMEDOUT,
 *            -EPROTO, ...; *failed is then the index of the first that failed, where it is known.
 *            When it returns, the device touches none of the buffers any more.
 * @flush:    what was written is on the medium. NULL: it always is
 * @stop:     the device touches no memory any more, until the next transfer. NULL: it never does
 */
struct blk_ops {
	int (*transfer)(struct blk *blk, bool write, const struct blk_request *list,
			unsigned int count, unsigned int *failed);
	int (*flush)(struct blk *blk);
	void (*stop)(struct blk *blk);
};

/**
 * struct blk - one device (or one namespace, one logical unit of it)
 * @ops:         its driver
 * @type:        the interface's name as commands have it: "virtio", "nvme", "scsi", "mmc", ...
 * @number:      of the device among those of its type; blk_add() sets it
 * @block_size:  bytes, a power of two from BLK_BLOCK_MIN to BLK_BLOCK_MAX
 * @blocks:      capacity; at most 2^64 bytes in all
 * @request_max: the most blocks in one request; at least 1
 * @align:       what buffers must be aligned to, a power of two, at most a block; 0 is 1
 * @read_only:   writes are refused
 * @removable:   the medium can be taken out
 * @target:      of "scsi": its place at the controller, for people
 * @vendor, @product, @revision: for people; may be empty
 * @next:        blk_add()'s
 */
struct blk {
	const struct blk_ops *ops;
	const char *type;
	unsigned int number;
	uint32_t block_size;
	uint64_t blocks;
	uint32_t request_max;
	uint32_t align;
	bool read_only, removable;
	unsigned int target;
	char vendor[24], product[44], revision[12];
	struct blk *next;
};

/**
 * blk_read() - read blocks of one device into memory
 * @list:  requests, in any order; every range is checked before the first is begun
 * @count: any number
 * @why:   the refusal's sentence, with device and block; may be NULL
 *
 * After an error the buffers are undefined.
 *
 * Errors: -ERANGE    blocks beyond the last
 *         -EIO       the device says that it failed
 *         -ETIMEDOUT no answer within BLK_TIMEOUT_MS
 *         -EPROTO    it answers what makes no sense
 *         -ENODEV    it was given up before
 */
int __must_check blk_read(struct blk *blk, const struct blk_request *list, unsigned int count,
			  struct why *why);

/**
 * blk_write() - write blocks; as blk_read()
 *
 * Errors: as blk_read(), and -EROFS
 */
int __must_check blk_write(struct blk *blk, const struct blk_request *list, unsigned int count,
			   struct why *why);

/**
 * blk_check() - could these blocks be read, or written?
 *
 * Errors: -ERANGE, -EROFS as blk_write()
 */
int __must_check blk_check(const struct blk *blk, bool write, uint64_t lba, uint64_t count,
			   struct why *why);

/** blk_flush() - what was written is on the medium when this returns 0; errors as blk_read() */
int __must_check blk_flush(struct blk *blk, struct why *why);

/** blk_read_at() - blk_read() of one run of blocks */
static inline int __must_check blk_read_at(struct blk *blk, uint64_t lba, uint32_t count,
					   void *buffer, struct why *why)
{
	const struct blk_request one = { lba, count, buffer };

	return blk_read(blk, &one, 1, why);
}

/** blk_write_at() - blk_write() of one run of blocks */
static inline int __must_check blk_write_at(struct blk *blk, uint64_t lba, uint32_t count,
					    const void *buffer, struct why *why)
{
	const struct blk_request one = { lba, count, (void *)(uintptr_t)buffer };

	return blk_write(blk, &one, 1, why);
}

/** blk_add() - a device was found: it gets the next number of its type, and stays */
void blk_add(struct blk *blk);

/**
 * blk_remove_type() - forget all devices of a type, each stopped: before it is looked for anew
 *
 * Their memory is the scanner's again.
 */
void blk_remove_type(const char *type);

/**
 * blk_next() - walk the devices that were found, in the order in which they were
 * @after: NULL to begin
 *
 * Return: NULL after the last
 */
struct blk *blk_next(const struct blk *after);

/** blk_find() - the device of a type and number that was found, or NULL; see disk_find() */
struct blk *blk_find(const char *type, unsigned int number);

/** blk_quiesce() - stop all devices, before a kernel gets the machine */
void blk_quiesce(void);

/** struct ramdisk - a disk that is memory, of Loft or of a test */
struct ramdisk {
	struct blk blk;
	unsigned char *bytes;
};

/**
 * ramdisk_init() - a disk of @size bytes at @bytes; what does not fill a block is left out
 *
 * It is not added: blk_add() may do that.
 */
void ramdisk_init(struct ramdisk *disk, void *bytes, uint64_t size, uint32_t block_size);
