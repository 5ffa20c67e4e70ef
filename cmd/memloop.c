/* SPDX-License-Identifier: BSD-2-Clause */
/* Accesses that go on until Ctrl-C: for a logic analyser, or to watch memory change. */
#include <errno.h>
#include <stdio.h>

#include "arch/cpu.h"
#include "cmd/mem.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "lib/base/num.h"

#define POLL_US 1000
#define MS      UINT64_C(1000) /* in microseconds */

static int parse(int argc, char *const argv[], struct mem_span *span)
{
	span->width = cmd_width(argv[0], 4);
	if (argc < 3)
		return CMD_USAGE;
	if (mem_address(argv[1], "address", &span->start) ||
	    cmd_number(argv[2], "count", &span->count) || mem_span_check(argv[0], span))
		return -EINVAL;
	if (!span->count) {
		printf("%s: a count of 0 leaves nothing to access\n", argv[0]);
		return -EINVAL;
	}
	return 0;
}

static int do_loop(int argc, char *const argv[])
{
	struct mem_span span;
	int err = parse(argc, argv, &span);

	if (err)
		return err;
	for (uint64_t i = 0, all = 0;; all++) {
		if (all % MEM_POLL_BYTES == 0 && console_ctrlc())
			return -EINTR;
		mem_load(span.start + i * span.width, span.width);
		if (++i == span.count)
			i = 0;
	}
}

static int do_loopw(int argc, char *const argv[])
{
	struct mem_span span;
	uint64_t value;
	int err = parse(argc, argv, &span);

	if (err)
		return err;
	if (argc < 4)
		return CMD_USAGE;
	if (cmd_number(argv[3], "value", &value) ||
	    mem_may_write(argv[0], span.start, mem_span_bytes(&span)))
		return -EPERM;
	for (uint64_t i = 0, all = 0;; all++) {
		if (all % MEM_POLL_BYTES == 0 && console_ctrlc())
			return -EINTR;
		mem_store(span.start + i * span.width, span.width, value);
		if (++i == span.count)
			i = 0;
	}
}

static bool wait_ctrlc(uint64_t ms)
{
	for (uint64_t us = ms * MS; us; us -= POLL_US) {
		if (console_ctrlc())
			return true;
		udelay(POLL_US);
	}
	return console_ctrlc();
}

/* Run "md" or "mw" with the words up to the delay, every so many milliseconds. */
static int cycle(const char *name, int argc, char *const argv[])
{
	char word[5] = { name[0], name[1], argv[0][3], argv[0][3] ? argv[0][4] : '\0', '\0' };
	char *words[] = { word, argc > 3 ? argv[1] : NULL, argc > 3 ? argv[2] : NULL, NULL };
	uint64_t ms;

	if (argc != 4)
		return CMD_USAGE;
	if (num_parse(argv[3], 10, &ms) || ms > UINT32_MAX) {
		printf("%s: '%s' is no number of milliseconds\n", argv[0], argv[3]);
		return -EINVAL;
	}
	for (;;) {
		int err = cmd_execute(3, words, false);

		if (err)
			return err == -EINTR ? err : CMD_FAILED;
		if (wait_ctrlc(ms))
			return -EINTR;
	}
}

static int do_mdc(int argc, char *const argv[])
{
	return cycle("md", argc, argv);
}

static int do_mwc(int argc, char *const argv[])
{
	return cycle("mw", argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_loop) = {
	.name = "loop",
	.max_args = 3,
	.sized = true,
	.run = do_loop,
	.brief = "infinite loop on address range",
	.usage = "[.b, .w, .l, .q] address number_of_objects\n	- reads; Ctrl-C ends it",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_loopw) = {
	.name = "loopw",
	.yields = true,
	.max_args = 4,
	.sized = true,
	.run = do_loopw,
	.brief = "infinite write loop on address range",
	.usage = "[.b, .w, .l, .q] address number_of_objects data_to_write",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_mdc) = {
	.name = "mdc",
	.max_args = 4,
	.sized = true,
	.run = do_mdc,
	.brief = "memory display cyclic",
	.usage = "[.b, .w, .l, .q] address count delay(ms)",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_mwc) = {
	.name = "mwc",
	.max_args = 4,
	.sized = true,
	.run = do_mwc,
	.brief = "memory write cyclic",
	.usage = "[.b, .w, .l, .q] address value delay(ms)",
};
