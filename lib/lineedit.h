/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/types.h"

#define LINEEDIT_MAX      4096 /* bytes of one line */
#define LINEEDIT_HISTORY  20   /* lines kept, while they fit in */
#define LINEEDIT_HIST_MEM 8192 /* bytes, each line with its NUL */

/** What one character did to the line. */
enum lineedit_event {
	LINEEDIT_MORE,      /* not at its end */
	LINEEDIT_LINE,      /* the line is complete, in .line */
	LINEEDIT_INTERRUPT, /* Ctrl-C: the line is to be forgotten */
	LINEEDIT_GIVEN_UP   /* never by lineedit_feed(): the caller waited long enough */
};

/**
 * struct lineedit - a line being edited, and the ones before it
 * @emit:     writes @len bytes to the terminal; '\n' stands for a line's end there
 * @emit_ctx: its first argument
 * @prompt:   what stands before the line, where it has to be shown anew
 * @command:  the line joins the history
 * @line:     the bytes so far, NUL-terminated
 * @len:      bytes in @line
 * @pos:      the cursor: bytes before it
 * @hist:     earlier lines, NUL-separated, oldest first
 * @hist_len: bytes used in @hist
 * @hist_pos: offset in @hist of the line shown, @hist_len where it is none of them
 * @stash:    what was typed before the history was entered
 * @escape:   state of a key's escape sequence
 * @param:    its first number
 * @cr:       the last character was a CR: an LF now belongs to it
 *
 * Plain characters that are added at the end of the line are emitted once each and nothing
 * else is; only editing keys move the cursor. Movement is by backspaces and rewriting, so
 * any terminal will do. UTF-8 sequences are moved over and deleted as one character.
 */
struct lineedit {
	void (*emit)(void *ctx, const char *bytes, size_t len);
	void *emit_ctx;
	const char *prompt;
	bool command;
	char line[LINEEDIT_MAX + 1];
	unsigned int len;
	unsigned int pos;
	char hist[LINEEDIT_HIST_MEM];
	unsigned int hist_len;
	unsigned int hist_pos;
	char stash[LINEEDIT_MAX + 1];
	unsigned char escape;
	unsigned int param;
	bool cr;
};

/** lineedit_start() - begin a new, empty line; the history stays */
void lineedit_start(struct lineedit *le);

/**
 * lineedit_feed() - one character from the terminal
 * @le: the editor; zeroed except @emit, @prompt and @command before its first use
 * @c:  0..255
 *
 * Keys: Backspace and DEL, ^A ^E ^B ^F ^D ^K ^U ^X ^W ^P ^N, arrows, Home, End, Delete.
 * CR, LF and CR LF each end a line once. A line that is full rings the bell.
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

/** lineedit_last() - the newest line of the history, "" where it is empty */
const char *lineedit_last(const struct lineedit *le);
