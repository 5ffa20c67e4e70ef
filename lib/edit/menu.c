/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of a menu; what it looks like is in menu_show.c. */
#include "lib/edit/menu.h"

#include "lib/edit/menu_parts.h"

#define CTRL(c) ((c)&0x1f)

enum { ESC_NONE, ESC_START, ESC_CSI, ESC_SS3 };

/* Keys that are none of one byte. */
enum { KEY_NONE = 0x100, KEY_UP, KEY_DOWN, KEY_FIRST, KEY_LAST, KEY_PAGE_UP, KEY_PAGE_DOWN };

static const struct sequence {
	char final;
	unsigned char param; /* for final '~' */
	unsigned short key;
} sequences[] = {
	{ 'A', 0, KEY_UP },        { 'B', 0, KEY_DOWN },  { 'H', 0, KEY_FIRST },
	{ 'F', 0, KEY_LAST },      { '~', 1, KEY_FIRST }, { '~', 7, KEY_FIRST },
	{ '~', 4, KEY_LAST },      { '~', 8, KEY_LAST },  { '~', 5, KEY_PAGE_UP },
	{ '~', 6, KEY_PAGE_DOWN },
};

static int sequence_key(const struct menu *menu, int final)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sequences); i++) {
		const struct sequence *s = &sequences[i];

		if (s->final == final && (final != '~' || s->param == menu->param))
			return s->key;
	}
	return KEY_NONE;
}

/* A byte in an escape sequence: the key that it ends, or KEY_NONE. */
static int sequence_byte(struct menu *menu, int c)
{
	const unsigned int state = menu->escape;

	if (state == ESC_START && (c == '[' || c == 'O')) {
		menu->escape = c == '[' ? ESC_CSI : ESC_SS3;
		menu->param = 0;
		return KEY_NONE;
	}
	menu->escape = ESC_NONE;
	if (state == ESC_START || c == CTRL('['))
		return CTRL('['); /* the key Escape, and what came behind it is gone with it */
	if (c < ' ')
		return c; /* a control key breaks a sequence off */
	if (c >= '@')
		return sequence_key(menu, c);
	menu->escape = (unsigned char)state;
	if (c >= '0' && c <= '9' && menu->param < 100)
		menu->param = menu->param * 10 + (unsigned int)(c - '0');
	return KEY_NONE;
}

static void select_entry(struct menu *menu, unsigned int entry)
{
	const unsigned int before = menu->selected;

	menu->selected = MIN(entry, menu->count - 1);
	if (menu->selected != before)
		menu_show_selected(menu, before);
}

static void select_number(struct menu *menu, unsigned int number)
{
	unsigned int i;

	for (i = 0; i < menu->count; i++) {
		if (menu->entry[i].number == number)
			return select_entry(menu, i);
	}
}

static void move(struct menu *menu, int key)
{
	const unsigned int page = MAX(menu->visible, 1U);
	const unsigned int at = menu->selected;

	switch (key) {
	case KEY_UP:
	case CTRL('P'):
	case 'k':
	case '-':
		return select_entry(menu, at ? at - 1 : 0);
	case KEY_DOWN:
	case CTRL('N'):
	case 'j':
	case '+':
		return select_entry(menu, at + 1);
	case KEY_FIRST:
		return select_entry(menu, 0);
	case KEY_LAST:
		return select_entry(menu, menu->count - 1);
	case KEY_PAGE_UP:
		return select_entry(menu, at - MIN(at, page));
	case KEY_PAGE_DOWN:
		return select_entry(menu, at + page);
	default:
		if (key >= '0' && key <= '9')
			select_number(menu, (unsigned int)(key - '0'));
	}
}

static enum menu_event obey(struct menu *menu, int key)
{
	const struct menu_entry *entry = &menu->entry[menu->selected];

	switch (key) {
	case '\r':
	case '\n':
		return entry->command ? MENU_RUN : MENU_QUIT;
	case 'e':
		return menu->can_edit && entry->command ? MENU_EDIT : MENU_MORE;
	case CTRL('C'):
		return menu->locked ? MENU_MORE : MENU_INTERRUPT;
	case CTRL('['):
		return menu->locked ? MENU_MORE : MENU_QUIT;
	default:
		move(menu, key);
		return MENU_MORE;
	}
}

void menu_start(struct menu *menu)
{
	menu->escape = ESC_NONE;
	menu_show(menu);
}

enum menu_event menu_feed(struct menu *menu, int c)
{
	if (menu->seconds >= 0) {
		menu->seconds = -1;
		menu_show_seconds(menu);
	}
	if (menu->escape != ESC_NONE)
		return obey(menu, sequence_byte(menu, c));
	if (c == CTRL('[')) {
		menu->escape = ESC_START;
		return MENU_MORE;
	}
	return obey(menu, c);
}

enum menu_event menu_second(struct menu *menu)
{
	if (menu->seconds < 0)
		return MENU_MORE;
	if (menu->seconds)
		menu->seconds--;
	menu_show_seconds(menu);
	return menu->seconds ? MENU_MORE : obey(menu, '\r');
}

enum menu_event menu_pause(struct menu *menu)
{
	if (menu->escape == ESC_NONE)
		return MENU_MORE;
	menu->escape = ESC_NONE;
	return obey(menu, CTRL('['));
}
