/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/edit/menu_parts.h"
#include "lib/base/utf8.h"

#define ROW_HEADING 2
#define ROW_FIRST   4  /* entry */
#define MARGIN      10 /* columns left and right of a title */

static void put(struct menu *menu, const char *format, ...) __printf(2, 3);

/* Short texts only: what is longer is cut. */
static void put(struct menu *menu, const char *format, ...)
{
	char text[128];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	menu->emit(menu->emit_ctx, text, MIN((size_t)len, sizeof(text) - 1));
}

static void go(struct menu *menu, unsigned int row, unsigned int column)
{
	put(menu, "\033[%u;%uH", row, column);
}

/* A text from the environment in at most @room columns: a control character is a '?'. */
static unsigned int put_text(struct menu *menu, const char *text, size_t len, unsigned int room)
{
	unsigned int columns = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		char c = text[i];

		if (!utf8_continues(c) && columns++ == room)
			return room;
		if ((unsigned char)c < ' ' || c == 0x7f)
			c = '?';
		menu->emit(menu->emit_ctx, &c, 1);
	}
	return columns;
}

/* The last rows: blank, status and one for what comes behind; on a whole screen a command, too. */
static unsigned int rows_below(const struct menu *menu)
{
	return menu->style == MENU_SCREEN ? 5 : 3;
}

static unsigned int status_row(const struct menu *menu)
{
	return ROW_FIRST + menu->visible + rows_below(menu) - 2;
}

static void lay_out(struct menu *menu)
{
	if (menu->rows < 12 || menu->rows > 200)
		menu->rows = MENU_ROWS;
	if (menu->columns < 40 || menu->columns > 500)
		menu->columns = MENU_COLUMNS;
	menu->visible = MIN(menu->count, menu->rows - (ROW_FIRST - 1) - rows_below(menu));
	menu->digits = menu->seconds >= 1000 ? 4 : menu->seconds >= 100 ? 3 : 2;
}

/* Let the selected entry be on the screen. True: others are there than before. */
static bool scroll(struct menu *menu)
{
	const unsigned int before = menu->top;

	if (menu->selected < menu->top)
		menu->top = menu->selected;
	if (menu->selected >= menu->top + menu->visible)
		menu->top = menu->selected - menu->visible + 1;
	return menu->top != before;
}

static unsigned int put_entry(struct menu *menu, unsigned int i)
{
	const struct menu_entry *entry = &menu->entry[i];

	if (entry->number < MENU_NO_NUMBER)
		put(menu, "%2u. ", entry->number);
	else
		put(menu, "    ");
	return put_text(menu, entry->title, entry->title_len, menu->columns - MARGIN);
}

static void show_entry(struct menu *menu, unsigned int i)
{
	const unsigned int row = i - menu->top;
	char mark = ' ';

	if (!row && menu->top)
		mark = '^';
	if (row == menu->visible - 1 && i < menu->count - 1)
		mark = 'v';
	go(menu, ROW_FIRST + row, 3);
	put(menu, "%c %s", mark, i == menu->selected ? "\033[7m" : "");
	put_entry(menu, i);
	put(menu, "\033[0m\033[K");
}

static void show_entries(struct menu *menu)
{
	unsigned int i;

	for (i = 0; i < menu->visible; i++)
		show_entry(menu, menu->top + i);
}

static void show_command(struct menu *menu)
{
	const char *command = menu->entry[menu->selected].command;

	if (menu->style != MENU_SCREEN)
		return;
	go(menu, ROW_FIRST + menu->visible + 1, 3);
	if (command)
		put_text(menu, command, strlen(command), menu->columns - MARGIN);
	put(menu, "\033[K");
}

static void put_keys(struct menu *menu)
{
	put(menu, "%sEnter: boot%s%s",
	    menu->style == MENU_DUMB ? "+ -: choose  " : "Up Down: choose  ",
	    menu->can_edit ? "  e: edit" : "", menu->locked ? "" : "  Esc: prompt");
}

static void put_countdown(struct menu *menu)
{
	put(menu, "Hit any key to stop autoboot: %*d ", menu->digits, menu->seconds);
}

/* MENU_DUMB: the last line shows what is selected. */
static void show_line(struct menu *menu)
{
	unsigned int columns;

	put(menu, "\r> ");
	columns = put_entry(menu, menu->selected);
	if (columns < menu->shown)
		put(menu, "%*s", (int)MIN(menu->shown - columns, 120U), "");
	menu->shown = columns;
}

static void show_status(struct menu *menu)
{
	go(menu, status_row(menu), 3);
	if (menu->seconds >= 0)
		put_countdown(menu);
	else
		put_keys(menu);
	put(menu, "\033[K");
}

static void show_dumb(struct menu *menu)
{
	unsigned int i;

	put(menu, "\n  *** %s ***\n\n", menu->heading);
	for (i = 0; i < menu->count; i++) {
		put(menu, "  ");
		put_entry(menu, i);
		put(menu, "\n");
	}
	put(menu, "\n");
	menu->shown = 0;
	if (menu->seconds >= 0) {
		put_countdown(menu);
	} else {
		put_keys(menu);
		put(menu, "\n");
		show_line(menu);
	}
}

void menu_show(struct menu *menu)
{
	lay_out(menu);
	if (menu->style == MENU_DUMB) {
		show_dumb(menu);
		return;
	}
	scroll(menu);
	put(menu, "\033[?25l\033[0m\033[2J");
	go(menu, ROW_HEADING, 3);
	put(menu, "*** %s ***", menu->heading);
	show_entries(menu);
	show_command(menu);
	show_status(menu);
}

void menu_show_selected(struct menu *menu, unsigned int before)
{
	if (menu->style == MENU_DUMB) {
		show_line(menu);
		return;
	}
	if (scroll(menu)) {
		show_entries(menu);
	} else {
		show_entry(menu, before);
		show_entry(menu, menu->selected);
	}
	show_command(menu);
}

void menu_show_seconds(struct menu *menu)
{
	int i;

	if (menu->style != MENU_DUMB) {
		show_status(menu);
	} else if (menu->seconds >= 0) {
		for (i = 0; i <= menu->digits; i++)
			put(menu, "\b");
		put(menu, "%*d ", menu->digits, menu->seconds);
	} else {
		put(menu, "\n");
		put_keys(menu);
		put(menu, "\n");
		show_line(menu);
	}
}

void menu_leave(struct menu *menu)
{
	if (menu->style == MENU_SCREEN)
		put(menu, "\033[2J\033[H");
	else if (menu->style == MENU_PLAIN)
		go(menu, status_row(menu), 1);
	if (menu->style != MENU_DUMB)
		put(menu, "\033[?25h");
	put(menu, "\n");
}
