/* SPDX-License-Identifier: BSD-2-Clause */
/* The line and what the terminal shows of it, changed together. */
#include <string.h>

#include "lib/edit/parts.h"
#include "lib/base/utf8.h"

void lineedit_emit(struct lineedit *le, const char *bytes, size_t len)
{
	if (len)
		le->emit(le->emit_ctx, bytes, len);
}

void lineedit_emit_repeated(struct lineedit *le, char c, unsigned int count)
{
	char chunk[32];
	unsigned int n;

	memset(chunk, c, sizeof(chunk));
	for (; count; count -= n) {
		n = MIN(count, (unsigned int)sizeof(chunk));
		lineedit_emit(le, chunk, n);
	}
}

unsigned int lineedit_columns(const char *text, size_t len)
{
	unsigned int count = 0;
	size_t i;

	if (IS_ENABLED(CONFIG_EDIT_UTF8))
		return utf8_columns(text, len);
	for (i = 0; i < len; i++)
		count += !utf8_continues(text[i]);
	return count;
}

/* May the cursor stand before line[pos]? */
static bool is_boundary(const struct lineedit *le, unsigned int pos)
{
	if (utf8_continues(le->line[pos]))
		return false;
	return !IS_ENABLED(CONFIG_EDIT_UTF8) || utf8_width(le->line + pos, le->len - pos);
}

unsigned int lineedit_char_before(const struct lineedit *le, unsigned int pos)
{
	while (pos && !is_boundary(le, --pos))
		;
	return pos;
}

unsigned int lineedit_char_after(const struct lineedit *le, unsigned int pos)
{
	while (pos < le->len && ++pos < le->len && !is_boundary(le, pos))
		;
	return pos;
}

static bool knows_rows(const struct lineedit *le)
{
	return IS_ENABLED(CONFIG_EDIT_WRAP) && le->columns;
}

unsigned int lineedit_cell(const struct lineedit *le, unsigned int pos)
{
	return lineedit_columns(le->prompt, strlen(le->prompt)) + lineedit_columns(le->line, pos);
}

void lineedit_go_back(struct lineedit *le, unsigned int start, unsigned int count, bool at_end)
{
	if (knows_rows(le) && count)
		lineedit_go_back_rows(le, start + count, start, at_end);
	else
		lineedit_emit_repeated(le, '\b', count);
}

/* The cursor from @columns behind line[pos] to there. */
static void return_to(struct lineedit *le, unsigned int pos, unsigned int columns, bool at_end)
{
	lineedit_go_back(le, knows_rows(le) ? lineedit_cell(le, pos) : 0, columns, at_end);
}

void lineedit_move_to(struct lineedit *le, unsigned int pos)
{
	if (pos < le->pos) {
		return_to(le, pos, lineedit_columns(le->line + pos, le->pos - pos),
			  le->pos == le->len);
		le->pos = pos;
		return;
	}
	lineedit_emit(le, le->line + le->pos, pos - le->pos);
	le->pos = pos;
	if (knows_rows(le))
		lineedit_leave_full_row(le);
}

/* Write line[pos, len), blanks over @gone columns behind it, and go back. */
static void show_tail(struct lineedit *le, unsigned int gone)
{
	const char *tail = le->line + le->pos;
	const unsigned int len = le->len - le->pos;

	lineedit_emit(le, tail, len);
	lineedit_emit_repeated(le, ' ', gone);
	return_to(le, le->pos, gone + lineedit_columns(tail, len), true);
}

void lineedit_delete(struct lineedit *le, unsigned int from, unsigned int to)
{
	const unsigned int gone = lineedit_columns(le->line + from, to - from);

	lineedit_move_to(le, from);
	memmove(le->line + from, le->line + to, le->len - to + 1);
	le->len -= to - from;
	show_tail(le, gone);
}

void lineedit_kill(struct lineedit *le, unsigned int from, unsigned int to)
{
	if (IS_ENABLED(CONFIG_EDIT_KEYS))
		lineedit_keep_killed(le, from, to);
	lineedit_delete(le, from, to);
}

void lineedit_insert(struct lineedit *le, const char *text, size_t len)
{
	if (len > LINEEDIT_MAX - le->len) {
		lineedit_emit(le, "\a", 1);
		return;
	}
	memmove(le->line + le->pos + len, le->line + le->pos, le->len - le->pos + 1);
	memcpy(le->line + le->pos, text, len);
	le->pos += (unsigned int)len;
	le->len += (unsigned int)len;
	lineedit_emit(le, text, len);
	show_tail(le, 0);
}

void lineedit_replace(struct lineedit *le, const char *text)
{
	lineedit_delete(le, 0, le->len);
	lineedit_insert(le, text, strlen(text));
}

void lineedit_redraw(struct lineedit *le)
{
	const unsigned int pos = le->pos;

	lineedit_emit(le, le->prompt, strlen(le->prompt));
	le->pos = 0;
	lineedit_move_to(le, le->len);
	lineedit_move_to(le, pos);
}
