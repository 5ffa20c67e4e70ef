// SPDX-License-Identifier: BSD-2-Clause
/* The one machine. */
#include <errno.h>
#include <inttypes.h>

#include "common/fdt/fdt.h"
#include "common/mem/memguard.h"

struct machine machine;

static bool holds(paddr_t start, uint64_t size, paddr_t at)
{
	return at >= start && at - start < size;
}

uint64_t machine_window_left(const struct machine *m, paddr_t at)
{
	uint64_t left = 0;

	for (unsigned int i = 0; i < m->win_count; i++)
		if (holds(m->win[i].start, m->win[i].size, at))
			left = MAX(left, m->win[i].size - (at - m->win[i].start));
	return left;
}

int machine_readable(const struct machine *m, paddr_t at, uint64_t *size, struct why *why)
{
	const struct mem_range *owner = memmap_owner(&m->mem, at, 1);
	uint64_t left = 0;

	if (owner && (!(owner->flags & (MEM_FOREIGN | MEM_LOADED)) || owner->flags & MEM_NOMAP))
		return refuse(why, -EEXIST, "0x%" PRIx64 " belongs to %s", at, owner->owner);
	for (unsigned int i = 0; i < m->mem.bank_count; i++) {
		const struct mem_range *b = &m->mem.bank[i];

		if (holds(b->start, b->size, at))
			left = b->size - (at - b->start);
	}
	left = MAX(left, machine_window_left(m, at));
	if (!left)
		return refuse(why, -ENXIO, "0x%" PRIx64 " is neither DRAM nor a device's", at);
	*size = MIN(left, memguard_room(&m->mem, at));
	return 0;
}

/* Twice where the tree has more than there was room for: the first time counts. */
int machine_refresh(const void *fdt, struct why *why)
{
	static struct machine_room room; /* what a larger tree has been given */
	static paddr_t given;
	struct arena arena = { 0 };
	paddr_t at;
	int err;

	if (!room.dev)
		room = (struct machine_room){ machine.dev, machine.win, machine.dev_seen,
					      machine.win_seen };
	err = machine_rescan(&machine, fdt, &room, why);
	if (err || (machine.dev_seen <= room.dev_room && machine.win_seen <= room.win_room))
		return err;
	arena.size = machine_need(machine.dev_seen, machine.win_seen);
	err = memmap_alloc(&machine.mem, arena.size, 4 * KIB, true, ~UINT64_C(0), 0,
			   "Loft's devices", &at, why);
	if (err)
		return err;
	arena.mem = (char *)at;
	err = machine_take(&room, &arena, machine.dev_seen, machine.win_seen);
	if (!err)
		err = machine_rescan(&machine, fdt, &room, why);
	if (given)
		memmap_release(&machine.mem, given);
	given = at;
	return err;
}
