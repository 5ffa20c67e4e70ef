/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines before this one: in one buffer, the oldest leave as new ones come. */
#include <string.h>

#include "lib/edit/parts.h"

void lineedit_history_drop_oldest(struct lineedit *le)
{
	const unsigned int size = (unsigned int)strlen(le->hist) + 1;

	le->hist_len -= size;
	memmove(le->hist, le->hist + size, le->hist_len);
	le->hist_pos -= MIN(le->hist_pos, size);
}

unsigned int lineedit_history_before(const struct lineedit *le, unsigned int pos)
{
	if (!pos)
		return 0;
	pos--; /* the NUL of the line before */
	while (pos && le->hist[pos - 1])
		pos--;
	return pos;
}

static unsigned int count_lines(const struct lineedit *le)
{
	unsigned int count = 0;
	unsigned int i;

	for (i = 0; i < le->hist_len; i++)
		count += !le->hist[i];
	return count;
}

void lineedit_history_add(struct lineedit *le)
{
	if (!strcmp(lineedit_last(le), le->line))
		return;
	if (le->len + 1 > sizeof(le->hist) - le->killed)
		le->killed = 0;
	while (count_lines(le) >= LINEEDIT_HISTORY ||
	       le->len + 1 > sizeof(le->hist) - le->killed - le->hist_len)
		lineedit_history_drop_oldest(le);
	memcpy(le->hist + le->hist_len, le->line, le->len + 1);
	le->hist_len += le->len + 1;
}

const char *lineedit_history(const struct lineedit *le, const char *after)
{
	const char *next = after ? after + strlen(after) + 1 : le->hist;

	return next < le->hist + le->hist_len ? next : NULL;
}

void lineedit_history_up(struct lineedit *le)
{
	if (!le->hist_pos)
		return;
	if (le->hist_pos == le->hist_len)
		memcpy(le->stash, le->line, le->len + 1);
	le->hist_pos = lineedit_history_before(le, le->hist_pos);
	lineedit_replace(le, le->hist + le->hist_pos);
}

void lineedit_history_down(struct lineedit *le)
{
	if (le->hist_pos == le->hist_len)
		return;
	le->hist_pos += (unsigned int)strlen(le->hist + le->hist_pos) + 1;
	lineedit_replace(le, le->hist_pos == le->hist_len ? le->stash : le->hist + le->hist_pos);
}
