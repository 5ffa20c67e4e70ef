/* SPDX-License-Identifier: BSD-2-Clause */
/* What CFI chips say of themselves. Spec: JEDEC JESD68.01; JEP137 for the command sets */
#include <errno.h>
#include <inttypes.h>

#include "drivers/flash/cfi.h"

#define QUERY_ADDRESS 0x55
#define QUERY         0x98
#define READ_ID       0x90

/* Words of the query structure */
#define Q_SIGNATURE 0x10
#define Q_COMMANDS  0x13
#define Q_EXTENDED  0x15
#define Q_TIMES     0x1f /* typical: word, buffer, block; their longest 4 words on */
#define Q_SIZE	    0x27
#define Q_BUFFER    0x2a
#define Q_REGIONS   0x2c
#define Q_REGION    0x2d

#define COMMANDS_INTEL_EXTENDED 1
#define COMMANDS_INTEL          3

/* Of the Intel command set's own table */
#define X_FEATURES	   5
#define FEATURE_LOCK_LATER BIT(3) /* all blocks are locked at once, unlocked at once */
#define FEATURE_LOCK_EACH  BIT(5)

/* Faster chips than these there may be; a host that simulates one may take its time. */
#define WRITE_MS_MIN 100
#define ERASE_MS_MIN 8000
#define MS_MAX       60000

/* The byte that all chips answer; chips that disagree answer as the first does. */
static uint8_t query(const struct flash *flash, unsigned int word)
{
	const uint64_t offset = (uint64_t)word * flash->width;

	return offset < flash->size - flash->width ? (uint8_t)cfi_read(flash, offset) : 0;
}

static uint32_t query16(const struct flash *flash, unsigned int word)
{
	return query(flash, word) | (uint32_t)query(flash, word + 1) << 8;
}

static bool signature_is_there(const struct flash *flash)
{
	static const char qry[] = "QRY";

	for (unsigned int i = 0; i < 3; i++)
		if (cfi_read(flash, (uint64_t)(Q_SIGNATURE + i) * flash->width) !=
		    cfi_each(flash, (uint8_t)qry[i]))
			return false;
	return true;
}

/* The chips of a bank may be as wide as its bus, or several share it. */
static int find_chips(struct flash *flash, struct why *why)
{
	for (flash->chip_width = flash->width; flash->chip_width; flash->chip_width /= 2) {
		cfi_command(flash, 0, CFI_READ_ARRAY);
		cfi_command(flash, QUERY_ADDRESS * flash->width, QUERY);
		if (signature_is_there(flash))
			return 0;
		cfi_command(flash, 0, CFI_READ_ARRAY);
	}
	return refuse(why, -ENODEV, "no CFI flash answers at 0x%" PRIx64, flash->base);
}

/* 2^typical us or ms, at most 2^more times as long. */
static uint32_t longest_ms(uint8_t typical, uint8_t more, uint32_t per_ms, uint32_t at_least)
{
	unsigned int power = typical + more;
	uint64_t ms = power > 40 ? MS_MAX : BIT(power) / per_ms;

	return (uint32_t)MIN(MAX(ms, (uint64_t)at_least), (uint64_t)MS_MAX);
}

static int read_regions(struct flash *flash, struct why *why)
{
	const uint32_t chips = flash->width / flash->chip_width;
	uint64_t total = 0;

	flash->regions = query(flash, Q_REGIONS);
	if (!flash->regions || flash->regions > FLASH_REGIONS_MAX)
		return refuse(why, -EINVAL,
			      "flash at 0x%" PRIx64 ": %u erase regions, 1 to %u taken",
			      flash->base, flash->regions, FLASH_REGIONS_MAX);
	for (unsigned int i = 0; i < flash->regions; i++) {
		uint32_t size = query16(flash, Q_REGION + 4 * i + 2);

		flash->region[i].count = query16(flash, Q_REGION + 4 * i) + 1;
		flash->region[i].size = (size ? size * 256 : 128) * chips;
		total += (uint64_t)flash->region[i].count * flash->region[i].size;
	}
	if (total != flash->chip_size || total > flash->size)
		return refuse(why, -EINVAL,
			      "flash at 0x%" PRIx64 ": 0x%" PRIx64 " bytes in blocks, 0x%" PRIx64
			      " in all, in a window of 0x%" PRIx64,
			      flash->base, total, flash->chip_size, flash->size);
	return 0;
}

/*
 * A buffer of 2^n bytes is one chip's, and chips side by side have as many; QEMU counts it for the
 * bank and loses what goes beyond. No more than that is written at a time.
 */
static uint32_t buffer_bytes(const struct flash *flash)
{
	uint32_t power = query16(flash, Q_BUFFER);

	return query(flash, Q_TIMES + 1) && power >= 3 && power <= 16 ? 1u << power : 0;
}

static void read_locks(struct flash *flash)
{
	unsigned int table = query16(flash, Q_EXTENDED);
	uint8_t features = 0;

	if (table && query(flash, table) == 'P' && query(flash, table + 1) == 'R' &&
	    query(flash, table + 2) == 'I')
		features = query(flash, table + X_FEATURES);
	flash->locks = features & FEATURE_LOCK_EACH;
	flash->unlocks = features & (FEATURE_LOCK_EACH | FEATURE_LOCK_LATER);
}

static int read_query(struct flash *flash, struct why *why)
{
	const uint8_t power = query(flash, Q_SIZE);

	flash->command_set = (uint16_t)query16(flash, Q_COMMANDS);
	if (flash->command_set != COMMANDS_INTEL && flash->command_set != COMMANDS_INTEL_EXTENDED)
		return refuse(why, -ENOTSUP,
			      "flash at 0x%" PRIx64 ": command set 0x%04x, and 1 and 3 are known",
			      flash->base, flash->command_set);
	flash->chip_size = power < 32 ? BIT(power) * (flash->width / flash->chip_width) : 0;
	flash->buffer = buffer_bytes(flash);
	flash->write_ms =
		longest_ms(query(flash, Q_TIMES), query(flash, Q_TIMES + 4), 1000, WRITE_MS_MIN);
	flash->buffer_ms = longest_ms(query(flash, Q_TIMES + 1), query(flash, Q_TIMES + 5), 1000,
				      WRITE_MS_MIN);
	flash->erase_ms =
		longest_ms(query(flash, Q_TIMES + 2), query(flash, Q_TIMES + 6), 1, ERASE_MS_MIN);
	read_locks(flash);
	return read_regions(flash, why);
}

int flash_probe(struct flash *flash, struct why *why)
{
	int err;

	if (flash->width != 1 && flash->width != 2 && flash->width != 4)
		return refuse(why, -ENOTSUP, "flash at 0x%" PRIx64 ": a bus of %u bytes",
			      flash->base, flash->width);
	if (flash->size < 1024)
		return refuse(why, -EINVAL, "flash at 0x%" PRIx64 ": a window of %" PRIu64 " bytes",
			      flash->base, flash->size);
	err = find_chips(flash, why);
	if (err)
		return err;
	err = read_query(flash, why);
	cfi_command(flash, 0, CFI_READ_ARRAY);
	if (err)
		return err;
	cfi_command(flash, 0, READ_ID);
	flash->maker = (uint16_t)cfi_read(flash, 0);
	flash->device = (uint16_t)cfi_read(flash, flash->width);
	cfi_command(flash, 0, CFI_READ_ARRAY);
	return 0;
}

int flash_block(const struct flash *flash, uint64_t offset, uint64_t *start, uint32_t *size)
{
	int number = 0;

	*start = 0;
	for (unsigned int i = 0; i < flash->regions; i++) {
		const struct flash_region *region = &flash->region[i];
		const uint64_t bytes = (uint64_t)region->count * region->size;

		*size = region->size;
		if (offset - *start < bytes) {
			uint32_t index = (uint32_t)((offset - *start) / region->size);

			*start += (uint64_t)index * region->size;
			return number + (int)index;
		}
		*start += bytes;
		number += (int)region->count;
	}
	return -1;
}
