/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/serload.h"
#include "common/shell/cmd.h"

static void start_x(struct serload_job *job, uint64_t arg)
{
	(void)arg;
	xymodem_start(&job->rx.xymodem, &job->host, false);
}

static void start_y(struct serload_job *job, uint64_t arg)
{
	(void)arg;
	xymodem_start(&job->rx.xymodem, &job->host, true);
}

static int step(struct serload_job *job, int c)
{
	return xymodem_step(&job->rx.xymodem, c);
}

static int do_loadx(int argc, char *const argv[])
{
	static const struct serload_cmd cmd = { "loadx", "xmodem", start_x, step };

	return serload_command(&cmd, argc, argv);
}

static int do_loady(int argc, char *const argv[])
{
	static const struct serload_cmd cmd = { "loady", "ymodem", start_y, step };

	return serload_command(&cmd, argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_loadx) = {
	.name = "loadx",
	.max_args = 3,
	.run = do_loadx,
	.brief = "load binary file over serial line (xmodem mode)",
	.usage = SERLOAD_USAGE,
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_loady) = {
	.name = "loady",
	.max_args = 3,
	.run = do_loady,
	.brief = "load binary file over serial line (ymodem mode)",
	.usage = SERLOAD_USAGE,
};
