/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/hash.h"
#include "common/shell/cmd.h"

TABLE_ENTRY(cmd_table, struct cmd, cmd_md5sum) = {
	.name = "md5sum",
	.max_args = 5,
	.repeat = true,
	.run = hash_run_sum,
	.brief = "compute MD5 message digest",
	.usage = HASH_SUM_USAGE("md5sum"),
};
