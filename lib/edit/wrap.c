/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line over several rows of a terminal whose width is known. Backspaces end at a row's first
 * column, so rows above are reached by escape sequences, and only they.
 */
#include <stdio.h>

#include "lib/edit/parts.h"

void lineedit_go_back_rows(struct lineedit *le, unsigned int from, unsigned int to, bool at_end)
{
	const unsigned int width = le->columns;
	const unsigned int rows = from / width - to / width;
	char text[32];
	int len;

	/* A full row's cursor waits in the last column until something stands in the next row. */
	if (at_end && from % width == 0)
		lineedit_emit(le, " \b", 2);
	if (!rows) {
		lineedit_emit_repeated(le, '\b', from - to);
		return;
	}
	len = snprintf(text, sizeof(text), to % width ? "\r\033[%uA\033[%uC" : "\r\033[%uA", rows,
		       to % width);
	lineedit_emit(le, text, (size_t)len);
}

void lineedit_leave_full_row(struct lineedit *le)
{
	const unsigned int next = lineedit_char_after(le, le->pos);
	const char *text = le->line + le->pos;

	if (le->pos == le->len || lineedit_cell(le, le->pos) % le->columns)
		return;
	lineedit_emit(le, text, next - le->pos);
	lineedit_emit_repeated(le, '\b', lineedit_columns(text, next - le->pos));
}
