/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "common/cmd.h"
#include "common/map_view.h"

static int do_mmu(int argc, char *const argv[])
{
	bool planned = argc > 1 && !strcmp(argv[1], "-k");
	char *const *word = argv + 1 + planned;
	int words = argc - 1 - planned;
	struct why why = { "" };
	vaddr_t va;
	int err;

	if (!words || (words == 1 && !strcmp(word[0], "list"))) {
		err = map_view_list(planned, &why);
	} else if (words == 1 && !strcmp(word[0], "audit")) {
		err = map_view_audit(planned, &why);
	} else if (words == 2 && !strcmp(word[0], "walk")) {
		err = cmd_number(word[1], "mmu: VA", &va);
		if (!err)
			err = map_view_walk(planned, va, &why);
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
