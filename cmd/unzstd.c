/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/unzip.h"
#include "common/image/packed.h"
#include "common/shell/cmd.h"

static int do_unzstd(int argc, char *const argv[])
{
	return unpack_run(argc, argv, packing_find("zstd")->unpack);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_unzstd) = {
	.name = "unzstd",
	.max_args = 4,
	.run = do_unzstd,
	.brief = "zstd uncompress a memory region",
	.usage = UNPACK_USAGE,
};
