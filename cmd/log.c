/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/console/log.h"

static int do_level(int argc, char *const argv[])
{
	struct why why;

	if (argc == 1)
		log_print_levels();
	for (int i = 1; i < argc; i++) {
		int err = log_set_levels(argv[i], &why);

		if (err) {
			printf("log: %s\n", why.text);
			return err;
		}
	}
	return 0;
}

static const struct cmd subs[] = {
	{ .name = "level", .max_args = 10, .run = do_level },
};

static int do_log(int argc, char *const argv[])
{
	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

static int print_all(const struct logring *ring)
{
	const char *text;
	uint64_t at = 0;
	size_t count;

	while ((count = logring_read(ring, &at, &text))) {
		if (console_ctrlc())
			return -EINTR;
		console_write(text, count);
	}
	console_fresh_line();
	return 0;
}

static int do_dmesg(int argc, char *const argv[])
{
	const struct logring *ring = log_text();
	int err;

	if (argc > 1 && strcmp(argv[1], "-c"))
		return CMD_USAGE;
	if (!ring) {
		printf("dmesg: there was no memory for the log\n");
		return CMD_FAILED;
	}
	err = print_all(ring);
	if (argc > 1)
		log_clear();
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_log) = {
	.name = "log",
	.max_args = 12,
	.run = do_log,
	.brief = "log system",
	.usage = "level [<level> | <module>=<level> ...]\n"
		 "    - show or set which messages are printed: err, warn, info or debug,\n"
		 "      or U-Boot's 0 to 9; the variable loglevel does the same",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_dmesg) = {
	.name = "dmesg",
	.max_args = 2,
	.run = do_dmesg,
	.brief = "print the messages of the boot, and what was logged since",
	.usage = "[-c]\n"
		 "    - -c: forget it then; a kernel finds it in /reserved-memory/loft-log@...",
};
