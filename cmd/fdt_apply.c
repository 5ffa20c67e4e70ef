// SPDX-License-Identifier: BSD-2-Clause
/* fdt apply: the working tree, changed by an overlay, or as it was. */
#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "cmd/fdt_more.h"
#include "cmd/fdt_work.h"
#include "common/fdt/fdt.h"
#include "common/fdt/overlay.h"
#include "common/shell/cmd.h"

#define PAGE      (4 * KIB)
#define ANYWHERE  (~(paddr_t)0)
#define MORE_ROOM 1024 /* what it adds beside its own bytes: symbols, phandles */

/* On copies of both, since libfdt spoils what it cannot finish. */
static int apply(void *fdt, const void *overlay, uint32_t size, struct why *why)
{
	const uint32_t room = fdt_totalsize(fdt);
	const uint64_t behind = ALIGN_UP((uint64_t)room, 8);
	paddr_t at;
	int err = memmap_alloc(&machine.mem, behind + size, PAGE, true, ANYWHERE, 0, "overlay", &at,
			       why);

	if (err)
		return err;
	memcpy((void *)at, fdt, room);
	memcpy((void *)(at + behind), overlay, size);
	err = fdt_overlay((void *)at, (void *)(at + behind), "the overlay", why);
	if (!err)
		memcpy(fdt, (void *)at, room);
	memmap_release(&machine.mem, at);
	return err;
}

int do_fdt_apply(int argc, char *const argv[])
{
	uint64_t addr, room;
	const void *overlay;
	struct why why;
	uint32_t size;
	void *fdt;
	int err;

	if (argc != 2)
		return CMD_USAGE;
	err = cmd_number(argv[1], "addr", &addr);
	if (err)
		return err;
	overlay = (const void *)(uintptr_t)addr;
	err = addr % 8 ? refuse(&why, -EINVAL, "0x%llx is on no boundary of 8 bytes",
				(unsigned long long)addr)
		       : machine_readable(&machine, addr, &room, &why);
	if (!err)
		err = fdt_check_whole(overlay, room, false, &why);
	if (!err) {
		size = fdt_totalsize(overlay);
		fdt = fdt_work_edit(2 * size + MORE_ROOM);
		if (!fdt)
			return -ENOSPC;
		err = apply(fdt, overlay, size, &why);
		fdt_work_done();
	}
	if (err)
		printf("failed on fdt_overlay_apply(): %s\n", why.text);
	return err;
}
