/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/unzip.h"
#include "common/shell/cmd.h"
#include "lib/pack/zstd.h"

static struct zstd_work work __noinit;

static int unpack(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out,
		  struct why *why)
{
	return unzstd(&work, dst, limit, src, size, out, why);
}

static int do_unzstd(int argc, char *const argv[])
{
	return unpack_run(argc, argv, unpack);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_unzstd) = {
	.name = "unzstd",
	.max_args = 4,
	.run = do_unzstd,
	.brief = "zstd uncompress a memory region",
	.usage = UNPACK_USAGE,
};
