/* SPDX-License-Identifier: BSD-2-Clause */
/* A directory of fw_cfg that is any bytes, and a device that refuses now and then (FIELD X10). */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/fwcfg/fwcfg.h"
#include "test/host/include/fake_clock.h"

#define BASE 0x9020000

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;

static const uint8_t *item;
static size_t item_size, at;
static unsigned transfers, refuses;

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	(void)address;
	(void)bytes;
	return __builtin_bswap64(UINT64_C(0x51454d5520434647));
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	struct {
		uint32_t control, length;
		uint64_t address;
	} *access = (void *)(uintptr_t)__builtin_bswap64(value);
	const uint32_t control = __builtin_bswap32(access->control);
	const uint32_t length = __builtin_bswap32(access->length);
	uint8_t *to = (uint8_t *)(uintptr_t)__builtin_bswap64(access->address);

	(void)address;
	(void)bytes;
	if (++transfers == refuses) {
		access->control = __builtin_bswap32(1);
		return;
	}
	if (control & 8)
		at = 0;
	for (uint32_t i = 0; i < length && control & 2; i++)
		to[i] = at + i < item_size ? item[at + i] : 0;
	at += length;
	access->control = 0;
}

static int look(void *ctx, const struct fwcfg_file *file)
{
	unsigned *files = ctx;

	if (++*files > FW_CFG_FILES_MAX ||
	    strnlen(file->name, sizeof(file->name)) == sizeof(file->name))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fwcfg_file found;
	struct fwcfg fw;
	unsigned files = 0;

	if (size < 2 || fwcfg_init(&fw, BASE, data[0] & 1))
		return 0;
	refuses = data[0] >> 4;
	transfers = 0;
	item = data + 1;
	item_size = size - 1;
	if (!fwcfg_each_file(&fw, look, &files) && !fwcfg_find_file(&fw, "opt/kernel", &found) &&
	    strcmp(found.name, "opt/kernel"))
		abort();
	return 0;
}
