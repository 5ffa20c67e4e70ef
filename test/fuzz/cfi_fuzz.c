/* SPDX-License-Identifier: BSD-2-Clause */
/* What a bank of flash says of itself is any bytes (FIELD X10): refused, or it makes sense. */
#include <stdint.h>
#include <stdlib.h>

#include <arch/io.h>

#include "drivers/flash/flash.h"
#include "test/host/include/fake_clock.h"

#define BASE 0x4000000
#define SIZE 0x4000000

static const uint8_t *bytes;
static size_t known;

uint64_t fake_mmio_read(paddr_t address, unsigned width)
{
	uint64_t value = 0, offset = address - BASE;

	if (offset >= SIZE || width > SIZE - offset)
		abort();
	for (unsigned i = 0; i < width; i++)
		value |= (uint64_t)bytes[(offset + i) % known] << (8 * i);
	return value;
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned width)
{
	(void)value;
	if (address - BASE >= SIZE || width > SIZE - (address - BASE))
		abort();
}

static void check(const struct flash *flash)
{
	uint64_t total = 0, start;
	uint32_t size;

	if (flash->regions > FLASH_REGIONS_MAX || flash->chip_size > flash->size ||
	    !flash->chip_width || flash->width % flash->chip_width)
		abort();
	for (unsigned i = 0; i < flash->regions; i++) {
		if (!flash->region[i].size || !flash->region[i].count)
			abort();
		total += (uint64_t)flash->region[i].count * flash->region[i].size;
	}
	if (total > flash->size)
		abort();
	for (uint64_t at = 0; at < flash->chip_size; at += flash->chip_size / 16 + 1)
		if (flash_block(flash, at, &start, &size) >= 0 &&
		    (at < start || at - start >= size))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct flash flash = { .base = BASE, .size = SIZE };
	struct why why;

	if (size < 2)
		return 0;
	flash.width = (uint8_t)(1u << data[0] % 3);
	bytes = data + 1;
	known = size - 1;
	if (!flash_probe(&flash, &why))
		check(&flash);
	return 0;
}
