/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/lineedit.h"

#include <string.h>

#define CTRL(c) ((c)&0x1f)
#define KEY_DEL 0x7f

/* States of an escape sequence: none, after ESC, in ESC [ ..., after ESC O. */
enum { ESC_NONE, ESC_START, ESC_CSI, ESC_SS3 };

static void emit(struct lineedit *le, const char *bytes, size_t len)
{
	if (len)
		le->emit(le->emit_ctx, bytes, len);
}

/* Emit @c @count times. */
static void emit_repeated(struct lineedit *le, char c, unsigned int count)
{
	char chunk[32];
	unsigned int n;

	memset(chunk, c, sizeof(chunk));
	for (; count; count -= n) {
		n = MIN(count, (unsigned int)sizeof(chunk));
		emit(le, chunk, n);
	}
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Terminal columns that line[from, to) takes: UTF-8 continuation bytes take none. */
static unsigned int columns(const struct lineedit *le, unsigned int from, unsigned int to)
{
	unsigned int count = 0;

	for (; from < to; from++)
		count += !is_continuation(le->line[from]);
	return count;
}

static unsigned int char_before(const struct lineedit *le, unsigned int pos)
{
	while (pos && is_continuation(le->line[--pos]))
		;
	return pos;
}

static unsigned int char_after(const struct lineedit *le, unsigned int pos)
{
	while (pos < le->len && is_continuation(le->line[++pos]))
		;
	return pos;
}

static void move_to(struct lineedit *le, unsigned int pos)
{
	if (pos < le->pos)
		emit_repeated(le, '\b', columns(le, pos, le->pos));
	else
		emit(le, le->line + le->pos, pos - le->pos);
	le->pos = pos;
}

/* Delete line[from, to) and show the line so, the cursor at from. */
static void delete_range(struct lineedit *le, unsigned int from, unsigned int to)
{
	unsigned int gone = columns(le, from, to);

	move_to(le, from);
	memmove(le->line + from, le->line + to, le->len - to + 1);
	le->len -= to - from;
	emit(le, le->line + from, le->len - from);
	emit_repeated(le, ' ', gone);
	emit_repeated(le, '\b', gone + columns(le, from, le->len));
}

void lineedit_insert(struct lineedit *le, const char *text, size_t len)
{
	if (len > LINEEDIT_MAX - le->len) {
		emit(le, "\a", 1);
		return;
	}
	memmove(le->line + le->pos + len, le->line + le->pos, le->len - le->pos + 1);
	memcpy(le->line + le->pos, text, len);
	le->pos += (unsigned int)len;
	le->len += (unsigned int)len;
	emit(le, text, len);
	emit(le, le->line + le->pos, le->len - le->pos);
	emit_repeated(le, '\b', columns(le, le->pos, le->len));
}

static void replace_line(struct lineedit *le, const char *text)
{
	delete_range(le, 0, le->len);
	le->len = (unsigned int)strlen(text);
	memcpy(le->line, text, le->len + 1);
	move_to(le, le->len);
}

static unsigned int word_start(const struct lineedit *le)
{
	unsigned int pos = le->pos;

	while (pos && le->line[pos - 1] == ' ')
		pos--;
	while (pos && le->line[pos - 1] != ' ')
		pos--;
	return pos;
}

static void history_drop_oldest(struct lineedit *le)
{
	unsigned int size = (unsigned int)strlen(le->hist) + 1;

	le->hist_len -= size;
	memmove(le->hist, le->hist + size, le->hist_len);
}

/* Offset of the line before the one at @pos; @pos itself where that is the oldest. */
static unsigned int history_before(const struct lineedit *le, unsigned int pos)
{
	if (!pos)
		return 0;
	pos--; /* the NUL of the line before */
	while (pos && le->hist[pos - 1])
		pos--;
	return pos;
}

static unsigned int history_count(const struct lineedit *le)
{
	unsigned int count = 0;
	unsigned int i;

	for (i = 0; i < le->hist_len; i++)
		count += !le->hist[i];
	return count;
}

static void history_add(struct lineedit *le)
{
	unsigned int last = history_before(le, le->hist_len);

	if (le->line[strspn(le->line, " ")] == '\0' ||
	    (le->hist_len && !strcmp(le->hist + last, le->line)))
		return;
	while (history_count(le) >= LINEEDIT_HISTORY ||
	       le->len + 1 > sizeof(le->hist) - le->hist_len)
		history_drop_oldest(le);
	memcpy(le->hist + le->hist_len, le->line, le->len + 1);
	le->hist_len += le->len + 1;
}

const char *lineedit_last(const struct lineedit *le)
{
	return le->hist_len ? le->hist + history_before(le, le->hist_len) : "";
}

static void history_up(struct lineedit *le)
{
	if (!le->hist_pos)
		return;
	if (le->hist_pos == le->hist_len)
		memcpy(le->stash, le->line, le->len + 1);
	le->hist_pos = history_before(le, le->hist_pos);
	replace_line(le, le->hist + le->hist_pos);
}

static void history_down(struct lineedit *le)
{
	if (le->hist_pos == le->hist_len)
		return;
	le->hist_pos += (unsigned int)strlen(le->hist + le->hist_pos) + 1;
	replace_line(le, le->hist_pos == le->hist_len ? le->stash : le->hist + le->hist_pos);
}

/* One key, by the control character that means it. */
static void edit_key(struct lineedit *le, int key)
{
	switch (key) {
	case CTRL('A'):
		return move_to(le, 0);
	case CTRL('E'):
		return move_to(le, le->len);
	case CTRL('B'):
		return move_to(le, char_before(le, le->pos));
	case CTRL('F'):
		return move_to(le, char_after(le, le->pos));
	case CTRL('D'):
		return delete_range(le, le->pos, char_after(le, le->pos));
	case CTRL('H'):
	case KEY_DEL:
		return delete_range(le, char_before(le, le->pos), le->pos);
	case CTRL('K'):
		return delete_range(le, le->pos, le->len);
	case CTRL('U'):
	case CTRL('X'):
		return delete_range(le, 0, le->len);
	case CTRL('W'):
		return delete_range(le, word_start(le), le->pos);
	case CTRL('P'):
		return history_up(le);
	case CTRL('N'):
		return history_down(le);
	default: /* no such key */
		return;
	}
}

/* The last byte of ESC [ ... or ESC O ...; le->param is what stood before it. */
static void escape_key(struct lineedit *le, int final)
{
	static const struct {
		char final;
		unsigned char param; /* for final '~' */
		unsigned char key;
	} keys[] = {
		{ 'A', 0, CTRL('P') }, { 'B', 0, CTRL('N') }, { 'C', 0, CTRL('F') },
		{ 'D', 0, CTRL('B') }, { 'H', 0, CTRL('A') }, { 'F', 0, CTRL('E') },
		{ '~', 1, CTRL('A') }, { '~', 7, CTRL('A') }, { '~', 3, CTRL('D') },
		{ '~', 4, CTRL('E') }, { '~', 8, CTRL('E') },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		if (keys[i].final != final || (final == '~' && keys[i].param != le->param))
			continue;
		edit_key(le, keys[i].key);
		return;
	}
}

/* A character inside an escape sequence. */
static void feed_escape(struct lineedit *le, int c)
{
	if (le->escape == ESC_START && (c == '[' || c == 'O')) {
		le->escape = c == '[' ? ESC_CSI : ESC_SS3;
		le->param = 0;
		return;
	}
	if (le->escape == ESC_CSI && c >= ' ' && c < '@') {
		if (c >= '0' && c <= '9' && le->param < 100)
			le->param = le->param * 10 + (unsigned int)(c - '0');
		return;
	}
	if (le->escape != ESC_START)
		escape_key(le, c);
	le->escape = ESC_NONE;
}

void lineedit_start(struct lineedit *le)
{
	le->len = 0;
	le->pos = 0;
	le->line[0] = '\0';
	le->escape = ESC_NONE;
	le->hist_pos = le->hist_len;
}

static enum lineedit_event finish(struct lineedit *le)
{
	move_to(le, le->len);
	emit(le, "\n", 1);
	if (le->command)
		history_add(le);
	return LINEEDIT_LINE;
}

enum lineedit_event lineedit_feed(struct lineedit *le, int c)
{
	bool after_cr = le->cr;

	le->cr = c == '\r';
	if (c == '\n' && after_cr)
		return LINEEDIT_MORE;
	if (c == '\r' || c == '\n')
		return finish(le);
	if (c == CTRL('C')) {
		move_to(le, le->len);
		emit(le, "<INTERRUPT>\n", 12);
		return LINEEDIT_INTERRUPT;
	}
	if (le->escape != ESC_NONE && c >= ' ' && c != KEY_DEL) {
		feed_escape(le, c);
		return LINEEDIT_MORE;
	}
	/* A control key breaks a sequence off. */
	le->escape = c == CTRL('[') ? ESC_START : ESC_NONE;
	if (c == '\t')
		c = ' ';
	if (c < ' ' || c == KEY_DEL)
		edit_key(le, c);
	else
		lineedit_insert(le, (const char[]){ (char)c }, 1);
	return LINEEDIT_MORE;
}
