/* SPDX-License-Identifier: BSD-2-Clause */
#define LOG_NAME "disk"
#include "common/source/disk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/fdt/fdt.h"
#include "common/mem/memmap.h"
#include "lib/base/log.h"

#define CHUNK	  (64 * KIB)
#define KINDS_MAX 32

/* Which kinds have been looked for, by their place in the table. */
static uint32_t scanned;

static unsigned int place_of(const struct disk_type *type)
{
	unsigned int place = 0;

	TABLE_FOREACH(disk_table, struct disk_type, other) {
		if (other == type)
			break;
		place++;
	}
	return place % KINDS_MAX;
}

const struct disk_type *disk_type(const char *name)
{
	TABLE_FOREACH(disk_table, struct disk_type, type)
		if (!strcmp(type->name, name))
			return type;
	return NULL;
}

void disk_scan(const struct disk_type *type)
{
	scanned |= 1u << place_of(type);
	blk_remove_type(type->name);
	type->scan();
}

void disk_scan_once(const struct disk_type *type)
{
	if (!(scanned & 1u << place_of(type)))
		disk_scan(type);
}

int disk_find(const char *name, unsigned int number, struct blk **out, struct why *why)
{
	const struct disk_type *type = disk_type(name);

	if (!type)
		return refuse(why, -ENOENT, "there is no kind of disks named %.20s here", name);
	disk_scan_once(type);
	*out = blk_find(name, number);
	if (!*out)
		return refuse(why, -ENODEV, "there is no disk %s %u", name, number);
	return 0;
}

void *disk_memory(uint64_t size, uint64_t align)
{
	static paddr_t next, left;
	paddr_t start = ALIGN_UP(next, align);
	struct why why;

	if (start - next > left || size > left - (start - next)) {
		const uint64_t chunk = MAX(ALIGN_UP(size, KIB), CHUNK);

		if (memmap_alloc(&machine.mem, chunk, CHUNK, true, UINT64_MAX, 0, "disks' queues",
				 &next, &why)) {
			log_warn("%s", why.text);
			return NULL;
		}
		left = chunk;
		start = next;
	}
	left -= start - next + size;
	next = start + size;
	return memset((void *)start, 0, size);
}

struct disk_kept *disk_room(struct disk_kept *kept, const struct disk_need *need, unsigned int n)
{
	if (n == need->max) {
		printf("%s: more than %" PRIu32 " %s: the rest is left out\n", need->kind,
		       need->max, need->what);
		return NULL;
	}
	if (!kept[n].driver)
		kept[n].driver = disk_memory(need->driver, 64);
	if (kept[n].driver && !kept[n].shared)
		kept[n].shared = disk_memory(need->shared, need->align);
	return kept[n].shared ? &kept[n] : NULL;
}
