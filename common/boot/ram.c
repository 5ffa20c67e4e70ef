/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/boot/ram.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/source/claim.h"

static const struct mem_range *bank_of(paddr_t addr)
{
	unsigned int i;

	for (i = 0; i < machine.mem.bank_count; i++) {
		if (addr - machine.mem.bank[i].start < machine.mem.bank[i].size)
			return &machine.mem.bank[i];
	}
	return NULL;
}

/* Bytes from @addr that may be a file: to the bank's end or to what somebody owns. */
static uint64_t room_at(const struct mem_range *bank, paddr_t addr)
{
	paddr_t last = mem_range_last(bank);
	unsigned int i;

	for (i = 0; i < machine.mem.owned_count; i++) {
		const struct mem_range *owned = &machine.mem.owned[i];

		if (!(owned->flags & MEM_LOADED) && owned->start > addr && owned->start <= last)
			last = owned->start - 1;
	}
	return last - addr + 1;
}

int bootsrc_ram(struct source *source, paddr_t addr, struct why *why)
{
	static char name[40];
	const struct mem_range *bank = bank_of(addr);
	const struct mem_range *owner = memmap_owner(&machine.mem, addr, 1);
	uint64_t size;
	int err;

	if (!bank)
		return refuse(why, -ENXIO, "0x%" PRIx64 " is not in DRAM", addr);
	if (owner && !(owner->flags & MEM_LOADED))
		return refuse(why, -EEXIST, "0x%" PRIx64 " belongs to %s", addr, owner->owner);
	err = IS_ENABLED(CONFIG_CONSOLE) ? load_check_whole(addr, why) : 0;
	if (err)
		return err;
	size = room_at(bank, addr);
	if (env_get("fileaddr") && env_get_hex("fileaddr", 0) == addr)
		size = MIN(size, env_get_hex("filesize", size));
	snprintf(name, sizeof(name), "image at 0x%" PRIx64, addr);
	source_mem(source, name, (const void *)(uintptr_t)addr, size);
	return 0;
}
