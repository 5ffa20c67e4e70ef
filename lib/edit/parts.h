/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the line editor use of each other; users include lib/edit/lineedit.h. */
#pragma once

#include "lib/edit/lineedit.h"

#define CTRL(c) ((c)&0x1f)

/* A key is the control character that means it, or one of these. */
enum lineedit_key {
	KEY_DEL = 0x7f,
	KEY_WORD_LEFT = 0x100,
	KEY_WORD_RIGHT,
	KEY_KILL_WORD,     /* from the cursor to the end of a word */
	KEY_KILL_WORD_LEFT /* from the start of a word to the cursor */
};

/* ---- show.c: the line and the terminal, together ---- */

void lineedit_emit(struct lineedit *le, const char *bytes, size_t len);
void lineedit_emit_repeated(struct lineedit *le, char c, unsigned int count);

/* Terminal columns of a text. */
unsigned int lineedit_columns(const char *text, size_t len);

/* The character before and after @pos, with the marks that are drawn onto it. */
unsigned int lineedit_char_before(const struct lineedit *le, unsigned int pos);
unsigned int lineedit_char_after(const struct lineedit *le, unsigned int pos);

/* Columns of the prompt and of the line up to @pos. */
unsigned int lineedit_cell(const struct lineedit *le, unsigned int pos);

/*
 * The cursor from @count columns behind the column @start to there. @at_end: nothing stands behind
 * the cursor now. Columns go on from row to row.
 */
void lineedit_go_back(struct lineedit *le, unsigned int start, unsigned int count, bool at_end);

void lineedit_move_to(struct lineedit *le, unsigned int pos);

/* Delete line[from, to) and show the line so, the cursor at from. */
void lineedit_delete(struct lineedit *le, unsigned int from, unsigned int to);

/* lineedit_delete(), and Ctrl-Y brings it back. */
void lineedit_kill(struct lineedit *le, unsigned int from, unsigned int to);

void lineedit_replace(struct lineedit *le, const char *text);

/* ---- wrap.c (CONFIG_EDIT_WRAP): le->columns is not 0 ---- */

/* lineedit_go_back() */
void lineedit_go_back_rows(struct lineedit *le, unsigned int from, unsigned int to, bool at_end);

/* Text was written up to the cursor: where it filled a row, let the cursor stand in the next. */
void lineedit_leave_full_row(struct lineedit *le);

/* ---- history.c ---- */

void lineedit_history_drop_oldest(struct lineedit *le);

/* Offset of the line before the one at @pos; @pos itself where that is the oldest. */
unsigned int lineedit_history_before(const struct lineedit *le, unsigned int pos);

void lineedit_history_add(struct lineedit *le);
void lineedit_history_up(struct lineedit *le);
void lineedit_history_down(struct lineedit *le);

/* ---- keys.c (CONFIG_EDIT_KEYS) ---- */

void lineedit_keep_killed(struct lineedit *le, unsigned int from, unsigned int to);
void lineedit_more_keys(struct lineedit *le, unsigned int key);

/* ---- search.c (CONFIG_EDIT_SEARCH) ---- */

void lineedit_search_start(struct lineedit *le);

/* One character while le->searching; true: it ended the search and has yet to be obeyed. */
bool lineedit_search_feed(struct lineedit *le, int c);
