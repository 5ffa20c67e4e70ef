/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "lib/base/num.h"

#define MS_PER_S  1000
#define NAP_US    200 /* between looks for a Ctrl-C */
#define SLEEP_MAX 1000000000
#define FRACTION  3 /* digits of "n.fff" that count */

/* "n" or "n.fff", decimal, to milliseconds; further digits count for nothing. */
static int parse_seconds(const char *text, uint64_t *ms)
{
	const char *dot = strchr(text, '.');
	const size_t whole_len = dot ? (size_t)(dot - text) : strlen(text);
	char whole[12] = "";
	char part[FRACTION + 1] = "000";
	uint64_t s, fraction;
	size_t digits = dot ? strlen(dot + 1) : 0;

	if (whole_len >= sizeof(whole) || (dot && strspn(dot + 1, "0123456789") != digits))
		return -EINVAL;
	memcpy(whole, text, whole_len);
	memcpy(part, dot ? dot + 1 : part, MIN(digits, (size_t)FRACTION));
	/* num_parse() would take 0x. */
	if (strspn(whole, "0123456789") != whole_len || !(whole_len + digits) ||
	    num_parse(whole_len ? whole : "0", 10, &s) || num_parse(part, 10, &fraction) ||
	    s > SLEEP_MAX)
		return -EINVAL;
	*ms = s * MS_PER_S + fraction;
	return 0;
}

/* Where firmware forgot the timer's frequency udelay() is all there is to go by. */
static int sleep_by_delay(uint64_t ms)
{
	uint64_t naps;

	for (naps = ms * (1000 / NAP_US); naps; naps--) {
		if (console_ctrlc())
			return -EINTR;
		udelay(NAP_US);
	}
	return 0;
}

static int do_sleep(int argc, char *const argv[])
{
	const uint64_t start = cpu_ticks();
	const uint64_t hz = cpu_ticks_hz();
	uint64_t ms;

	if (argc != 2)
		return CMD_USAGE;
	if (parse_seconds(argv[1], &ms)) {
		printf("sleep: '%s' is not a number of seconds up to %d\n", argv[1], SLEEP_MAX);
		return -EINVAL;
	}
	if (!hz)
		return sleep_by_delay(ms);
	while (cpu_ticks() - start < ms / MS_PER_S * hz + ms % MS_PER_S * hz / MS_PER_S) {
		if (console_ctrlc())
			return -EINTR;
	}
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_sleep) = {
	.name = "sleep",
	.max_args = 2,
	.repeat = true,
	.run = do_sleep,
	.brief = "delay execution for some time",
	.usage = "N\n	- delay execution for N seconds, decimal, with up to three digits after\n"
		 "	  a point; Ctrl-C ends it",
};

static void print_time(uint64_t ms)
{
	const uint64_t s = ms / MS_PER_S;

	printf("\ntime:");
	if (s / 3600)
		printf(" %" PRIu64 " hours,", s / 3600);
	if (s / 60)
		printf(" %" PRIu64 " minutes,", s / 60 % 60);
	printf(" %" PRIu64 ".%03" PRIu64 " seconds\n", s % 60, ms % MS_PER_S);
}

static int do_time(int argc, char *const argv[])
{
	const uint64_t hz = cpu_ticks_hz();
	const struct cmd *cmd;
	uint64_t start, ticks;
	int err;

	if (argc < 2)
		return CMD_USAGE;
	cmd = cmd_find(argv[1]);
	if (cmd && cmd->run == do_time) { /* each would take stack, for nothing that is new */
		printf("time: '%s' is this command\n", argv[1]);
		return CMD_FAILED;
	}
	start = cpu_ticks();
	err = cmd_execute(argc - 1, argv + 1, false);
	ticks = cpu_ticks() - start;
	if (hz)
		print_time(ticks / hz * MS_PER_S + ticks % hz * MS_PER_S / hz);
	else
		printf("\ntime: the timer's frequency is not known, %" PRIu64 " ticks\n", ticks);
	return err > 0 ? CMD_FAILED : err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_time) = {
	.name = "time",
	.max_args = CMD_WORDS_MAX,
	.run = do_time,
	.brief = "run commands and summarize execution time",
	.usage = "command [args...]\n	- run a command and print how long it took",
};
