/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/lineedit, the keys behind options: words, yank, search, and characters of any width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/edit/lineedit.h"
#include "lib/base/utf8.h"

#define ROW       9000
#define WIDE_REST UINT32_MAX /* the second column of a wide character */

/* A terminal of one endless row that knows UTF-8; a mark is drawn onto a cell and not kept. */
static struct {
	uint32_t cell[ROW];
	unsigned int at;
	char bytes[5];
	unsigned int byte_count;
	unsigned int bells;
	char sent[65536];
	size_t sent_len;
} term;

static struct lineedit le;

static void put_cell(uint32_t code)
{
	assert_true(term.at < ROW - 2);
	/* What is left of a wide character that loses one of its columns is a blank. */
	if (term.cell[term.at] == WIDE_REST)
		term.cell[term.at - 1] = ' ';
	if (term.cell[term.at + 1] == WIDE_REST)
		term.cell[term.at + 1] = ' ';
	term.cell[term.at++] = code;
}

static uint32_t decode(const char *s)
{
	const unsigned int len = utf8_length(s[0]);
	uint32_t code = len == 1 ? (unsigned char)s[0] : (unsigned char)s[0] & (0x7f >> len);
	unsigned int i;

	for (i = 1; i < len; i++)
		code = code << 6 | ((unsigned char)s[i] & 0x3f);
	return code;
}

static void put_character(const char *s, unsigned int len)
{
	const unsigned int width = utf8_width(s, len);

	if (width)
		put_cell(decode(s));
	if (width == 2)
		put_cell(WIDE_REST);
}

static void emit(void *ctx, const char *bytes, size_t len)
{
	(void)ctx;
	for (; len; len--, bytes++) {
		if (term.sent_len < sizeof(term.sent) - 1)
			term.sent[term.sent_len++] = *bytes;
		if (*bytes == '\b') {
			assert_true(term.at > 0);
			term.at--;
		} else if (*bytes == '\a') {
			term.bells++;
		} else if (*bytes == '\n') {
			memset(term.cell, 0, sizeof(term.cell));
			term.at = 0;
		} else {
			term.bytes[term.byte_count++] = *bytes;
			if (term.byte_count < utf8_length(term.bytes[0]))
				continue;
			put_character(term.bytes, term.byte_count);
			term.byte_count = 0;
		}
	}
}

static void start(void)
{
	memset(term.cell, 0, sizeof(term.cell));
	term.at = 0;
	term.sent_len = 0;
	emit(NULL, le.prompt, strlen(le.prompt));
	lineedit_start(&le);
}

static int setup(void **state)
{
	(void)state;
	memset(&term, 0, sizeof(term));
	memset(&le, 0, sizeof(le));
	le.emit = emit;
	le.command = true;
	le.prompt = "> ";
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

static void enter(const char *line)
{
	assert_int_equal(type(line), LINEEDIT_MORE);
	assert_int_equal(type("\r"), LINEEDIT_LINE);
	start();
}

/* The row shows the prompt, the line and nothing else, the cursor where it is. */
static void check_row(void)
{
	unsigned int column = (unsigned int)strlen(le.prompt);
	unsigned int i;

	assert_int_equal(term.at, column + utf8_columns(le.line, le.pos));
	for (i = 0; i < le.len; i += utf8_length(le.line[i])) {
		const unsigned int width = utf8_width(le.line + i, le.len - i);

		if (width)
			assert_int_equal(term.cell[column], decode(le.line + i));
		column += width;
	}
	for (; term.cell[column]; column++)
		assert_int_equal(term.cell[column], ' ');
}

static void check(const char *keys, const char *line, unsigned int pos)
{
	start();
	assert_int_equal(type(keys), LINEEDIT_MORE);
	assert_string_equal(le.line, line);
	assert_int_equal(le.pos, pos);
	check_row();
}

static void test_word_moves(void **state)
{
	static const char *const left[] = { "\033b",     "\033B",      "\033[1;5D",
					    "\033[1;3D", "\033\033[D", "\033Od" };
	static const char *const right[] = { "\033f",     "\033F",      "\033[1;5C",
					     "\033[1;3C", "\033\033[C", "\033Oc" };
	char keys[64];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(left); i++) {
		snprintf(keys, sizeof(keys), "md.l $fdt_addr  %s", left[i]);
		check(keys, "md.l $fdt_addr  ", 6);
		snprintf(keys, sizeof(keys), "md.l $fdt_addr  %s%s", left[i], left[i]);
		check(keys, "md.l $fdt_addr  ", 3);
		snprintf(keys, sizeof(keys), "one two\001%s%s", right[i], right[i]);
		check(keys, "one two", 7);
	}
	check("\033b\033f", "", 0);
}

static void test_kill_and_yank(void **state)
{
	(void)state;
	check("one two three\033b\033d", "one two ", 8);
	check("one two three\033b\033d\001\031", "threeone two ", 5);
	check("one two-three\033\177", "one two-", 8);
	check("one two-three\033\b\031\031", "one two-threethree", 18);
	check("one two-three\027", "one ", 4);
	check("one two-three\027\031", "one two-three", 13);
	check("abcdef\002\002\013\001\031", "efabcd", 2);
	check("abc\025x\031", "xabc", 4);
	check("abc def\001\033[3;5~", " def", 0);
	/* A character deleted is no text to bring back. */
	check("abc\025xy\b\031", "xabc", 4);
}

static void test_killed_text_gives_way_to_lines(void **state)
{
	char line[LINEEDIT_MAX + 1];

	(void)state;
	memset(line, 'a', LINEEDIT_MAX);
	line[LINEEDIT_MAX] = '\0';
	enter(line);
	start();
	type("b");
	type(line + 1);
	type("\025");
	assert_int_equal(le.killed, LINEEDIT_MAX);
	assert_int_equal(le.hist_len, 0);
	enter("x");
	line[0] = 'c';
	enter(line);
	assert_string_equal(lineedit_last(&le), line);
	assert_true(le.hist_len + le.killed <= sizeof(le.hist));
}

static void test_transpose(void **state)
{
	(void)state;
	check("abc\024", "acb", 3);
	check("abc\002\024", "acb", 3);
	check("abc\001\006\024", "bac", 2);
	check("a\024", "a", 1);
	check("\024", "", 0);
	check("a\xe4\xb8\xad\024",
	      "\xe4\xb8\xad"
	      "a",
	      4);
}

static void test_overwrite(void **state)
{
	(void)state;
	check("abcd\001\017XY", "XYcd", 2);
	check("abcd\001\033[2~XY\033[2~Z", "XYZcd", 3);
	check("ab\001\017XYZ", "XYZ", 3);
	check("a\xe4\xb8\xad"
	      "b\001\017xyz",
	      "xyz", 3);
	check("ab\002\017\xe4\xb8\xad", "a\xe4\xb8\xad", 4);
	type("\r");
	check("ab\001X", "Xab", 1); /* each line begins inserting */
}

static void test_home_and_end(void **state)
{
	static const char *const home[] = { "\033[H", "\033OH", "\033[1~", "\033[7~", "\033[1;5H" };
	static const char *const end[] = { "\033[F", "\033OF", "\033[4~", "\033[8~", "\033[1;2F" };
	char keys[64];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(home); i++) {
		snprintf(keys, sizeof(keys), "abc%sX%sY", home[i], end[i]);
		check(keys, "XabcY", 5);
	}
}

static void test_sequences_of_other_keys_leave_no_trace(void **state)
{
	(void)state;
	check("a\033[[Ab\033[15;2~c\033OPd\033[200~e\033[201~f\033[<0;1;2Mg", "abcdefg", 7);
	check("a\033\033\033b", "a", 0);
	check("abc\033\001", "abc", 3);
}

static void test_clear_shows_all_again(void **state)
{
	(void)state;
	type("abc\002");
	term.sent_len = 0;
	type("\014");
	assert_memory_equal(term.sent, "\n\033[H\033[2J> abc\b", 14);
	assert_int_equal(term.sent_len, 14);
	assert_string_equal(le.line, "abc");
}

static void test_search(void **state)
{
	(void)state;
	enter("setenv a 1");
	enter("printenv b");
	enter("setenv c 3");
	start();
	type("draft\022");
	assert_true(le.searching);
	type("set");
	assert_string_equal(le.line, "setenv c 3");
	type("\022");
	assert_string_equal(le.line, "setenv a 1");
	type("\022");
	assert_true(le.failed && term.bells);
	type("\b\b");
	assert_string_equal(le.line, "setenv c 3");
	type("\001");
	assert_false(le.searching);
	assert_string_equal(le.line, "setenv c 3");
	assert_int_equal(le.pos, 0);
	check_row();
}

static void test_ways_out_of_a_search(void **state)
{
	(void)state;
	enter("one");
	enter("two");
	check("draft\022o\007", "draft", 5);
	check("draft\022on\033[D", "one", 2);
	check("\022tw\020", "one", 3); /* the history goes on from the line found */
	check("\022nowhere\007", "", 0);
	check("\022\007", "", 0);
	check("x\022\005y", "xy", 2);
	start();
	assert_int_equal(type("draft\022o\003"), LINEEDIT_INTERRUPT);
	start();
	assert_int_equal(type("draft\022on\r"), LINEEDIT_LINE);
	assert_string_equal(le.line, "one");
	start();
	assert_int_equal(type("\022\xc3\xa4\022\022\b\b\b\b\r"), LINEEDIT_LINE);
}

static void test_history_walk(void **state)
{
	const char *line;

	(void)state;
	assert_null(lineedit_history(&le, NULL));
	enter("one");
	enter("two");
	line = lineedit_history(&le, NULL);
	assert_string_equal(line, "one");
	line = lineedit_history(&le, line);
	assert_string_equal(line, "two");
	assert_null(lineedit_history(&le, line));
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(utf8_columns("a\xc3\xa4\xe4\xb8\xad\xf0\x9f\x98\x80", 10), 6);
	assert_int_equal(utf8_columns("e\xcc\x81x", 4), 2);
	assert_int_equal(utf8_columns("\xff\xc3z\xe4\xb8", 5), 4);
	assert_int_equal(utf8_columns("\xe4\xb8", 1), 1);
	assert_int_equal(utf8_columns("\xef\xbd\xb1", 3), 1); /* half-width kana */
}

static void test_wide_characters_and_marks(void **state)
{
	(void)state;
	check("a\xe4\xb8\xad"
	      "b\002\002X",
	      "aX\xe4\xb8\xad"
	      "b",
	      2);
	check("a\xe4\xb8\xad"
	      "b\002\b",
	      "ab", 1);
	check("ae\xcc\x81z\002\002\004", "az", 1);
	check("ae\xcc\x81z\002\002", "ae\xcc\x81z", 1);
}

static void test_a_character_goes_in_whole(void **state)
{
	(void)state;
	type("ab\002");
	term.sent_len = 0;
	type("\xe4\xb8");
	assert_int_equal(term.sent_len, 0);
	type("\xad");
	assert_string_equal(le.line, "a\xe4\xb8\xad"
				     "b");
	check_row();
	type("\xe4\x01"); /* no continuation: in as it is */
	assert_string_equal(le.line, "a\xe4\xb8\xad\xe4"
				     "b");
}

static void test_random_keys_leave_a_line_the_terminal_shows(void **state)
{
	static const char *const keys[] = {
		"a",  "b",    "z",    " ",         "-",       "\xc3\xa4",  "\xe4\xb8\xad",
		"\b", "\177", "\001", "\002",      "\004",    "\005",      "\006",
		"\t", "\013", "\016", "\020",      "\025",    "\027",      "\031",
		"_",  "\024", "\017", "\033b",     "\033f",   "\033d",     "\033\177",
		"w",  "\022", "\007", "\033[1;5D", "\033[1~", "e\xcc\x81", "\xf0\x9f\x98\x80",
		"Q",  "x",    "y",    "\033[3~",   "\033[F",
	};
	uint32_t seed = 7;
	unsigned int i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		seed = seed * 1664525 + 1013904223;
		if (seed >> 26 == 0) {
			if (type("\r") == LINEEDIT_LINE)
				start();
		} else {
			type(keys[(seed >> 12) % ARRAY_SIZE(keys)]);
		}
		assert_true(le.pos <= le.len && le.len <= LINEEDIT_MAX);
		assert_int_equal(le.line[le.len], '\0');
		assert_true(le.hist_pos <= le.hist_len && le.found <= sizeof(le.hist));
		assert_true(le.hist_len + le.killed <= sizeof(le.hist));
		if (!le.searching)
			check_row();
		if (term.at > 200)
			start();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_word_moves, setup),
		cmocka_unit_test_setup(test_kill_and_yank, setup),
		cmocka_unit_test_setup(test_killed_text_gives_way_to_lines, setup),
		cmocka_unit_test_setup(test_transpose, setup),
		cmocka_unit_test_setup(test_overwrite, setup),
		cmocka_unit_test_setup(test_home_and_end, setup),
		cmocka_unit_test_setup(test_sequences_of_other_keys_leave_no_trace, setup),
		cmocka_unit_test_setup(test_clear_shows_all_again, setup),
		cmocka_unit_test_setup(test_search, setup),
		cmocka_unit_test_setup(test_ways_out_of_a_search, setup),
		cmocka_unit_test_setup(test_history_walk, setup),
		cmocka_unit_test_setup(test_width, setup),
		cmocka_unit_test_setup(test_wide_characters_and_marks, setup),
		cmocka_unit_test_setup(test_a_character_goes_in_whole, setup),
		cmocka_unit_test_setup(test_random_keys_leave_a_line_the_terminal_shows, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
