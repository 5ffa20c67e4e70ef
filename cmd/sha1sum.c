/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/hash.h"
#include "common/shell/cmd.h"

TABLE_ENTRY(cmd_table, struct cmd, cmd_sha1sum) = {
	.name = "sha1sum",
	.yields = true,
	.max_args = 5,
	.repeat = true,
	.run = hash_run_sum,
	.brief = "compute SHA-1 message digest",
	.usage = HASH_SUM_USAGE("sha1sum"),
};
