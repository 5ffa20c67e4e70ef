/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/** How a menu is shown. */
enum menu_style {
	MENU_DUMB,  /* no escape sequence: the selected entry stands in the last line */
	MENU_PLAIN, /* as U-Boot's: the entries, the selected one reversed */
	MENU_SCREEN /* the whole screen: with the entry's command, which can be edited */
};

/** What a key or the time has made of the menu. */
enum menu_event {
	MENU_MORE,     /* go on */
	MENU_RUN,      /* the selected entry is to run */
	MENU_EDIT,     /* its command is to be edited */
	MENU_QUIT,     /* to the prompt */
	MENU_INTERRUPT /* the same by Ctrl-C */
};

/**
 * struct menu_entry - a line of a menu
 * @title:     any bytes
 * @title_len: of them
 * @command:   what it stands for; NULL: the prompt
 * @number:    the key for it, and shown, where below 10; MENU_NO_NUMBER: none
 */
struct menu_entry {
	const char *title;
	size_t title_len;
	const char *command;
	unsigned int number;
};

#define MENU_NO_NUMBER 1000
#define MENU_ROWS      24 /* of a terminal of which nothing is known */
#define MENU_COLUMNS   80

/**
 * struct menu - a menu on a terminal
 * @emit:     writes @len bytes to the terminal; '\n' stands for a line's end there
 * @emit_ctx: its first argument
 * @heading:  shown above the entries
 * @entry:    the entries, @count of them, 1 at least
 * @selected: the one that Enter runs
 * @seconds:  until it runs by itself; negative: never
 * @style:    how it is shown
 * @can_edit: the key e is one
 * @locked:   no key leads out of the menu but an entry
 * @rows:     of the terminal; what is out of reason becomes what is usual
 * @columns:  as well
 * @top:      the first entry on the screen
 * @visible:  how many are
 * @shown:    columns of the last line, MENU_DUMB
 * @digits:   of the seconds
 * @escape:   state of a key's escape sequence
 * @param:    its number
 */
struct menu {
	void (*emit)(void *ctx, const char *bytes, size_t len);
	void *emit_ctx;
	const char *heading;
	const struct menu_entry *entry;
	unsigned int count;
	unsigned int selected;
	int seconds;
	enum menu_style style;
	bool can_edit;
	bool locked;
	unsigned int rows;
	unsigned int columns;
	unsigned int top;
	unsigned int visible;
	unsigned int shown;
	int digits;
	unsigned char escape;
	unsigned int param;
};

/** menu_start() - show the menu; all up to @columns is set, the rest is zero at first */
void menu_start(struct menu *menu);

/**
 * menu_feed() - a byte from the keyboard; it ends the countdown
 *
 * Up k - Ctrl-P, Down j + Ctrl-N, Home, End, Page Up, Page Down and digits select; Enter runs,
 * e edits, Ctrl-C quits, and so does an ESC that begins no sequence.
 */
enum menu_event menu_feed(struct menu *menu, int c);

/** menu_second() - a second went by */
enum menu_event menu_second(struct menu *menu);

/** menu_pause() - nothing was typed for a tenth of a second: an ESC was the key of that name */
enum menu_event menu_pause(struct menu *menu);

/** menu_leave() - the cursor goes to a line below the menu; MENU_SCREEN clears the screen */
void menu_leave(struct menu *menu);
