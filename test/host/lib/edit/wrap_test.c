/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/lineedit on a narrow terminal whose width it knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/edit/lineedit.h"

#define WIDTH 13
#define ROWS  100

/* As a VT100: a full row's cursor waits in its last column. */
static struct {
	char cell[ROWS][WIDTH];
	unsigned int row, column;
	bool waits;
	char escape[16];
	unsigned int escape_len;
	unsigned int escapes;
} term;

static struct lineedit le;

static void escape_byte(char c)
{
	const unsigned int count = (unsigned int)atoi(term.escape + 2);

	term.escape[term.escape_len++] = c;
	assert_true(term.escape_len < sizeof(term.escape));
	if (term.escape_len < 3 || (c >= '0' && c <= '9'))
		return;
	term.escapes++;
	term.waits = false;
	if (c == 'A') {
		assert_true(term.row >= count && count);
		term.row -= count;
	} else if (c == 'C') {
		assert_true(term.column + count < WIDTH && count);
		term.column += count;
	} else {
		fail_msg("ESC [ ... %c", c);
	}
	memset(term.escape, 0, sizeof(term.escape));
	term.escape_len = 0;
}

static void next_row(void)
{
	term.column = 0;
	term.row++;
	term.waits = false;
	assert_true(term.row < ROWS);
}

static void emit_byte(char c)
{
	if (term.escape_len || c == '\033') {
		escape_byte(c);
	} else if (c == '\b') {
		/* What would go wrong on a terminal: at the first column it stays there. */
		assert_true(term.column > 0);
		term.column--;
		term.waits = false;
	} else if (c == '\r') {
		term.column = 0;
		term.waits = false;
	} else if (c == '\n') {
		next_row();
	} else if (c != '\a') {
		if (term.waits)
			next_row();
		term.cell[term.row][term.column] = c;
		term.waits = term.column == WIDTH - 1;
		term.column += !term.waits;
	}
}

static void emit(void *ctx, const char *bytes, size_t len)
{
	(void)ctx;
	while (len--)
		emit_byte(*bytes++);
}

static void start(void)
{
	memset(&term, 0, sizeof(term));
	emit(NULL, le.prompt, strlen(le.prompt));
	lineedit_start(&le);
}

static int setup(void **state)
{
	(void)state;
	memset(&le, 0, sizeof(le));
	le.emit = emit;
	le.command = true;
	le.prompt = "=> ";
	le.columns = WIDTH;
	start();
	return 0;
}

static enum lineedit_event type(const char *keys)
{
	enum lineedit_event event = LINEEDIT_MORE;

	for (; *keys; keys++)
		event = lineedit_feed(&le, (unsigned char)*keys);
	return event;
}

static void check_screen(void)
{
	const char *screen = &term.cell[0][0];
	const size_t prompt = strlen(le.prompt);
	const size_t at = prompt + le.pos;
	size_t i;

	assert_memory_equal(screen, le.prompt, prompt);
	assert_memory_equal(screen + prompt, le.line, le.len);
	for (i = prompt + le.len; i < sizeof(term.cell); i++)
		assert_true(screen[i] == '\0' || screen[i] == ' ');
	assert_int_equal(term.row * WIDTH + term.column + term.waits, at);
}

static void test_typing_is_only_echoed(void **state)
{
	(void)state;
	type("this line takes more than a row, and more than two of them");
	check_screen();
	assert_int_equal(term.escapes, 0);
	type("\b\b\b");
	check_screen();
}

static void test_moves_and_changes(void **state)
{
	static const char *const keys[] = { "\001X",    "\005Y",  "\001\004\004",   "\005\b",
					    "\002\002", "\033bZ", "\001\033f\033d", "\013",
					    "\031",     "\025",   "\031",           "\020" };
	unsigned int i;
	size_t len;
	char line[40];

	(void)state;
	for (len = 1; len < sizeof(line); len++) {
		memset(line, 'a', len);
		line[len - 1] = '\0';
		line[len / 2] = len > 4 ? ' ' : line[len / 2];
		start();
		type(line);
		for (i = 0; i < ARRAY_SIZE(keys); i++) {
			type(keys[i]);
			check_screen();
		}
	}
}

static void test_random_keys(void **state)
{
	static const char *const keys[] = { "a",    "bc",    " ",     "word word ", "\b",
					    "\001", "\002",  "\004",  "\005",       "\006",
					    "\013", "\016",  "\020",  "\025",       "\027",
					    "\031", "\033b", "\033f", "\033d",      "\024",
					    "\017", "\022",  "\007",  "longer text" };
	uint32_t seed = 3;
	unsigned int i;

	(void)state;
	for (i = 0; i < 60000; i++) {
		seed = seed * 1664525 + 1013904223;
		if (seed >> 26 == 0 || le.len > 400 || term.row > 60) {
			type("\r");
			start();
		} else {
			type(keys[(seed >> 12) % ARRAY_SIZE(keys)]);
		}
		if (!le.searching)
			check_screen();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_typing_is_only_echoed, setup),
		cmocka_unit_test_setup(test_moves_and_changes, setup),
		cmocka_unit_test_setup(test_random_keys, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
