/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/source/claim.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/console/console.h"
#include "common/fdt/fdt.h"
#include "lib/base/printable.h"

#define TORN_MAX 8
#define HITS_MAX 4 /* that one load is said to lie over */

/** struct torn - a load whose beginning is there, and its end is not; size 0: none */
struct torn {
	paddr_t start;
	uint64_t size;
	char name[MEM_OWNER_SIZE], by[MEM_OWNER_SIZE];
};

static struct torn torn[TORN_MAX];
static unsigned int oldest;

void load_written(paddr_t at, uint64_t size)
{
	for (unsigned int i = 0; i < TORN_MAX; i++)
		if (torn[i].start - at < size)
			torn[i].size = 0;
}

int load_check_whole(paddr_t at, struct why *why)
{
	struct printable name, by;

	for (unsigned int i = 0; i < TORN_MAX; i++)
		if (torn[i].size && torn[i].start == at)
			return refuse(why, -EBUSY,
				      "0x%" PRIx64
				      ": the end of %s was written over by %s; load it again",
				      at, printable(&name, torn[i].name),
				      printable(&by, torn[i].by));
	return 0;
}

static void tear(const struct mem_range *old, paddr_t at, const char *name)
{
	bool head = old->start < at;
	struct printable was, is;

	console_fresh_line();
	printf("%s at 0x%" PRIx64 " lies over %s, 0x%" PRIx64 "..0x%" PRIx64 "%s\n",
	       printable(&is, name), at, printable(&was, old->owner), old->start,
	       mem_range_last(old), head ? ", which is not booted now" : "");
	if (!head)
		return;
	torn[oldest] = (struct torn){ .start = old->start, .size = old->size };
	memcpy(torn[oldest].name, old->owner, MEM_OWNER_SIZE);
	snprintf(torn[oldest].by, MEM_OWNER_SIZE, "%s", name);
	oldest = (oldest + 1) % TORN_MAX;
}

int load_claim(paddr_t at, uint64_t size, const char *name, struct why *why)
{
	const struct memmap *map = &machine.mem;
	struct mem_range hit[HITS_MAX];
	unsigned int hits = 0;
	const char *slash = strrchr(name, '/');
	int err;

	if (!size)
		return 0;
	if (slash && slash[1])
		name = slash + 1;
	for (unsigned int i = 0; i < map->owned_count && hits < HITS_MAX; i++) {
		const struct mem_range *r = &map->owned[i];

		if (r->start != at && mem_range_last(r) >= at &&
		    (r->start < at || r->start - at < size))
			hit[hits++] = *r;
	}
	err = memmap_claim(&machine.mem, at, size, MEM_LOADED, name, why);
	if (err)
		return err;
	load_written(at, size);
	for (unsigned int i = 0; i < hits; i++)
		tear(&hit[i], at, name);
	return 0;
}
