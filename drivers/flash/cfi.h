/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* What cfi.c and cfi_query.c share; others use flash.h. */

#include <arch/io.h>

#include "drivers/flash/flash.h"

#define CFI_READ_ARRAY 0xff

/** cfi_read() - one access of the bank's width */
static inline uint32_t cfi_read(const struct flash *flash, uint64_t offset)
{
	if (flash->width == 4)
		return mmio_read32(flash->base + offset);
	if (flash->width == 2)
		return mmio_read16(flash->base + offset);
	return mmio_read8(flash->base + offset);
}

static inline void cfi_write(const struct flash *flash, uint64_t offset, uint32_t value)
{
	if (flash->width == 4)
		mmio_write32(flash->base + offset, value);
	else if (flash->width == 2)
		mmio_write16(flash->base + offset, (uint16_t)value);
	else
		mmio_write8(flash->base + offset, (uint8_t)value);
}

/** cfi_each() - a value as all chips of the bank side by side see or say it */
static inline uint32_t cfi_each(const struct flash *flash, uint32_t value)
{
	uint32_t all = value;

	for (unsigned int at = flash->chip_width; at < flash->width; at += flash->chip_width)
		all |= value << (8 * at);
	return all;
}

/** cfi_command() - one command to all chips; some look at the address */
static inline void cfi_command(const struct flash *flash, uint64_t offset, uint8_t command)
{
	cfi_write(flash, offset, cfi_each(flash, command));
}
