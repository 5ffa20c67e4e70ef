/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cmd/serload.h"
#include "common/shell/cmd.h"
#include "common/env/env.h"

static void start(struct serload_job *job, uint64_t arg)
{
	const char *echo = env_get("loads_echo");

	job->echo = echo && !strcmp(echo, "1");
	srec_start(&job->rx.srec, &job->host, arg);
}

static int step(struct serload_job *job, int c)
{
	return srec_step(&job->rx.srec, c);
}

static int do_loads(int argc, char *const argv[])
{
	static const struct serload_cmd cmd = { "loads", NULL, start, step };

	return serload_command(&cmd, argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_loads) = {
	.name = "loads",
	.max_args = 3,
	.run = do_loads,
	.brief = "load S-Record file over serial line",
	.usage = "[off] [baud]\n"
		 "	- load S-Record file over serial line with offset 'off' and baudrate\n"
		 "	  'baud'; with ${loads_echo} = 1 what comes is sent back",
};
