/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/menu on a terminal that is played here: what stands on it, and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/edit/menu.h"

#define ROWS    24
#define COLUMNS 80
#define MANY    60

static struct {
	char cell[ROWS][COLUMNS + 1];
	bool reversed[ROWS][COLUMNS];
	unsigned int row, column;
	bool reverse;
	char sequence[16];
	unsigned int sequence_len;
	bool escapes;
	bool hidden; /* the cursor */
} term;

static struct menu menu;

static void clear_row(unsigned int row, unsigned int from)
{
	memset(term.cell[row] + from, ' ', COLUMNS - from);
	memset(term.reversed[row] + from, 0, COLUMNS - from);
}

static void clear(void)
{
	for (unsigned int i = 0; i < ROWS; i++)
		clear_row(i, 0);
}

static void obey(void)
{
	unsigned int row = 1, column = 1;
	const char *s = term.sequence;

	assert_true(s[0] == '[');
	if (!strcmp(s, "[2J")) {
		clear();
	} else if (!strcmp(s, "[K")) {
		clear_row(term.row, term.column);
	} else if (!strcmp(s, "[7m") || !strcmp(s, "[0m")) {
		term.reverse = s[1] == '7';
	} else if (!strcmp(s, "[?25l") || !strcmp(s, "[?25h")) {
		term.hidden = s[4] == 'l';
	} else {
		assert_true(!strcmp(s, "[H") || sscanf(s, "[%u;%uH", &row, &column) == 2);
		assert_in_range(row, 1, ROWS);
		assert_in_range(column, 1, COLUMNS);
		term.row = row - 1;
		term.column = column - 1;
	}
}

static void put_char(char c)
{
	if (term.sequence_len) {
		assert_true(term.sequence_len < sizeof(term.sequence));
		term.sequence[term.sequence_len++ - 1] = c;
		if (c >= '@' && c != '[') {
			term.sequence[term.sequence_len - 1] = '\0';
			term.sequence_len = 0;
			obey();
		}
	} else if (c == '\033') {
		term.escapes = true;
		term.sequence_len = 1;
	} else if (c == '\r') {
		term.column = 0;
	} else if (c == '\b') {
		assert_true(term.column > 0);
		term.column--;
	} else if (c == '\n') {
		term.column = 0;
		if (term.row < ROWS - 1) {
			term.row++;
			return;
		}
		memmove(term.cell[0], term.cell[1], sizeof(term.cell[0]) * (ROWS - 1));
		clear_row(ROWS - 1, 0);
	} else {
		assert_true((unsigned char)c >= ' ');
		if ((c & 0xc0) == 0x80)
			return;
		assert_true(term.column < COLUMNS);
		term.reversed[term.row][term.column] = term.reverse;
		term.cell[term.row][term.column++] = c;
	}
}

static void emit(void *ctx, const char *bytes, size_t len)
{
	(void)ctx;
	while (len--)
		put_char(*bytes++);
}

static struct menu_entry entries[MANY + 1];
static char titles[MANY][40];

static int setup(void **state)
{
	(void)state;
	memset(&term, 0, sizeof(term));
	clear();
	return 0;
}

static void start(enum menu_style style, unsigned int count, int seconds)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		snprintf(titles[i], sizeof(titles[i]), "title %u=cmd %u", i, i);
		entries[i].title = titles[i];
		entries[i].title_len = strcspn(titles[i], "=");
		entries[i].command = strchr(titles[i], '=') + 1;
		entries[i].number = i;
	}
	entries[count] = (struct menu_entry){ .title = "prompt", 6, NULL, MENU_NO_NUMBER };
	menu = (struct menu){ .emit = emit,
			      .heading = "Test Menu",
			      .entry = entries,
			      .count = count + 1,
			      .seconds = seconds,
			      .style = style,
			      .can_edit = style == MENU_SCREEN };
	menu_start(&menu);
}

static enum menu_event type(const char *keys)
{
	enum menu_event event = MENU_MORE;

	for (; *keys && event == MENU_MORE; keys++)
		event = menu_feed(&menu, (unsigned char)*keys);
	assert_int_equal(*keys, 0);
	return event;
}

static bool row_has(unsigned int row, const char *text)
{
	return strstr(term.cell[row - 1], text);
}

static bool shows(const char *text)
{
	for (unsigned int i = 1; i <= ROWS; i++) {
		if (row_has(i, text))
			return true;
	}
	return false;
}

static void check_only_reversed(unsigned int row)
{
	for (unsigned int i = 0; i < ROWS; i++)
		assert_int_equal(term.reversed[i][8], i == row - 1);
}

static void test_plain(void **state)
{
	(void)state;
	start(MENU_PLAIN, 3, 10);
	assert_true(row_has(2, "  *** Test Menu ***"));
	assert_true(row_has(4, "     0. title 0 "));
	assert_true(row_has(6, "     2. title 2 "));
	assert_true(row_has(7, "        prompt "));
	assert_true(row_has(9, "  Hit any key to stop autoboot: 10 "));
	assert_true(term.hidden);
	check_only_reversed(4);
	assert_int_equal(menu_second(&menu), MENU_MORE);
	assert_true(row_has(9, "  Hit any key to stop autoboot:  9 "));
	assert_int_equal(type("\033[B"), MENU_MORE);
	assert_true(row_has(9, "Esc: prompt"));
	check_only_reversed(5);
	assert_false(shows("cmd 1"));
	assert_int_equal(menu_second(&menu), MENU_MORE);
	assert_int_equal(type("e"), MENU_MORE);
	assert_int_equal(type("\r"), MENU_RUN);
	menu_leave(&menu);
	assert_false(term.hidden);
	assert_int_equal(term.row, 9);
}

static void test_screen(void **state)
{
	(void)state;
	start(MENU_SCREEN, 3, -1);
	assert_true(row_has(9, "  cmd 0"));
	assert_true(row_has(11, "e: edit"));
	assert_int_equal(type("j"), MENU_MORE);
	assert_true(row_has(9, "  cmd 1"));
	assert_int_equal(type("e"), MENU_EDIT);
	assert_int_equal(type("\033[F"), MENU_MORE);
	assert_false(shows("cmd"));
	assert_int_equal(type("e"), MENU_MORE);
	assert_int_equal(type("\n"), MENU_QUIT);
	menu_leave(&menu);
	assert_false(shows("t"));
	assert_int_equal(term.row, 1);
}

static void test_dumb(void **state)
{
	(void)state;
	start(MENU_DUMB, 3, 100);
	assert_true(shows("   1. title 1 "));
	assert_true(shows("Hit any key to stop autoboot: 100 "));
	menu_second(&menu);
	assert_true(shows("Hit any key to stop autoboot:  99 "));
	type("+");
	assert_true(row_has(term.row + 1, ">  1. title 1 "));
	type("+++");
	assert_true(row_has(term.row + 1, ">     prompt      "));
	assert_false(row_has(term.row + 1, "title"));
	type("-");
	assert_true(row_has(term.row + 1, ">  2. title 2 "));
	assert_int_equal(type("\r"), MENU_RUN);
	assert_int_equal(menu.selected, 2);
	menu_leave(&menu);
	assert_int_equal(term.column, 0);
	assert_false(term.escapes);
}

static void test_keys(void **state)
{
	static const struct {
		const char *keys;
		unsigned int selected;
	} cases[] = {
		{ "j", 1 },
		{ "+", 1 },
		{ "\x0e", 1 },
		{ "jjk", 1 },
		{ "jj-", 1 },
		{ "jj\x10", 1 },
		{ "k", 0 },
		{ "\033[B", 1 },
		{ "\033OB", 1 },
		{ "jj\033[A", 1 },
		{ "jj\033OA", 1 },
		{ "\033[F", MANY },
		{ "\033[4~", MANY },
		{ "\033[8~", MANY },
		{ "5", 5 },
		{ "50", 0 },
		{ "9\033[H", 0 },
		{ "9\033[1~", 0 },
		{ "9\033[7~", 0 },
		{ "\033[6~", 18 },
		{ "\033[6~\033[5~", 0 },
		{ "\033[6~\033[6~\033[6~\033[6~", MANY },
		{ "3\033[C", 3 },
		{ "3\033[99999999;5~", 3 },
		{ "3\033[1;5B", 4 },
		{ "3 xyzq", 3 },
		{ "3\xff\x80", 3 },
		{ "3\033[24~", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(MENU_PLAIN, MANY, -1);
		assert_int_equal(type(cases[i].keys), MENU_MORE);
		assert_int_equal(menu.selected, cases[i].selected);
	}
}

static void test_leaving(void **state)
{
	(void)state;
	start(MENU_PLAIN, 3, -1);
	assert_int_equal(menu_pause(&menu), MENU_MORE);
	assert_int_equal(type("\033"), MENU_MORE);
	assert_int_equal(menu_pause(&menu), MENU_QUIT);
	assert_int_equal(type("\033\r"), MENU_QUIT);
	assert_int_equal(type("\033\033"), MENU_QUIT);
	assert_int_equal(type("\033[\r"), MENU_RUN);
	assert_int_equal(type("\033[\x03"), MENU_INTERRUPT);
	assert_int_equal(type("\x03"), MENU_INTERRUPT);
	menu.locked = true;
	assert_int_equal(type("\x03\033\r\033\033"), MENU_MORE);
	assert_int_equal(type("\033"), MENU_MORE);
	assert_int_equal(menu_pause(&menu), MENU_MORE);
	assert_int_equal(type("\r"), MENU_RUN);
}

static void test_time(void **state)
{
	(void)state;
	start(MENU_PLAIN, 3, 2);
	assert_int_equal(menu_second(&menu), MENU_MORE);
	assert_int_equal(menu_second(&menu), MENU_RUN);
	start(MENU_PLAIN, 3, 2);
	assert_int_equal(type("x"), MENU_MORE);
	for (int i = 0; i < 5; i++)
		assert_int_equal(menu_second(&menu), MENU_MORE);
	start(MENU_PLAIN, 3, 2);
	assert_int_equal(type("\r"), MENU_RUN);
}

static void test_more_entries_than_rows(void **state)
{
	(void)state;
	start(MENU_SCREEN, MANY, -1);
	assert_true(row_has(4 + 15, "v 15. title 15 "));
	assert_false(shows("title 16 "));
	for (int i = 0; i < 20; i++)
		type("j");
	assert_true(row_has(4, "^  5. title 5 "));
	check_only_reversed(4 + 15);
	type("\033[F");
	assert_true(row_has(4 + 15, "prompt"));
	assert_false(shows("v "));
	type("\033[H");
	assert_true(row_has(4, "   0. title 0 "));
	check_only_reversed(4);
}

static void test_titles_of_any_bytes(void **state)
{
	char title[400], command[400];
	unsigned int style;

	(void)state;
	for (style = MENU_DUMB; style <= MENU_SCREEN; style++) {
		start((enum menu_style)style, 2, -1);
		memset(title, 'x', sizeof(title));
		memcpy(title, "a\033[2J\n\r\b\x7f\xc3\xa4", 11);
		memset(command, 'y', sizeof(command));
		command[0] = '\n';
		command[sizeof(command) - 1] = '\0';
		entries[0].title = title;
		entries[0].title_len = sizeof(title);
		entries[0].command = command;
		term.row = term.column = 0;
		clear();
		menu_start(&menu);
		assert_true(shows("a?[2J????\xc3xxx"));
		type("jk");
	}
}

static void test_odd_terminals(void **state)
{
	static const unsigned int sizes[][2] = {
		{ 0, 0 }, { 1, 1 }, { 12, 40 }, { ~0U, ~0U }, { 24, 79 }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		start(MENU_SCREEN, MANY, -1);
		menu.rows = sizes[i][0];
		menu.columns = sizes[i][1];
		menu_start(&menu);
		for (unsigned int n = 0; n < MANY; n++)
			type("j");
		assert_true(menu.visible >= 4 && menu.visible <= 16);
		assert_int_equal(menu.selected, MANY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_plain, setup),
		cmocka_unit_test_setup(test_screen, setup),
		cmocka_unit_test_setup(test_dumb, setup),
		cmocka_unit_test_setup(test_keys, setup),
		cmocka_unit_test_setup(test_leaving, setup),
		cmocka_unit_test_setup(test_time, setup),
		cmocka_unit_test_setup(test_more_entries_than_rows, setup),
		cmocka_unit_test_setup(test_titles_of_any_bytes, setup),
		cmocka_unit_test_setup(test_odd_terminals, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
