/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/net/sink.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "arch/mem.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/net/net.h"
#include "common/source/claim.h"

/* The first range that is nobody's to load over, of those with a byte of [at, at + size). */
static const struct mem_range *in_the_way(paddr_t at, uint64_t size)
{
	const struct memmap *map = &machine.mem;

	for (unsigned int i = 0; i < map->owned_count; i++) {
		const struct mem_range *r = &map->owned[i];

		if (!(r->flags & MEM_LOADED) && mem_range_last(r) >= at &&
		    (r->start < at || r->start - at < size))
			return r;
	}
	return NULL;
}

static uint64_t room_at(paddr_t at)
{
	const struct memmap *map = &machine.mem;
	const struct mem_range *r;
	uint64_t room = 0;

	for (unsigned int i = 0; i < map->bank_count; i++) {
		if (at - map->bank[i].start < map->bank[i].size)
			room = map->bank[i].size - (at - map->bank[i].start);
	}
	r = room ? in_the_way(at, room) : NULL;
	if (!r)
		return room;
	return r->start > at ? r->start - at : 0;
}

void sink_begin(struct sink *s, paddr_t at, const char *what)
{
	*s = (struct sink){ .at = at, .room = room_at(at), .what = what };
}

static bool is_free(const struct sink *s, uint64_t offset, uint64_t size)
{
	return offset <= s->room && size <= s->room - offset;
}

int sink_check(const struct sink *s, uint64_t offset, uint64_t size, struct why *why)
{
	const struct mem_range *r;

	if (is_free(s, offset, size))
		return 0;
	r = in_the_way(s->at, UINT64_MAX - s->at);
	if (r && r->start - s->at == s->room)
		return refuse(why, -EPERM,
			      "%s: 0x%" PRIx64 " bytes at 0x%" PRIx64 ": from 0x%" PRIx64
			      " on it belongs to %s",
			      s->what, offset + size, s->at, r->start, r->owner);
	r = in_the_way(s->at, 1);
	if (r)
		return refuse(why, -EPERM, "%s: 0x%" PRIx64 " belongs to %s", s->what, s->at,
			      r->owner);
	return refuse(why, -ENXIO,
		      "%s: 0x%" PRIx64 " bytes at 0x%" PRIx64 ": DRAM has 0x%" PRIx64 " there",
		      s->what, offset + size, s->at, s->room);
}

int sink_write(struct sink *s, uint64_t offset, const void *bytes, size_t size, struct why *why)
{
	if (!is_free(s, offset, size))
		return sink_check(s, offset, size, why);
	s->top = MAX(s->top, offset + size);
	mem_copy((void *)(s->at + offset), bytes, size);
	return 0;
}

int sink_end(struct sink *s, uint64_t size, const char *name, struct why *why)
{
	int err = load_claim(s->at, size, name, why);

	if (err)
		return err;
	(void)!env_set_hex("fileaddr", s->at);
	(void)!env_set_hex("filesize", size);
	return 0;
}

void sink_drop(struct sink *s)
{
	if (s->top && !memmap_claim(&machine.mem, s->at, s->top, MEM_LOADED, "", NULL))
		(void)memmap_release(&machine.mem, s->at);
}

int sink_finish(struct sink *s, int err, uint64_t size, const char *name,
		const struct netif_digest *wanted, struct why *why)
{
	if (!err)
		err = netif_digest_check(wanted, s->at, size, why);
	if (!err)
		err = sink_end(s, size, name, why);
	if (err) {
		sink_drop(s);
		return err;
	}
	printf("Bytes transferred = %" PRIu64 " (%" PRIx64 " hex)\n", size, size);
	return 0;
}
