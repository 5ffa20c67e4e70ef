/* SPDX-License-Identifier: BSD-2-Clause */
/* bootmenu, menu: choose what boots. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/bootmenu.h"
#include "common/shell/autoboot.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/shell/readline.h"
#include "common/shell/shell.h"
#include "lib/base/num.h"

#define ENTRIES_MAX 99
#define SECOND_MS   1000
#define PAUSE_MS    100 /* after an ESC that is a key */
#define READ_MS	    2000
/* The second is what scripted rigs (test/py) look for. */
#define HEADING "Loft Boot Menu *** U-Boot Boot Menu"

static bool complained; /* on a screen that the menu will clear */

static void emit(void *ctx, const char *bytes, size_t len)
{
	(void)ctx;
	console_write(bytes, len);
}

/* bootmenu_0, bootmenu_1 ... up to the first that is not set. */
static unsigned int collect(struct menu_entry *entry)
{
	unsigned int count = 0;
	unsigned int number;

	for (number = 0; number < ENTRIES_MAX; number++) {
		const char *value, *equals;
		char name[16];

		snprintf(name, sizeof(name), "bootmenu_%u", number);
		value = env_get(name);
		if (!value)
			break;
		equals = strchr(value, '=');
		if (!equals) {
			printf("%s: not title=command, left out\n", name);
			complained = true;
			continue;
		}
		entry[count++] = (struct menu_entry){
			.title = value,
			.title_len = (size_t)(equals - value),
			.command = equals + 1,
			.number = number,
		};
	}
	return count;
}

/* A decimal variable; @absent where it is not set. What is no number is said. */
static unsigned int number_of(const char *name, unsigned int absent)
{
	const char *text = env_get(name);
	uint64_t value;

	if (!text)
		return absent;
	if (!num_parse(text, 10, &value) && value <= UINT16_MAX)
		return (unsigned int)value;
	printf("%s: '%s' is not a number up to %d\n", name, text, UINT16_MAX);
	complained = true;
	return absent;
}

static void select_default(struct menu *menu)
{
	const unsigned int number = number_of("bootmenu_default", 0);
	unsigned int i;

	for (i = 0; i < menu->count; i++) {
		if (menu->entry[i].number == number) {
			menu->selected = i;
			return;
		}
	}
	if (env_get("bootmenu_default")) {
		printf("bootmenu_default: there is no bootmenu_%u\n", number);
		complained = true;
	}
}

/* Seconds until the selected entry boots; -1: never. */
static int delay_of(const char *arg, int *seconds)
{
	const char *text = arg ? arg : env_get("bootmenu_delay");

	*seconds = -1;
	return text ? autoboot_seconds(arg ? "bootmenu" : "bootmenu_delay", text, seconds) : 0;
}

/* A key, or the time, until something comes of it. */
static enum menu_event wait_event(struct menu *menu)
{
	enum menu_event event = MENU_MORE;
	uint64_t second = readline_nap();
	uint64_t typed = second;

	while (event == MENU_MORE) {
		const uint64_t now = readline_nap();

		if (console_tstc()) {
			const int c = readline_key();

			event = c < 0 ? MENU_MORE : menu_feed(menu, c);
			typed = now;
		} else if (now - typed >= PAUSE_MS) {
			event = menu_pause(menu);
			typed = now;
		} else if (now - second >= SECOND_MS) {
			event = menu_second(menu);
			second += SECOND_MS;
		}
	}
	return event;
}

static bool is_one_line(const char *text)
{
	const size_t len = strlen(text);
	size_t i;

	for (i = 0; i < len; i++) {
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return false;
	}
	return len <= LINEEDIT_MAX;
}

/* The command as somebody wants it this time; NULL: back to the menu. */
static const char *edit(const char *command)
{
	struct readline how = { .prompt = "boot> ", .initial = command, .command = true };
	const char *line;

	if (!is_one_line(command)) {
		printf("More than a line: setenv or editenv changes it. Enter goes back.\n");
		how.initial = NULL;
		how.prompt = "";
		console_readline(&how, &line);
		return NULL;
	}
	printf("Enter boots with this line, Ctrl-C goes back to the menu.\n");
	return console_readline(&how, &line) == LINEEDIT_LINE && line[strspn(line, " ")] ? line
											 : NULL;
}

static int choose(struct menu *menu)
{
	for (;;) {
		const char *command;
		enum menu_event event;

		menu_start(menu);
		event = wait_event(menu);
		menu_leave(menu);
		if (event == MENU_QUIT)
			return 0;
		if (event == MENU_INTERRUPT)
			return -EINTR;
		command = menu->entry[menu->selected].command;
		if (event == MENU_EDIT)
			command = edit(command);
		if (command)
			return cmd_status(shell_run(command));
	}
}

/* The menu clears the screen: first what was said there has its time. */
static void let_read(void)
{
	const uint64_t start = readline_nap();

	while (complained && !console_tstc() && readline_nap() - start < READ_MS)
		;
	complained = false;
}

int bootmenu_run(enum menu_style style, const char *delay)
{
	static const char console[] = "Loft console";
	struct menu menu = { .emit = emit, .heading = HEADING, .style = style };
	struct menu_entry *entry = shell_room((ENTRIES_MAX + 1) * sizeof(*entry), NULL);
	const char *term = env_get("term");

	if (!entry) {
		printf("bootmenu: no memory for a menu, so deep in other commands\n");
		return -ENOMEM;
	}
	if (delay_of(delay, &menu.seconds) && delay)
		return -EINVAL;
	menu.count = collect(entry);
	if (!menu.count) {
		printf("%s: no bootmenu_0=title=command is set\n",
		       style == MENU_SCREEN ? "menu" : "bootmenu");
		return -ENOENT;
	}
	menu.entry = entry;
	select_default(&menu);
	if (!menu.seconds)
		return cmd_status(shell_run(entry[menu.selected].command));
	menu.locked = autoboot_locked();
	menu.can_edit = style == MENU_SCREEN && !menu.locked;
	if (!menu.locked)
		entry[menu.count++] = (struct menu_entry){ .title = console,
							   .title_len = sizeof(console) - 1,
							   .number = MENU_NO_NUMBER };
	if (term && !strcmp(term, "dumb"))
		menu.style = MENU_DUMB;
	menu.rows = number_of("rows", MENU_ROWS);
	menu.columns = number_of("columns", MENU_COLUMNS);
	let_read();
	return choose(&menu);
}

static int do_bootmenu(int argc, char *const argv[])
{
	return bootmenu_run(MENU_PLAIN, argc > 1 ? argv[1] : NULL);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootmenu) = {
	.name = "bootmenu",
	.max_args = 2,
	.run = do_bootmenu,
	.brief = "choose what boots",
	.usage =
		"[delay]\n"
		"	- a menu of ${bootmenu_0}, ${bootmenu_1} ..., each title=command; after delay\n"
		"	  seconds (${bootmenu_delay}; -1: never) ${bootmenu_default} runs",
};
