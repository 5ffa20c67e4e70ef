/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/unzip.h"
#include "common/image/packed.h"
#include "common/shell/cmd.h"

static int do_unxz(int argc, char *const argv[])
{
	return unpack_run(argc, argv, packing_find("xz")->unpack);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_unxz) = {
	.name = "unxz",
	.max_args = 4,
	.run = do_unxz,
	.brief = "xz uncompress a memory region",
	.usage = UNPACK_USAGE,
};
