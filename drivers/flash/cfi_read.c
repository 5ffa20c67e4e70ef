// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reading, apart from the commands: what a boot needs of a bank. The commands make a bank
 * unreadable for a while, and are in no part of the image that is fetched from it at that time
 * (common/start/cold.c).
 */
#include <string.h>

#include "drivers/flash/cfi.h"
#include "drivers/flash/flash.h"

void flash_read(const struct flash *flash, uint64_t offset, void *out, uint32_t count)
{
	uint32_t *word = out;
	uint8_t *byte = out;

	if (flash->width == 4) {
		for (uint32_t at = 0; at < count; at += 4)
			*word++ = mmio_read32(flash->base + offset + at);
		return;
	}
	for (uint32_t at = 0; at < count; at += flash->width) {
		uint32_t value = cfi_read(flash, offset + at);

		memcpy(byte + at, &value, flash->width);
	}
}
