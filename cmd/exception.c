/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "arch/provoke.h"
#include "common/shell/cmd.h"

static int do_exception(int argc, char *const argv[])
{
	for (unsigned int i = 0; i < provocation_count; i++) {
		const struct provocation *p = &provocations[i];

		if (argc == 1) {
			printf("%-11s %s\n", p->name, p->what);
		} else if (!strcmp(argv[1], p->name)) {
			p->run();
			printf("exception: this CPU lets %s pass\n", p->what);
			return CMD_FAILED;
		}
	}
	return argc == 1 ? 0 : CMD_USAGE;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_exception) = {
	.name = "exception",
	.max_args = 2,
	.run = do_exception,
	.brief = "Forced exception",
	.usage = "[<kind>]\n"
		 "    - cause one, to see its report; without a kind: list the kinds",
};
