/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/shell/readline.h"

#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/shell/complete.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "lib/base/num.h"

#define NAP_US	     200
#define ESC	     27
#define SEQUENCE_MS  50 /* a key's bytes follow each other within these */
#define SEQUENCE_MAX 16

static struct lineedit editor; /* no initialiser: 16 KiB that the image need not carry */

static void emit(void *ctx, const char *bytes, size_t len)
{
	(void)ctx;
	while (len--)
		console_putc(*bytes++);
}

uint64_t readline_nap(void)
{
	static uint64_t naps; /* the clock where firmware forgot the timer's frequency */
	const uint64_t hz = cpu_ticks_hz();

	udelay(NAP_US);
	return hz >= 1000 ? cpu_ticks() / (hz / 1000) : ++naps * NAP_US / 1000;
}

static bool given_up(unsigned int seconds)
{
	const uint64_t start = readline_nap();

	while (!console_tstc()) {
		if (readline_nap() - start >= (uint64_t)seconds * 1000)
			return true;
	}
	return false;
}

/* ${columns}, decimal, where it can be a terminal's width; else 0. */
static unsigned int terminal_columns(void)
{
	const char *text = env_get("columns");
	uint64_t columns;

	return text && !num_parse(text, 10, &columns) && columns >= 8 && columns <= 9999
		       ? (unsigned int)columns
		       : 0;
}

enum lineedit_event console_readline(const struct readline *how, const char **line)
{
	enum lineedit_event event = LINEEDIT_MORE;

	console_fresh_line();
	/* What came before the first prompt was no input. */
	if (IS_ENABLED(CONFIG_CONSOLE) && console_lost() && editor.prompt)
		printf("warning: input came faster than the console's UART could keep it\n");
	editor.emit = emit;
	editor.prompt = how->prompt;
	editor.command = how->command;
	editor.tab = IS_ENABLED(CONFIG_COMPLETION) && how->command ? complete_tab : NULL;
	console_puts(how->prompt);
	editor.columns = IS_ENABLED(CONFIG_EDIT_WRAP) ? terminal_columns() : 0;
	lineedit_start(&editor);
	if (how->initial)
		lineedit_insert(&editor, how->initial, strlen(how->initial));
	while (event == LINEEDIT_MORE) {
		if (IS_ENABLED(CONFIG_BOOT_RETRY) && how->seconds && given_up(how->seconds))
			return LINEEDIT_GIVEN_UP;
		event = lineedit_feed(&editor, console_getc());
	}
	*line = editor.line;
	return event;
}

const char *readline_last(void)
{
	return lineedit_last(&editor);
}

const char *readline_history(const char *after)
{
	return lineedit_history(&editor, after);
}

static bool comes_soon(void)
{
	const uint64_t start = readline_nap();

	while (!console_tstc()) {
		if (readline_nap() - start >= SEQUENCE_MS)
			return false;
	}
	return true;
}

void readline_drop_rest(int key)
{
	int c = key;

	if (key != ESC || !comes_soon())
		return;
	c = console_getc();
	/* ESC [ A, ESC [ 1 5 ~, ESC O P, Linux's ESC [ [ A; what else follows is Alt with a key */
	if (c != '[' && c != 'O')
		return;
	for (unsigned int i = 0; i < SEQUENCE_MAX && comes_soon(); i++) {
		c = console_getc();
		if (c >= '@' && c <= '~' && (c != '[' || i))
			return;
	}
}

int readline_key(void)
{
	const bool after_cr = editor.cr;
	const int c = console_getc();

	editor.cr = c == '\r';
	return c == '\n' && after_cr ? -1 : c;
}
