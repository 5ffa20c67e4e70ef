/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "common/handoff/handoff.h"
#include "common/image/trust.h"
#include "common/shell/cmd.h"

static int do_go(int argc, char *const argv[])
{
	struct why why;
	paddr_t entry;
	uint64_t rc;
	int err;

	if (argc < 2)
		return CMD_USAGE;
	if (cmd_number(argv[1], "go: address", &entry))
		return -EINVAL;
	if (!trust_required()) /* else it is refused */
		printf("## Starting application at 0x%08" PRIx64 " ...\n", entry);
	err = handoff_go(entry, argc - 1, argv + 1, &rc, &why);
	if (err) {
		printf("go: %s\n", why.text);
		return err;
	}
	printf("## Application terminated, rc = 0x%" PRIx64 "\n", rc);
	return rc ? CMD_FAILED : 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_go) = {
	.name = "go",
	.max_args = CMD_WORDS_MAX,
	.run = do_go,
	.brief = "start application at address 'addr'",
	.usage = "addr [arg ...]\n"
		 "	- start application at address 'addr'\n"
		 "	  passing the words from 'addr' on: their number in x0, argv in x1",
};
