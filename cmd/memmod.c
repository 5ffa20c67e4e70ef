/* SPDX-License-Identifier: BSD-2-Clause */
/* mm, nm: one object after the other, or one again and again, shown and asked for. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/mem.h"
#include "common/shell/cmd.h"
#include "common/shell/readline.h"
#include "lib/base/num.h"

/* The line that the user is asked with: address, what is there, a question mark. */
static int ask(const struct mem_span *at, const char **answer)
{
	char prompt[48];
	struct readline how = { .prompt = prompt };

	snprintf(prompt, sizeof(prompt),
		 at->start >> 32 ? "%016" PRIx64 ": %0*" PRIx64 " ? "
				 : "%08" PRIx64 ": %0*" PRIx64 " ? ",
		 at->start, (int)at->width * 2, mem_load(at->start, at->width));
	return console_readline(&how, answer) == LINEEDIT_LINE ? 0 : -EINTR;
}

static int store(const char *cmd, const struct mem_span *at, uint64_t value)
{
	if (at->width < 8 && value >> at->width * 8) {
		printf("%s: 0x%" PRIx64 " does not fit in %u bits\n", cmd, value, at->width * 8);
		return -ERANGE;
	}
	if (mem_may_write(cmd, at->start, at->width))
		return -EPERM;
	mem_store(at->start, at->width, value);
	return 0;
}

/* Until "q" or a Ctrl-C: after a typo, leaving would make the next number a command. */
static int modify(const char *cmd, struct mem_span *at, bool step)
{
	const char *answer;
	uint64_t value;
	int err;

	for (;;) {
		if (mem_span_check(cmd, at))
			return -EINVAL;
		err = ask(at, &answer);
		if (err)
			return err;
		answer += strspn(answer, " ");
		if (!strcmp(answer, "-")) {
			at->start -= step ? at->width : 0;
			continue;
		}
		if (*answer) {
			if (!strcmp(answer, "q") || !strcmp(answer, "."))
				return 0;
			if (num_parse(answer, 16, &value)) {
				printf("%s: '%s' is no number: nothing written; q ends\n", cmd,
				       answer);
				continue;
			}
			err = store(cmd, at, value);
			if (err == -ERANGE)
				continue; /* asked again */
			if (err)
				return err;
		}
		at->start += step ? at->width : 0;
	}
}

static int run(int argc, char *const argv[], bool step)
{
	static struct mem_span at; /* an empty line goes on there */

	if (!cmd_is_repeat()) {
		if (argc < 2)
			return CMD_USAGE;
		at = (struct mem_span){ .count = 1, .width = cmd_width(argv[0], 4) };
		if (mem_address(argv[1], "address", &at.start))
			return -EINVAL;
	}
	return modify(argv[0], &at, step);
}

static int do_mm(int argc, char *const argv[])
{
	return run(argc, argv, true);
}

static int do_nm(int argc, char *const argv[])
{
	return run(argc, argv, false);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_mm) = {
	.name = "mm",
	.max_args = 2,
	.repeat = true,
	.sized = true,
	.run = do_mm,
	.brief = "memory modify (auto-incrementing address)",
	.usage = "[.b, .w, .l, .q] address\n"
		 "	- a number is written, an empty line goes on, '-' goes back, 'q' ends",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_nm) = {
	.name = "nm",
	.max_args = 2,
	.repeat = true,
	.sized = true,
	.run = do_nm,
	.brief = "memory modify (constant address)",
	.usage = "[.b, .w, .l, .q] address",
};
