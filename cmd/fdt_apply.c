// SPDX-License-Identifier: BSD-2-Clause
/* fdt apply: the working tree, changed by an overlay, or as it was. */
#include <errno.h>
#include <libfdt.h>
#include <stdio.h>

#include "cmd/fdt_more.h"
#include "cmd/fdt_work.h"
#include "common/fdt/fdt.h"
#include "common/fdt/overlay.h"
#include "common/shell/cmd.h"

/* The tree changes in a copy, so that it is as it was where something is wrong. */
static int apply(const void *overlay, uint32_t size, struct why *why)
{
	void *copy, *fdt;
	uint32_t was;
	int err = fdt_take(fdt_work(), fdt_totalsize(fdt_work()), &copy, why);

	if (err)
		return err;
	(void)!fdt_pack(copy);
	was = fdt_totalsize(copy);
	err = fdt_overlay(&copy, overlay, size, "the overlay", why);
	if (!err) {
		fdt = fdt_work_edit(fdt_totalsize(copy) - was);
		err = fdt ? 0 : refuse(why, -ENOSPC, "%s", ""); /* it has said why */
	}
	if (!err) {
		err = fdt_open_into(copy, fdt, (int)fdt_totalsize(fdt));
		if (err)
			err = refuse(why, -ENOSPC, "libfdt says %s", fdt_strerror(err));
		fdt_work_done();
	}
	memmap_release(&machine.mem, (paddr_t)copy);
	return err;
}

int do_fdt_apply(int argc, char *const argv[])
{
	uint64_t addr, room;
	const void *overlay, *tree = fdt_work();
	bool held[2];
	struct why why;
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
		held[0] = fdt_work_hold(tree);
		held[1] = fdt_work_hold(overlay);
		err = apply(overlay, fdt_totalsize(overlay), &why);
		if (held[0])
			memmap_release(&machine.mem, (paddr_t)tree);
		if (held[1])
			memmap_release(&machine.mem, (paddr_t)overlay);
	}
	if (err && why.text[0])
		printf("failed on fdt_overlay_apply(): %s\n", why.text);
	return err;
}
