/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/edit/lineedit.h"
#include "lib/base/types.h"

/**
 * struct readline - how a line is to be read
 * @prompt:  printed first, at the start of a line
 * @initial: text that stands in the line already, at most LINEEDIT_MAX bytes; NULL: none
 * @command: the line is one for the shell: it joins the history, Tab completes its words
 * @seconds: without a key after which the line is given up; 0: never
 */
struct readline {
	const char *prompt;
	const char *initial;
	bool command;
	unsigned int seconds;
};

/**
 * console_readline() - let the person at the console edit one line
 * @how:  see there; nothing in it is kept
 * @line: where it ends by Enter, the line without its end; good until the next call
 *
 * After Ctrl-C "<INTERRUPT>" is on the terminal where @how->command is set; who asks otherwise returns
 * -EINTR, which says it.
 *
 * Return: LINEEDIT_LINE, LINEEDIT_INTERRUPT, or LINEEDIT_GIVEN_UP after @how->seconds.
 */
enum lineedit_event console_readline(const struct readline *how, const char **line);

/** readline_last() - the newest line of the history, "" where it is empty */
const char *readline_last(void);

/** readline_history() - the line after @after in the history, NULL to begin; NULL at its end */
const char *readline_history(const char *after);

/**
 * readline_key() - take a byte from the console that is none of a line
 *
 * Return: the byte; -1 for the LF of a CR LF, whose CR ended a line or was such a byte.
 */
int readline_key(void);

/**
 * readline_drop_rest() - take the bytes behind the first one of a key
 * @key: the first one; those of an arrow or function key begin with ESC
 *
 * Waits 50 ms for each.
 */
void readline_drop_rest(int key);

/**
 * readline_nap() - wait 200 us, as who waits for a key does between two looks
 *
 * Return: a clock's milliseconds.
 */
uint64_t readline_nap(void);
