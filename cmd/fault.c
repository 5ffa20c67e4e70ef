/* SPDX-License-Identifier: BSD-2-Clause */
/* fault: how the last kernel ended. */
#include <stdio.h>

#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/handoff/return.h"

static int do_fault(int argc, char *const argv[])
{
	const char *text = return_report();

	(void)argc;
	(void)argv;
	if (!text) {
		printf("no kernel has come back\n");
		return CMD_FAILED;
	}
	console_puts(text);
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_fault) = {
	.name = "fault",
	.max_args = 1,
	.run = do_fault,
	.brief = "how the last kernel ended",
	.usage =
		"\n	- show once more what was printed when the last kernel faulted or powered off",
};
