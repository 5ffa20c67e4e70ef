// SPDX-License-Identifier: BSD-2-Clause
/* The one machine. */
#include "common/fdt/fdt.h"

struct machine machine;

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
