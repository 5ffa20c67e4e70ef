/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "cmd/mem.h"
#include "common/shell/cmd.h"

static int do_base(int argc, char *const argv[])
{
	if (argc > 1 && cmd_number(argv[1], "base: offset", &mem_base))
		return -EINVAL;
	printf("Base Address: 0x%08" PRIx64 "\n", mem_base);
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_base) = {
	.name = "base",
	.max_args = 2,
	.repeat = true,
	.run = do_base,
	.brief = "print or set address offset",
	.usage = "\n	- print address offset for memory commands\n"
		 "base off\n	- set address offset for memory commands to 'off'",
};
