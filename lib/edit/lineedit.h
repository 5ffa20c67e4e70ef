/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room lib/edit: PURE: what a person types at a terminal: lines, menus, keys.
 * In:    a byte
 * Out:   a line, a choice; what to write to the terminal
 * Uses:  hash, base
 * Circle:history, keys, lineedit, search, show, wrap: one line that is edited, and its one view.
 */
#pragma once

#include "lib/base/types.h"

#define LINEEDIT_MAX       4096 /* bytes of one line */
#define LINEEDIT_HISTORY   20   /* lines kept, while they fit in */
#define LINEEDIT_HIST_MEM  (IS_ENABLED(CONFIG_EDIT_HISTORY) ? 8192 : 1) /* each with its NUL */
#define LINEEDIT_QUERY_MAX 64 /* bytes that Ctrl-R looks for */

/** What one character did to the line. */
enum lineedit_event {
	LINEEDIT_MORE,      /* not at its end */
	LINEEDIT_LINE,      /* the line is complete, in .line */
	LINEEDIT_INTERRUPT, /* Ctrl-C: the line is to be forgotten */
	LINEEDIT_GIVEN_UP   /* never by lineedit_feed(): the caller waited long enough */
};

/**
 * struct lineedit - a line being edited, and the ones before it
 * @emit:        writes @len bytes to the terminal; '\n' stands for a line's end there
 * @emit_ctx:    its first argument
 * @prompt:      what stands before the line, where it has to be shown anew
 * @command:     the line joins the history
 * @tab:         NULL, or what the Tab key does; false: it is a blank
 * @columns:     of the terminal, 0 where that is not known
 * @line:        the bytes so far, NUL-terminated
 * @len:         bytes in @line
 * @pos:         the cursor: bytes before it
 * @hist:        from its start, earlier lines, NUL-separated, oldest first; at its very end the
 *               text that was deleted last
 * @hist_len:    bytes used by the lines
 * @hist_pos:    offset in @hist of the line shown, @hist_len where it is none of them
 * @killed:      bytes of the deleted text
 * @stash:       what was typed before the history was entered; without a history, the line before
 * @escape:      state of a key's escape sequence
 * @meta:        it began with two ESC, or an Alt key was held
 * @param:       its first two numbers
 * @param_count: numbers before the one being read
 * @cr:          the last character was a CR: an LF now belongs to it
 * @overwrite:   Ctrl-O: what is typed takes the place of what stands there
 * @overflow:    of what was typed something found no room, and nobody has edited since
 * @pending:     bytes of a UTF-8 character that is not yet whole
 * @pending_len: how many
 * @query:       what Ctrl-R looks for
 * @query_len:   its bytes
 * @found:       offset in @hist of the line that has it, @hist_len before one was found
 * @shown:       columns that the search has on the terminal
 * @searching:   Ctrl-R is looking
 * @failed:      no line has @query; @found has its beginning
 *
 * Plain characters that are added at the end of the line are emitted once each and nothing
 * else is; only editing keys move the cursor. Movement is by backspaces and rewriting, so
 * any terminal will do; Ctrl-L alone sends escape sequences, and what moves to
 * a row above where @columns tells that there is one. UTF-8 sequences are moved over and
 * deleted as one character.
 */
struct lineedit {
	void (*emit)(void *ctx, const char *bytes, size_t len);
	void *emit_ctx;
	const char *prompt;
	bool command;
	bool (*tab)(struct lineedit *le);
	unsigned int columns;
	char line[LINEEDIT_MAX + 1];
	unsigned int len;
	unsigned int pos;
	char hist[LINEEDIT_HIST_MEM];
	unsigned int hist_len;
	unsigned int hist_pos;
	unsigned int killed;
	char stash[LINEEDIT_MAX + 1];
	unsigned char escape;
	bool meta;
	unsigned int param[2];
	unsigned int param_count;
	bool cr;
	bool overwrite;
	bool overflow;
	char pending[4];
	unsigned int pending_len;
	char query[LINEEDIT_QUERY_MAX + 1];
	unsigned int query_len;
	unsigned int found;
	unsigned int shown;
	bool searching;
	bool failed;
};

/** lineedit_start() - begin a new, empty line; the history stays */
void lineedit_start(struct lineedit *le);

/**
 * lineedit_feed() - one character from the terminal
 * @le: the editor; zeroed except @emit, @prompt, @command and @tab before its first use
 * @c:  0..255
 *
 * Keys: doc/console.md, "Editing". CR, LF and CR LF each end a line once. A line that is full
 * rings the bell, and runs only where it was edited since.
 *
 * Return: what became of the line; after LINEEDIT_LINE and LINEEDIT_INTERRUPT the caller
 * calls lineedit_start() before the next character.
 */
enum lineedit_event lineedit_feed(struct lineedit *le, int c);

/**
 * lineedit_insert() - put text in at the cursor, as if it had been typed
 * @text: no control characters in it
 * @len:  bytes; where they are too many for the line, none goes in and the bell rings
 */
void lineedit_insert(struct lineedit *le, const char *text, size_t len);

/** lineedit_redraw() - show prompt, line and cursor again, where the terminal's cursor is now */
void lineedit_redraw(struct lineedit *le);

/** lineedit_last() - the newest line that was no blank one, "" where none was */
const char *lineedit_last(const struct lineedit *le);

/**
 * lineedit_history() - walk the history from its oldest line
 * @after: the line before, NULL to begin
 *
 * Return: the next line; NULL after the newest. Good until a line ends.
 */
const char *lineedit_history(const struct lineedit *le, const char *after);
