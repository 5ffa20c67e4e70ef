/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/lineedit: what each key does to the line, and to a terminal that shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/edit/lineedit.h"

/* A terminal of one endless row, and all bytes that it was sent. */
struct terminal {
	char cell[LINEEDIT_MAX + 64];
	unsigned int at;
	char sent[400000];
	size_t sent_len;
	unsigned int bells;
	unsigned int lines;
};

static struct terminal term;
static struct lineedit le;

static void emit(void *ctx, const char *bytes, size_t len)
{
	struct terminal *t = ctx;
	size_t i;

	for (i = 0; i < len; i++) {
		if (t->sent_len < sizeof(t->sent) - 1)
			t->sent[t->sent_len++] = bytes[i];
		if (bytes[i] == '\b') {
			assert_true(t->at > 0);
			t->at--;
		} else if (bytes[i] == '\a') {
			t->bells++;
		} else if (bytes[i] == '\n') {
			t->lines++;
		} else {
			assert_true(t->at < sizeof(t->cell) - 1);
			t->cell[t->at++] = bytes[i];
		}
	}
}

static int setup(void **state)
{
	(void)state;
	memset(&term, 0, sizeof(term));
	memset(&le, 0, sizeof(le));
	le.emit = emit;
	le.command = true;
	le.emit_ctx = &term;
	lineedit_start(&le);
	return 0;
}

static enum lineedit_event type(const char *keys)
{
	enum lineedit_event event = LINEEDIT_MORE;

	for (; *keys; keys++)
		event = lineedit_feed(&le, (unsigned char)*keys);
	return event;
}

/* Type keys on a fresh line; the row of the terminal must show the line and the cursor. */
static void check(const char *keys, const char *line, unsigned int pos)
{
	lineedit_start(&le);
	memset(term.cell, 0, sizeof(term.cell));
	term.at = 0;
	assert_int_equal(type(keys), LINEEDIT_MORE);
	assert_string_equal(le.line, line);
	assert_int_equal(le.pos, pos);
	assert_int_equal(term.at, pos);
	assert_memory_equal(term.cell, line, strlen(line));
	assert_int_equal(strspn(term.cell + strlen(line), " "), strlen(term.cell + strlen(line)));
}

static void enter(const char *line)
{
	lineedit_start(&le);
	term.at = 0;
	type(line);
	assert_int_equal(lineedit_feed(&le, '\r'), LINEEDIT_LINE);
	assert_string_equal(le.line, line);
}

static void test_plain_characters_are_echoed_once_and_nothing_else(void **state)
{
	char line[LINEEDIT_MAX + 1];
	unsigned int i;

	(void)state;
	for (i = 0; i < LINEEDIT_MAX; i++)
		line[i] = (char)(' ' + i % 95);
	line[i] = '\0';
	assert_int_equal(type(line), LINEEDIT_MORE);
	assert_int_equal(term.sent_len, LINEEDIT_MAX);
	assert_memory_equal(term.sent, line, LINEEDIT_MAX);
	assert_string_equal(le.line, line);
	type("x");
	assert_int_equal(term.bells, 1);
	assert_int_equal(le.len, LINEEDIT_MAX);
	assert_int_equal(type("\r"), LINEEDIT_INTERRUPT); /* C3: nothing of it runs */
	lineedit_start(&le);
	term.at = 0;
	type(line);
	type("x\x08");
	assert_int_equal(type("\r"), LINEEDIT_LINE);
}

static void test_each_line_end_ends_once(void **state)
{
	static const char *const ends[] = { "\r", "\n", "\r\n" };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		setup(NULL);
		type("ab");
		assert_int_equal(lineedit_feed(&le, ends[i][0]), LINEEDIT_LINE);
		lineedit_start(&le);
		type(ends[i] + 1);
		assert_int_equal(type("c"), LINEEDIT_MORE);
		assert_string_equal(le.line, "c");
		assert_int_equal(term.lines, 1);
	}
	setup(NULL);
	assert_int_equal(type("\n"), LINEEDIT_LINE);
	lineedit_start(&le);
	assert_int_equal(type("\n"), LINEEDIT_LINE);
}

static void test_keys(void **state)
{
	(void)state;
	check("abc\x01X", "Xabc", 1);
	check("abc\x01X\x05Y", "XabcY", 5);
	check("abc\x02\x02X\x06Y", "aXbYc", 4);
	check("abc\x01\x04", "bc", 0);
	check("abc\x04", "abc", 3);
	check("abc\b\x7f", "a", 1);
	check("\b\x7f\x04\x0b\x15\x17\x02\x06\x10\x0e", "", 0);
	check("abc\x02\b", "ac", 1);
	check("abcdef\x02\x02\x0b", "abcd", 4);
	check("abcdef\x02\x02\x15", "", 0);
	check("abcdef\x02\x18g", "g", 1);
	check("one two  \x17", "one ", 4);
	check("one two\x02\x17", "one o", 4);
	check("a\tb\x01\x02", "a b", 0);
	check("a\x1c\x1d\x14"
	      "b",
	      "ab", 2);
}

static void test_escape_sequences(void **state)
{
	(void)state;
	check("abc\x1b[D\x1b[DX\x1b[CY", "aXbYc", 4);
	check("abc\x1bODX\x1bOCY", "abXcY", 5);
	check("abc\x1b[HX\x1b[FY", "XabcY", 5);
	check("abc\x1bOHX\x1bOFY", "XabcY", 5);
	check("abc\x1b[1~X\x1b[4~Y", "XabcY", 5);
	check("abc\x1b[7~X\x1b[8~Y", "XabcY", 5);
	check("abc\x1b[1~\x1b[3~", "bc", 0);
	check("abc\x1b[1;2H!", "!abc", 1);
	check("a\x1b[200~b\x1b[15~c\x1bqd", "abcd", 4);
	check("a\x1b[99999999999999999999~b", "ab", 2);
	check("abc\x1b[\x01X", "Xabc", 1); /* a control key ends the wait for a sequence's end */
}

static void test_utf8_moves_as_one(void **state)
{
	(void)state;
	type("a\xc3\xa4\xe2\x82\xac");
	assert_int_equal(term.sent_len, 6);
	type("\x02");
	assert_int_equal(le.pos, 3);
	type("\b");
	assert_string_equal(le.line, "a\xe2\x82\xac");
	assert_int_equal(le.pos, 1);
	type("\x04");
	assert_string_equal(le.line, "a");
}

static void test_interrupt(void **state)
{
	(void)state;
	assert_int_equal(type("abc\x03"), LINEEDIT_INTERRUPT);
	assert_memory_equal(term.sent, "abc<INTERRUPT>\n", 15);
	lineedit_start(&le);
	assert_int_equal(type("\x1b[\x03"), LINEEDIT_INTERRUPT);
	check("d\x10", "d", 1); /* what was interrupted is not history */
}

static void test_history(void **state)
{
	(void)state;
	enter("one");
	enter("two");
	enter("two");
	enter("");
	enter("  ");
	assert_string_equal(lineedit_last(&le), "two");
	check("\x10", "two", 3);
	check("\x10\x10", "one", 3);
	check("\x10\x10\x10", "one", 3);
	check("draft\x10\x10\x0e", "two", 3);
	check("draft\x1b[A\x1b[A\x1b[B\x1b[B\x1b[B", "draft", 5);
	check("longer draft\x10!", "two!", 4);
}

static void test_history_keeps_twenty_lines_that_fit(void **state)
{
	char keys[LINEEDIT_HISTORY + 9];
	char line[LINEEDIT_MAX + 1];
	unsigned int i;

	(void)state;
	for (i = 0; i < 30; i++) {
		snprintf(line, sizeof(line), "line %u", i);
		enter(line);
	}
	memset(keys, 0x10, sizeof(keys) - 1);
	keys[sizeof(keys) - 1] = '\0';
	check(keys, "line 10", 7);

	memset(line, 'a', LINEEDIT_MAX);
	line[LINEEDIT_MAX] = '\0';
	enter(line);
	line[0] = 'b';
	enter(line);
	line[0] = 'c';
	enter(line); /* 3 * 4097 bytes do not fit into 8192: one does beside none */
	lineedit_start(&le);
	term.at = 0;
	type("\x10\x10\x10");
	assert_string_equal(le.line, line);
}

static void test_random_keys_leave_a_line_the_terminal_shows(void **state)
{
	static const char keys[] =
		"abc  xyz\b\x7f\x01\x02\x04\x05\x06\x0b\x0e\x10\x15\x17\x1b[ADCBHF";
	uint32_t seed = 1;
	unsigned int i;

	(void)state;
	for (i = 0; i < 60000; i++) {
		int c;

		seed = seed * 1664525 + 1013904223;
		c = seed >> 24 ? (unsigned char)keys[(seed >> 16) % (sizeof(keys) - 1)] : '\r';
		if (lineedit_feed(&le, c) == LINEEDIT_LINE) {
			lineedit_start(&le);
			memset(term.cell, 0, sizeof(term.cell));
			term.at = 0;
		}
		assert_true(le.pos <= le.len && le.len <= LINEEDIT_MAX);
		assert_int_equal(le.line[le.len], '\0');
		assert_true(le.hist_pos <= le.hist_len && le.hist_len <= sizeof(le.hist));
		assert_int_equal(term.at, le.pos);
		assert_memory_equal(term.cell, le.line, le.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_plain_characters_are_echoed_once_and_nothing_else,
				       setup),
		cmocka_unit_test_setup(test_each_line_end_ends_once, setup),
		cmocka_unit_test_setup(test_keys, setup),
		cmocka_unit_test_setup(test_escape_sequences, setup),
		cmocka_unit_test_setup(test_utf8_moves_as_one, setup),
		cmocka_unit_test_setup(test_interrupt, setup),
		cmocka_unit_test_setup(test_history, setup),
		cmocka_unit_test_setup(test_history_keeps_twenty_lines_that_fit, setup),
		cmocka_unit_test_setup(test_random_keys_leave_a_line_the_terminal_shows, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
