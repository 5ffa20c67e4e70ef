/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ctrl-R: as the text to look for is typed, the newest line of the history that has it stands
 * behind a prompt of its own. While that is so le->line has the line shown, le->pos is its end, and
 * le->stash the line that was there before.
 */
#include <string.h>

#include "lib/edit/parts.h"
#include "lib/base/utf8.h"

static const char intro[] = "(search)'";
static const char intro_failed[] = "(no such line)'";
static const char between[] = "': ";

static void emit_text(struct lineedit *le, const char *text)
{
	lineedit_emit(le, text, strlen(text));
}

static void erase(struct lineedit *le, unsigned int columns)
{
	lineedit_go_back(le, 0, columns, true);
	lineedit_emit_repeated(le, ' ', columns);
	lineedit_go_back(le, 0, columns, true);
}

static void show(struct lineedit *le)
{
	const char *const text[] = { le->failed ? intro_failed : intro, le->query, between,
				     le->line };
	unsigned int i;

	le->shown = 0;
	for (i = 0; i < ARRAY_SIZE(text); i++) {
		emit_text(le, text[i]);
		le->shown += lineedit_columns(text[i], strlen(text[i]));
	}
}

static void take(struct lineedit *le, const char *text)
{
	le->len = (unsigned int)strlen(text);
	le->pos = le->len;
	memcpy(le->line, text, le->len + 1);
}

/* Look from the line before @from on, older and older. */
static void look(struct lineedit *le, unsigned int from)
{
	le->failed = le->query_len > 0;
	while (from && le->failed) {
		from = lineedit_history_before(le, from);
		if (!strstr(le->hist + from, le->query))
			continue;
		le->failed = false;
		le->found = from;
		take(le, le->hist + from);
	}
	if (le->failed)
		emit_text(le, "\a");
}

/* Where the line after the one at @pos begins. */
static unsigned int line_after(const struct lineedit *le, unsigned int pos)
{
	return pos == le->hist_len ? pos : pos + (unsigned int)strlen(le->hist + pos) + 1;
}

static void finish(struct lineedit *le)
{
	erase(le, le->shown);
	le->searching = false;
	le->hist_pos = le->found;
	emit_text(le, le->prompt);
	lineedit_emit(le, le->line, le->len);
}

void lineedit_search_start(struct lineedit *le)
{
	lineedit_move_to(le, le->len);
	erase(le, lineedit_columns(le->prompt, strlen(le->prompt)) +
			  lineedit_columns(le->line, le->len));
	if (le->hist_pos == le->hist_len)
		memcpy(le->stash, le->line, le->len + 1);
	le->query_len = 0;
	le->query[0] = '\0';
	le->found = le->hist_pos;
	le->failed = false;
	le->searching = true;
	show(le);
}

static void change_query(struct lineedit *le, int c)
{
	if (c >= ' ' && c != KEY_DEL) {
		if (le->query_len == LINEEDIT_QUERY_MAX)
			return;
		le->query[le->query_len++] = (char)c;
	} else {
		while (le->query_len && utf8_continues(le->query[--le->query_len]))
			;
	}
	le->query[le->query_len] = '\0';
}

/* Does the query end in the middle of a character? */
static bool is_partial(const struct lineedit *le)
{
	unsigned int last = le->query_len;

	while (last && utf8_continues(le->query[--last]))
		;
	return le->query_len && le->query_len - last < utf8_length(le->query[last]);
}

bool lineedit_search_feed(struct lineedit *le, int c)
{
	const bool older = c == CTRL('R');
	const bool shorter = c == CTRL('H') || c == KEY_DEL;

	if (!older && !shorter && c < ' ') {
		if (c == CTRL('G')) {
			take(le, le->stash);
			le->found = le->hist_len;
		}
		finish(le);
		return c != CTRL('G');
	}
	if (!older)
		change_query(le, c);
	if (is_partial(le))
		return false;
	erase(le, le->shown);
	if (shorter)
		le->found = le->hist_len;
	look(le, older ? le->found : line_after(le, le->found));
	show(le);
	return false;
}
