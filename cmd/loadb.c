/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/serload.h"
#include "common/shell/cmd.h"

static void start(struct serload_job *job, uint64_t arg)
{
	(void)arg;
	kermit_start(&job->rx.kermit, &job->host);
}

static int step(struct serload_job *job, int c)
{
	return kermit_step(&job->rx.kermit, c);
}

static int do_loadb(int argc, char *const argv[])
{
	static const struct serload_cmd cmd = { "loadb", "kermit", start, step };

	return serload_command(&cmd, argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_loadb) = {
	.name = "loadb",
	.max_args = 3,
	.run = do_loadb,
	.brief = "load binary file over serial line (kermit mode)",
	.usage = SERLOAD_USAGE,
};
