/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/unzip.h"
#include "common/shell/cmd.h"
#include "lib/pack/lz4.h"

static int do_unlz4(int argc, char *const argv[])
{
	return unpack_run(argc, argv, unlz4);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_unlz4) = {
	.name = "unlz4",
	.max_args = 4,
	.run = do_unlz4,
	.brief = "lz4 uncompress a memory region",
	.usage = UNPACK_USAGE,
};
