/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/mem/memguard.h"

#include <errno.h>
#include <inttypes.h>

int memguard_check(const struct memmap *map, paddr_t start, uint64_t size, uint32_t allowed,
		   struct why *why)
{
	unsigned int i;
	paddr_t last = start + (size - 1);

	if (!size)
		return 0;
	if (last < start)
		return refuse(why, -ERANGE,
			      "0x%" PRIx64 " bytes at 0x%" PRIx64 " pass the end of the addresses",
			      size, start);
	for (i = 0; i < map->owned_count; i++) {
		const struct mem_range *r = &map->owned[i];

		if (r->flags & allowed)
			continue;
		if (last < r->start || start > mem_range_last(r))
			continue;
		return refuse(why, -EPERM,
			      "writing [0x%" PRIx64 ", 0x%" PRIx64 "] refused: [0x%" PRIx64
			      ", 0x%" PRIx64 "] belongs to %s",
			      start, last, r->start, mem_range_last(r), r->owner);
	}
	return 0;
}

uint64_t memguard_room(const struct memmap *map, paddr_t start)
{
	uint64_t room = UINT64_MAX;

	for (unsigned int i = 0; i < map->owned_count; i++) {
		const struct mem_range *r = &map->owned[i];

		if (r->flags & (MEM_FOREIGN | MEM_LOADED) || mem_range_last(r) < start)
			continue;
		room = MIN(room, r->start > start ? r->start - start : 0);
	}
	return room;
}
