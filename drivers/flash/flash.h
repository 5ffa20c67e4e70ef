/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flash.h - banks of NOR flash
 *
 * A bank is read like memory; erasing and writing go through commands, and while they run it cannot
 * be read. Every function below leaves it readable. All accesses have the width of the bank's bus.
 * Nothing waits without end.
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define FLASH_REGIONS_MAX 4

/**
 * struct flash - one bank
 * @base:       where it lies
 * @size:       bytes of its window
 * @width:      of its bus, bytes: 1, 2 or 4
 *
 * What flash_probe() adds:
 * @chip_width: bytes of the bus that one chip drives: width / chip_width chips lie side by side
 * @chip_size:  bytes of all chips together; at most @size
 * @buffer:     bytes that one command writes at most; 0: only a word at a time
 * @locks:      blocks can be locked and unlocked one by one
 * @unlocks:    blocks come locked out of reset, or may be locked
 * @region:     its erase blocks, from @base on: @count blocks of @size bytes
 */
struct flash {
	paddr_t base;
	uint64_t size;
	uint8_t width;

	uint8_t chip_width;
	bool locks, unlocks;
	uint16_t command_set, maker, device;
	uint64_t chip_size;
	uint32_t buffer;
	uint32_t write_ms, buffer_ms, erase_ms; /* the longest that each may take */
	unsigned int regions;
	struct flash_region {
		uint32_t count, size;
	} region[FLASH_REGIONS_MAX];
};

/**
 * flash_read() - copy bytes out of a bank
 * @flash:  base, size and width are set
 * @offset: in the bank; a multiple of the width
 * @count:  a multiple of the width; the range lies in the bank
 * @out:    4-byte aligned
 */
void flash_read(const struct flash *flash, uint64_t offset, void *out, uint32_t count);

/**
 * flash_probe() - ask the chips what they are
 * @flash: base, size and width are set; the rest is filled
 *
 * Errors: -ENODEV no CFI flash answers; -ENOTSUP one that nobody here can write; -EINVAL what it
 *         says of itself makes no sense
 * Spec:   JEDEC JESD68.01, Common Flash Interface
 */
int __must_check flash_probe(struct flash *flash, struct why *why);

/**
 * flash_block() - the erase block that holds an offset
 * @flash: probed
 * @start: where the block begins
 * @size:  its bytes
 *
 * Return: its number, -1 beyond the last
 */
int flash_block(const struct flash *flash, uint64_t offset, uint64_t *start, uint32_t *size);

/**
 * flash_erase() - erase one block, to 0xff
 * @flash:  probed
 * @offset: where the block begins
 *
 * A block that is locked is unlocked first, where the chip can do that.
 *
 * Errors: -EINVAL no block begins there; -ETIMEDOUT; -EPERM locked or write-protected; -EIO failed
 */
int __must_check flash_erase(const struct flash *flash, uint64_t offset, struct why *why);

/**
 * flash_write() - write bytes where the flash is erased
 * @flash:  probed
 * @offset: in the bank, a multiple of the width
 * @bytes:  any alignment
 * @count:  a multiple of the width; the range lies in the bank
 *
 * Words that are all 0xff are not written. Nothing is read back: flash_read() shows what is there.
 *
 * Errors: -ERANGE, -ETIMEDOUT, -EPERM, -EIO
 */
int __must_check flash_write(const struct flash *flash, uint64_t offset, const void *bytes,
			     uint32_t count, struct why *why);

/**
 * flash_lock() - lock or unlock one block
 * @flash:  probed, with locks set
 * @offset: where the block begins
 *
 * Errors: -EINVAL, -ETIMEDOUT, -EIO
 */
int __must_check flash_lock(const struct flash *flash, uint64_t offset, bool lock, struct why *why);
