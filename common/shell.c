/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/shell.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/cpu.h"
#include "arch/exception.h"
#include "common/cmd.h"
#include "common/console.h"
#include "common/env.h"
#include "common/readline.h"
#include "lib/cmdline.h"
#include "lib/num.h"

#define ARENA_SIZE       (32 * KIB)
#define POLL_US          10000
#define POLLS_PER_SECOND 100

static const char *lookup(void *ctx, const char *name);
static int run_command(void *ctx, int argc, char *const argv[]);

static char arena_memory[ARENA_SIZE];
static struct cmdline_arena arena = { .mem = arena_memory, .size = sizeof(arena_memory) };
static const struct cmdline_ops ops = { .lookup = lookup, .run = run_command };
static unsigned int depth;
static bool repeating;  /* the line runs again because of an empty one */
static bool repeatable; /* so far every command of the line may */
static int status;      /* $? */

static const char *lookup(void *ctx, const char *name)
{
	static char text[12];

	(void)ctx;
	if (strcmp(name, "?"))
		return env_get(name);
	snprintf(text, sizeof(text), "%d", status);
	return text;
}

/* Run a command so that a fault in it comes back here, however deep its lines were nested. */
static int run_guarded(int argc, char *const argv[])
{
	jmp_buf *const outer = fault_recovery;
	const unsigned int level = depth;
	jmp_buf here;
	int err;

	if (setjmp(here)) {
		depth = level;
		err = 1;
	} else {
		fault_recovery = &here;
		err = cmd_execute(argc, argv, repeating && level == 1);
	}
	fault_recovery = outer;
	return err;
}

static int run_command(void *ctx, int argc, char *const argv[])
{
	const struct cmd *cmd = cmd_find(argv[0]);
	int err;

	(void)ctx;
	if (depth == 1 && !(cmd && cmd->repeat))
		repeatable = false;
	err = console_ctrlc() ? -EINTR : run_guarded(argc, argv);
	status = err ? 1 : 0;
	return err;
}

int shell_run(const char *line)
{
	struct why why;
	int last = 0;
	int err;

	if (depth == SHELL_DEPTH_MAX) {
		printf("Lines nested more than %d deep: does a variable run itself?\n",
		       SHELL_DEPTH_MAX);
		return -ELOOP;
	}
	depth++;
	err = cmdline_run(line, &ops, &arena, &last, &why);
	depth--;
	if (err && why.text[0]) { /* the line itself is wrong */
		printf("%s\n", why.text);
		repeatable = false;
		status = 1;
		return 1;
	}
	return err ? err : last;
}

/* A line that a person or a rig typed. */
static void run_line(const char *line)
{
	repeatable = true;
	if (shell_run(line) == -EINTR)
		printf("<INTERRUPT>\n");
	if (IS_ENABLED(CONFIG_TEST_PROMPT))
		printf("rc=%d\n", status);
}

void shell_loop(void)
{
	static const struct readline how = { .prompt = CONFIG_PROMPT, .command = true };
	const char *line;

	repeatable = false;
	for (;;) {
		if (console_readline(&how, &line) != LINEEDIT_LINE) {
			repeatable = false;
			continue;
		}
		repeating = !line[strspn(line, " ")];
		if (!repeating)
			run_line(line);
		else if (repeatable)
			run_line(readline_last());
	}
}

/* ${bootdelay}: seconds, or -1 or -2; the prompt (-1) where it is no number. */
static int boot_delay(void)
{
	const char *text = env_get("bootdelay");
	uint64_t value;
	bool minus;

	if (!text)
		return CONFIG_BOOTDELAY;
	minus = text[0] == '-';
	if (num_parse(text + minus, 10, &value) || value > (minus ? 2 : 3600)) {
		printf("bootdelay: '%s' is not a number of seconds up to 3600\n", text);
		return -1;
	}
	return minus ? -(int)value : (int)value;
}

/* A key that stops autoboot is gone with that, and the LF of a CR LF with it. */
static bool key_stops(void)
{
	if (!console_tstc())
		return false;
	readline_was_read(console_getc());
	return true;
}

static bool count_down(int seconds)
{
	bool stopped = key_stops();
	int poll;

	if (!seconds || stopped)
		return stopped;
	printf("Hit any key to stop autoboot: %2d ", seconds);
	while (seconds && !stopped) {
		for (poll = 0; poll < POLLS_PER_SECOND && !stopped; poll++) {
			udelay(POLL_US);
			stopped = key_stops();
		}
		if (!stopped)
			seconds--;
		printf("\b\b\b%2d ", stopped ? 0 : seconds);
	}
	printf("\n");
	return stopped;
}

void shell_autoboot(void)
{
	int delay = boot_delay();
	const char *bootcmd = env_get("bootcmd");

	if (delay == -1 || !bootcmd || (delay >= 0 && count_down(delay)))
		return;
	run_line(bootcmd);
}
