/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/boot/view.h"

static int do_mmu(int argc, char *const argv[])
{
	bool planned = argc > 1 && !strcmp(argv[1], "-k");
	int words = argc - 1 - planned;
	const char *what = words ? argv[1 + planned] : "list";
	bool walk = !strcmp(what, "walk");
	struct why why = { "" };
	vaddr_t va;
	int err;

	if (words > 1 + walk || (walk && words < 2))
		return CMD_USAGE;
	if (walk) {
		err = cmd_number(argv[2 + planned], "mmu: VA", &va);
		if (!err)
			err = map_view_walk(planned, va, &why);
	} else if (!strcmp(what, "audit")) {
		err = map_view_audit(planned, &why);
	} else if (!strcmp(what, "list")) {
		err = map_view_list(planned, &why);
	} else {
		return CMD_USAGE;
	}
	if (why.text[0])
		printf("mmu: %s\n", why.text);
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_mmu) = {
	.name = "mmu",
	.max_args = 4,
	.repeat = true,
	.run = do_mmu,
	.brief = "show translation tables, and check them",
	.usage = "[-k] [list]  - translation registers, everything mapped and its rights\n"
		 "mmu [-k] walk VA - step by step, beside the hardware's answer\n"
		 "mmu [-k] audit   - W^X, guard pages, text, devices: ok or FAIL\n"
		 "    -k: the kernel's tables that bootelf -n has planned",
};
