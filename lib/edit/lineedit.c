/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/edit/lineedit.h"

#include <string.h>

#include "lib/edit/parts.h"
#include "lib/base/utf8.h"

/* States of an escape sequence: none, after ESC, in ESC [ ..., after ESC O, after ESC [ [. */
enum { ESC_NONE, ESC_START, ESC_CSI, ESC_SS3, ESC_IGNORE };

static unsigned int blank_word_start(const struct lineedit *le)
{
	unsigned int pos = le->pos;

	while (pos && le->line[pos - 1] == ' ')
		pos--;
	while (pos && le->line[pos - 1] != ' ')
		pos--;
	return pos;
}

static void edit_key(struct lineedit *le, unsigned int key)
{
	switch (key) {
	case CTRL('A'):
		return lineedit_move_to(le, 0);
	case CTRL('E'):
		return lineedit_move_to(le, le->len);
	case CTRL('B'):
		return lineedit_move_to(le, lineedit_char_before(le, le->pos));
	case CTRL('F'):
		return lineedit_move_to(le, lineedit_char_after(le, le->pos));
	case CTRL('D'):
		return lineedit_delete(le, le->pos, lineedit_char_after(le, le->pos));
	case CTRL('H'):
	case KEY_DEL:
		return lineedit_delete(le, lineedit_char_before(le, le->pos), le->pos);
	case CTRL('K'):
		return lineedit_kill(le, le->pos, le->len);
	case CTRL('U'):
	case CTRL('X'):
		return lineedit_kill(le, 0, le->len);
	case CTRL('W'):
		return lineedit_kill(le, blank_word_start(le), le->pos);
	case CTRL('P'):
		if (IS_ENABLED(CONFIG_EDIT_HISTORY))
			lineedit_history_up(le);
		return;
	case CTRL('N'):
		if (IS_ENABLED(CONFIG_EDIT_HISTORY))
			lineedit_history_down(le);
		return;
	case CTRL('R'):
		if (IS_ENABLED(CONFIG_EDIT_SEARCH))
			lineedit_search_start(le);
		return;
	default:
		if (IS_ENABLED(CONFIG_EDIT_KEYS))
			lineedit_more_keys(le, key);
	}
}

/* What ESC [ param final and ESC O final mean, and what Alt, Ctrl or Shift make of it. */
struct sequence {
	char final;
	unsigned char param; /* for final '~' */
	unsigned short key;
	unsigned short modified; /* 0: the same */
};

static const struct sequence sequences[] = {
	{ 'A', 0, CTRL('P'), 0 },
	{ 'B', 0, CTRL('N'), 0 },
	{ 'C', 0, CTRL('F'), KEY_WORD_RIGHT },
	{ 'D', 0, CTRL('B'), KEY_WORD_LEFT },
	{ 'c', 0, KEY_WORD_RIGHT, 0 }, /* rxvt's Ctrl */
	{ 'd', 0, KEY_WORD_LEFT, 0 },
	{ 'H', 0, CTRL('A'), 0 },
	{ 'F', 0, CTRL('E'), 0 },
	{ '~', 1, CTRL('A'), 0 },
	{ '~', 7, CTRL('A'), 0 },
	{ '~', 2, CTRL('O'), 0 },
	{ '~', 3, CTRL('D'), KEY_KILL_WORD },
	{ '~', 4, CTRL('E'), 0 },
	{ '~', 8, CTRL('E'), 0 },
};

static void sequence_key(struct lineedit *le, int final)
{
	const bool modified = IS_ENABLED(CONFIG_EDIT_KEYS) && (le->meta || le->param[1] > 1);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sequences); i++) {
		const struct sequence *s = &sequences[i];

		if (s->final != final || (final == '~' && s->param != le->param[0]))
			continue;
		edit_key(le, modified && s->modified ? s->modified : s->key);
		return;
	}
}

/* Alt with a letter, which arrives as ESC and the letter. */
static void alt_key(struct lineedit *le, int c)
{
	static const struct {
		char letter;
		unsigned short key;
	} keys[] = {
		{ 'b', KEY_WORD_LEFT },
		{ 'f', KEY_WORD_RIGHT },
		{ 'd', KEY_KILL_WORD },
		{ KEY_DEL, KEY_KILL_WORD_LEFT },
		{ CTRL('H'), KEY_KILL_WORD_LEFT },
	};
	unsigned int i;

	for (i = 0; IS_ENABLED(CONFIG_EDIT_KEYS) && i < ARRAY_SIZE(keys); i++) {
		if (keys[i].letter == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c))
			edit_key(le, keys[i].key);
	}
}

/* A parameter byte of ESC [ ...: the first two numbers count. */
static void feed_parameter(struct lineedit *le, int c)
{
	unsigned int *param = &le->param[le->param_count & 1];

	if (IS_ENABLED(CONFIG_EDIT_KEYS) && c == ';')
		le->param_count += le->param_count < 2;
	else if (c >= '0' && c <= '9' && *param < 1000 && le->param_count < 2)
		*param = *param * 10 + (unsigned int)(c - '0');
}

/* A character after ESC. */
static void feed_escape(struct lineedit *le, int c)
{
	const unsigned int state = le->escape;

	le->escape = ESC_NONE;
	if (state == ESC_START && (c == '[' || c == 'O')) {
		le->escape = c == '[' ? ESC_CSI : ESC_SS3;
		le->param_count = le->param[0] = le->param[1] = 0;
	} else if (state == ESC_START) {
		alt_key(le, c);
	} else if (IS_ENABLED(CONFIG_EDIT_KEYS) && state == ESC_CSI && c == '[' &&
		   !le->param_count && !le->param[0]) {
		le->escape = ESC_IGNORE; /* the function keys of Linux's own terminal */
	} else if (state != ESC_IGNORE && c >= ' ' && c < '@') {
		le->escape = (unsigned char)state;
		feed_parameter(le, c);
	} else if (state != ESC_IGNORE) {
		sequence_key(le, c);
	}
}

void lineedit_start(struct lineedit *le)
{
	le->len = 0;
	le->pos = 0;
	le->line[0] = '\0';
	le->escape = ESC_NONE;
	le->hist_pos = le->hist_len;
	le->overwrite = false;
	le->overflow = false;
	le->pending_len = 0;
	le->searching = false;
}

const char *lineedit_last(const struct lineedit *le)
{
	if (!IS_ENABLED(CONFIG_EDIT_HISTORY))
		return le->stash;
	return le->hist_len ? le->hist + lineedit_history_before(le, le->hist_len) : "";
}

static void remember(struct lineedit *le)
{
	if (IS_ENABLED(CONFIG_EDIT_HISTORY))
		lineedit_history_add(le);
	else
		memcpy(le->stash, le->line, le->len + 1);
}

/* What fitted of a line that was pasted is not what was meant. */
static enum lineedit_event refuse_line(struct lineedit *le)
{
	static const char said[] = "\nline too long: nothing of it runs\n";

	lineedit_emit(le, said, sizeof(said) - 1);
	return LINEEDIT_INTERRUPT;
}

static enum lineedit_event end_line(struct lineedit *le)
{
	lineedit_move_to(le, le->len);
	if (le->overflow)
		return refuse_line(le);
	lineedit_emit(le, "\n", 1);
	if (le->command && le->line[strspn(le->line, " ")])
		remember(le);
	return LINEEDIT_LINE;
}

static enum lineedit_event interrupt(struct lineedit *le)
{
	lineedit_move_to(le, le->len);
	/* A command that asks answers -EINTR, and the shell says so. */
	if (le->command)
		lineedit_emit(le, "<INTERRUPT>\n", 12);
	return LINEEDIT_INTERRUPT;
}

static void put(struct lineedit *le, const char *text, unsigned int len)
{
	unsigned int i;

	for (i = 0; IS_ENABLED(CONFIG_EDIT_KEYS) && le->overwrite && le->pos < le->len && i < len;
	     i++) {
		if (!utf8_continues(text[i]))
			lineedit_delete(le, le->pos, lineedit_char_after(le, le->pos));
	}
	le->overflow |= len > LINEEDIT_MAX - le->len;
	lineedit_insert(le, text, len);
}

/* What was held back of a character goes in, be it whole or not. */
static void put_pending(struct lineedit *le)
{
	if (le->pending_len)
		put(le, le->pending, le->pending_len);
	le->pending_len = 0;
}

/*
 * A byte of text. Inside a line the rest of the line is written behind what comes in, so a
 * character of several bytes waits there until it is whole.
 */
static void put_byte(struct lineedit *le, char c)
{
	if (!IS_ENABLED(CONFIG_EDIT_UTF8) || le->pos == le->len) {
		put(le, &c, 1);
		return;
	}
	if (!utf8_continues(c))
		put_pending(le);
	le->pending[le->pending_len++] = c;
	if (le->pending_len == utf8_length(le->pending[0]))
		put_pending(le);
}

static void feed_key(struct lineedit *le, int c)
{
	if (c != '\t') {
		le->overflow = false; /* who edits has heard the bell */
		edit_key(le, (unsigned int)c);
	} else if (!le->tab || !le->tab(le)) {
		put(le, " ", 1);
	}
}

enum lineedit_event lineedit_feed(struct lineedit *le, int c)
{
	const bool after_cr = le->cr;
	const bool key = c < ' ' || c == KEY_DEL;

	le->cr = c == '\r';
	if (c == '\n' && after_cr)
		return LINEEDIT_MORE;
	if (IS_ENABLED(CONFIG_EDIT_SEARCH) && le->searching && !lineedit_search_feed(le, c))
		return LINEEDIT_MORE;
	if (key)
		put_pending(le);
	if (c == '\r' || c == '\n')
		return end_line(le);
	if (c == CTRL('C'))
		return interrupt(le);
	if (c == CTRL('[')) {
		le->meta = le->escape == ESC_START;
		le->escape = ESC_START;
		return LINEEDIT_MORE;
	}
	if (le->escape != ESC_NONE &&
	    (!key || (IS_ENABLED(CONFIG_EDIT_KEYS) && le->escape == ESC_START && c != '\t'))) {
		feed_escape(le, c);
		return LINEEDIT_MORE;
	}
	/* A control key breaks a sequence off. */
	le->escape = ESC_NONE;
	if (key)
		feed_key(le, c);
	else
		put_byte(le, (char)c);
	return LINEEDIT_MORE;
}
