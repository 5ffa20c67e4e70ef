/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/shell/shell.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/exception.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/env/vars.h"
#include "common/fdt/fdt.h"
#include "common/mem/memmap.h"
#include "common/shell/locked.h"
#include "common/shell/readline.h"
#include "lib/base/num.h"

#define ARENA_SIZE (32 * KIB)
#define SCRIPT_MAX (4 * MIB)
#define LONG_TEXT  (4 * KIB)

static const char *lookup(void *ctx, const char *name);
static int assign(void *ctx, const char *name, const char *value);
static int run_command(void *ctx, int argc, char *const argv[]);
static bool interrupted(void *ctx);

static const struct sh_ops ops = {
	.lookup = lookup,
	.assign = assign,
	.run = run_command,
	.stop = interrupted,
};
static char arena_memory[ARENA_SIZE] __noinit;
static struct sh_arena arena = { .mem = arena_memory, .size = sizeof(arena_memory) };
static struct sh sh = { .ops = &ops };
static unsigned int texts; /* that run within each other; functions are none of their own */
static bool typed;         /* the outermost was typed */
static bool repeating;     /* the line runs again because of an empty one */
static bool repeatable;    /* so far every command of the line may */

struct sh *shell_state(void)
{
	return &sh;
}

void *shell_room(size_t size, size_t *room)
{
	const size_t pad = -(uintptr_t)(arena.mem + arena.used) & (sizeof(void *) - 1);
	const size_t left = arena.size - arena.used;

	if (left < pad || left - pad < size)
		return NULL;
	if (room)
		*room = left - pad;
	return arena.mem + arena.used + pad;
}

bool shell_typed(void)
{
	return typed && texts == 1;
}

/* What x=1 has set goes before the environment, which has no functions. */
static const char *lookup(void *ctx, const char *name)
{
	const char *value = NULL;

	(void)ctx;
	if (IS_ENABLED(CONFIG_SHELL_SCRIPT))
		value = shell_var(name);
	if (!value && (!IS_ENABLED(CONFIG_SHELL_SCRIPT) || name[strlen(name) - 1] != ')'))
		value = env_get(name);
	return value || !IS_ENABLED(CONFIG_CONSOLE) ? value : env_implied(name);
}

static int assign(void *ctx, const char *name, const char *value)
{
	(void)ctx;
	return IS_ENABLED(CONFIG_SHELL_SCRIPT) ? shell_var_set(name, value) : 1;
}

static bool interrupted(void *ctx)
{
	(void)ctx;
	return console_ctrlc();
}

static unsigned int boots; /* texts of shell_run_boot() that run now */

/* Run a command so that a fault in it comes back here, however deep its texts were nested. */
static int run_guarded(int argc, char *const argv[])
{
	jmp_buf *const outer = fault_recovery;
	const struct sh state = sh;
	const unsigned int level = texts, boots_begun = boots;
	jmp_buf here;
	int err;

	if (setjmp(here)) {
		sh = state;
		texts = level;
		boots = boots_begun;
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

	(void)ctx;
	if (texts == 1 && !(cmd && cmd->repeat))
		repeatable = false;
	return console_ctrlc() ? -EINTR : run_guarded(argc, argv);
}

/* @text does not change while it runs; with @open it may be the beginning of one: -EAGAIN. */
static int run_text(struct sh_arena *mem, const char *text, bool open)
{
	struct why why;
	int err;

	texts++;
	err = sh_run(&sh, mem, text, &why);
	texts--;
	sh.flow = SH_GO_ON;
	if (!err)
		return sh.status;
	if (err == -EAGAIN && open)
		return err;
	sh.status = 1;
	if (!why.text[0])
		return err;
	printf("%s\n", why.text);
	repeatable = false;
	return err == -ELOOP ? err : 1;
}

/* A text of @size bytes whose tree may be large: both lie in memory that is taken for them. */
static int run_long(const char *text, size_t size, bool open)
{
	const uint64_t room = ALIGN_UP(8 * size + ARENA_SIZE, 4 * KIB);
	struct sh_arena mem = { .size = room, .used = size + 1 };
	static struct why why; /* printed at once, and not on the stack while texts run in texts */
	paddr_t at;
	int err;

	if (size > SCRIPT_MAX) {
		printf("script too long: %zu bytes of at most %zu\n", size, (size_t)SCRIPT_MAX);
		return 1;
	}
	if (memmap_alloc(&machine.mem, room, 4 * KIB, true, UINT64_MAX, 0, "script", &at, &why)) {
		printf("%s\n", why.text);
		return 1;
	}
	mem.mem = (char *)(uintptr_t)at;
	memcpy(mem.mem, text, size);
	mem.mem[size] = '\0';
	err = run_text(&mem, mem.mem, open);
	memmap_release(&machine.mem, at);
	return err;
}

static bool is_long(size_t size)
{
	return IS_ENABLED(CONFIG_SHELL_SCRIPT) && size > LONG_TEXT;
}

int shell_run(const char *text)
{
	const size_t size = strlen(text) + 1;
	const size_t used = arena.used;
	int err;

	if (is_long(size))
		return run_long(text, size - 1, false);
	if (size > arena.size - used) {
		printf("no memory for a line of %zu bytes: %zu are free\n", size,
		       arena.size - used);
		return 1;
	}
	arena.used += size;
	err = run_text(&arena, memcpy(arena.mem + used, text, size), false);
	arena.used = used;
	return err;
}

int shell_run_script(const char *text, size_t size)
{
	return run_long(text, size, false);
}

/*
 * A fault in the shell's own code, outside of a command, ends all texts. What memory a script had
 * been given stays taken until the next reset.
 */
static void forget_texts(void)
{
	sh = (struct sh){ .ops = &ops, .status = 1 };
	texts = 0;
	arena.used = 0;
	typed = false;
	repeatable = false;
}

/* The end of what a person or a rig typed, or of bootcmd. */
static void finish(int err)
{
	if (err == -EINTR)
		printf("<INTERRUPT>\n");
	if (IS_ENABLED(CONFIG_TEST_PROMPT))
		printf("rc=%d\n", sh.status);
}

int shell_run_boot(const char *text)
{
	int err;

	if (boots == SHELL_BOOTS_MAX) {
		printf("a boot's script that %u others are waiting for boots no more\n",
		       SHELL_BOOTS_MAX);
		return 1;
	}
	boots++;
	err = shell_run(text);
	boots--;
	return err;
}

bool shell_run_alone(const char *text)
{
	jmp_buf *const outer = fault_recovery;
	jmp_buf here;
	int err;

	if (setjmp(here)) {
		forget_texts();
		fault_recovery = outer;
		finish(1);
		return true;
	}
	fault_recovery = &here;
	err = shell_run(text);
	fault_recovery = outer;
	finish(err);
	return false;
}

/* One more line of what is typed. Returns the bytes of a text that goes on, else 0: it has run. */
static size_t take_line(const char *line, size_t before)
{
	const size_t size = strlen(line) + 1;
	int err = 1;

	if (size > arena.size - before) {
		printf("text too long: no more than %zu bytes fit\n", arena.size);
		repeatable = false;
		return 0;
	}
	if (before)
		arena.mem[before - 1] = '\n';
	memcpy(arena.mem + before, line, size);
	arena.used = before + size;
	typed = true;
	repeatable = !before;
	if (is_long(arena.used))
		err = run_long(arena.mem, arena.used - 1, true);
	else
		err = run_text(&arena, arena.mem, IS_ENABLED(CONFIG_SHELL_SCRIPT));
	typed = false;
	if (err == -EAGAIN)
		return arena.used;
	finish(err);
	return 0;
}

static void __attribute__((noreturn)) read_and_run(const struct shell_idle *idle)
{
	struct readline how = { .command = true };
	enum lineedit_event event;
	size_t taken = 0;
	const char *line;

	repeatable = false;
	for (;;) {
		arena.used = 0;
		how.prompt = taken ? "> " : CONFIG_PROMPT;
		if (IS_ENABLED(CONFIG_BOOT_RETRY))
			how.seconds = idle->seconds();
		event = console_readline(&how, &line);
		if (IS_ENABLED(CONFIG_BOOT_RETRY) && event == LINEEDIT_GIVEN_UP)
			idle->over();
		if (event != LINEEDIT_LINE) {
			repeatable = false;
			taken = 0;
			continue;
		}
		repeating = !taken && !line[strspn(line, " ")];
		if (!repeating)
			taken = take_line(line, taken);
		else if (repeatable)
			taken = take_line(readline_last(), 0);
	}
}

void shell_loop(const struct shell_idle *idle)
{
	jmp_buf here;

	if (IS_ENABLED(CONFIG_LOCKED))
		locked_wait();
	if (setjmp(here))
		forget_texts();
	fault_recovery = &here;
	read_and_run(idle);
}
