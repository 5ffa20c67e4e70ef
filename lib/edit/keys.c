/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys for a person at the terminal: words, what was deleted, a screen in disorder. */
#include <ctype.h>
#include <string.h>

#include "lib/edit/parts.h"

/* Whatever UTF-8 there is counts as letters. */
static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static unsigned int word_left(const struct lineedit *le)
{
	unsigned int pos = le->pos;

	while (pos && !in_word(le->line[pos - 1]))
		pos--;
	while (pos && in_word(le->line[pos - 1]))
		pos--;
	return pos;
}

static unsigned int word_right(const struct lineedit *le)
{
	unsigned int pos = le->pos;

	while (pos < le->len && !in_word(le->line[pos]))
		pos++;
	while (pos < le->len && in_word(le->line[pos]))
		pos++;
	return pos;
}

/* The deleted text takes what the history leaves, and of old lines what they must give. */
void lineedit_keep_killed(struct lineedit *le, unsigned int from, unsigned int to)
{
	if (from == to)
		return;
	le->killed = 0;
	while (to - from > sizeof(le->hist) - le->hist_len)
		lineedit_history_drop_oldest(le);
	le->killed = to - from;
	memcpy(le->hist + sizeof(le->hist) - le->killed, le->line + from, le->killed);
}

/* The character before the cursor and the one under it change places; at the end, the last two. */
static void transpose(struct lineedit *le)
{
	unsigned int right = le->pos == le->len ? lineedit_char_before(le, le->pos) : le->pos;
	unsigned int left = lineedit_char_before(le, right);
	unsigned int end = lineedit_char_after(le, right);
	char before[LINEEDIT_QUERY_MAX];

	if (left == right || right - left > sizeof(before))
		return;
	lineedit_move_to(le, left);
	memcpy(before, le->line + left, right - left);
	memmove(le->line + left, le->line + right, end - right);
	memcpy(le->line + left + end - right, before, right - left);
	lineedit_move_to(le, end);
}

void lineedit_more_keys(struct lineedit *le, unsigned int key)
{
	/* A line of its own first: a terminal that cannot clear shows the sequences there. */
	static const char clear[] = "\n\033[H\033[2J";

	switch (key) {
	case KEY_WORD_LEFT:
		return lineedit_move_to(le, word_left(le));
	case KEY_WORD_RIGHT:
		return lineedit_move_to(le, word_right(le));
	case KEY_KILL_WORD:
		return lineedit_kill(le, le->pos, word_right(le));
	case KEY_KILL_WORD_LEFT:
		return lineedit_kill(le, word_left(le), le->pos);
	case CTRL('L'):
		lineedit_emit(le, clear, sizeof(clear) - 1);
		return lineedit_redraw(le);
	case CTRL('O'):
		le->overwrite = !le->overwrite;
		return;
	case CTRL('T'):
		return transpose(le);
	case CTRL('Y'):
		return lineedit_insert(le, le->hist + sizeof(le->hist) - le->killed, le->killed);
	default: /* no such key */
		return;
	}
}
