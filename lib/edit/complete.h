/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/edit/lineedit.h"
#include "lib/base/types.h"

#define COMPLETE_WORDS    8   /* words of a command that are kept */
#define COMPLETE_TEXT     512 /* bytes of them */
#define COMPLETE_NAME_MAX 127 /* bytes of a candidate; longer ones are left out */

/** What the word at the cursor is. */
enum complete_kind {
	COMPLETE_NOTHING,  /* of a comment, or more than there is room for */
	COMPLETE_COMMAND,  /* the first word of a command */
	COMPLETE_ARGUMENT, /* a later one */
	COMPLETE_VARIABLE  /* what follows a '$' or "${" */
};

/**
 * struct complete - the word at the cursor, and the candidates for it
 * @kind:       see there
 * @argc:       words of the command up to the one at the cursor, that included
 * @argv:       the words before it, the first COMPLETE_WORDS at most, without their quotes
 * @word:       the beginning that a candidate must have
 * @text:       memory for @argv and @word
 * @quote:      '"' or '\'' that is still open, else 0
 * @brace:      the variable began with "${"
 * @count:      candidates so far, equal ones counted once at least
 * @exact:      one of them is @word itself
 * @common:     what all candidates begin with
 * @common_len: its bytes
 * @widest:     bytes of the longest
 * @le:         where they are shown, NULL while they are counted
 * @column:     on the terminal
 */
struct complete {
	enum complete_kind kind;
	unsigned int argc;
	const char *argv[COMPLETE_WORDS];
	const char *word;
	char text[COMPLETE_TEXT];
	char quote;
	bool brace;
	unsigned int count;
	bool exact;
	char common[COMPLETE_NAME_MAX + 1];
	size_t common_len;
	size_t widest;
	struct lineedit *le;
	size_t column;
};

/**
 * struct complete_ops - where candidates come from
 * @candidates: calls complete_offer() for all that may stand there; called again to show them, and
 *              must then offer the same
 * @pending:    does input wait behind the Tab key? Then it was hardly a person's.
 */
struct complete_ops {
	void (*candidates)(struct complete *c);
	bool (*pending)(void);
};

/**
 * complete_parse() - find the word that a text ends with, and the command that it belongs to
 * @c:    filled; no candidates yet
 * @line: the text before the cursor, any bytes
 * @len:  of it
 *
 * Knows the shell's quotes, separators, comments and the words that another command follows.
 */
void complete_parse(struct complete *c, const char *line, size_t len);

/**
 * complete_offer() - a candidate, for the hooks that know some
 * @name: not NUL-terminated
 * @len:  of it; what does not begin with @c->word counts for nothing
 */
void complete_offer(struct complete *c, const char *name, size_t len);

/**
 * complete_usage() - offer the sub-commands that a usage text names
 * @name:  the command's
 * @usage: as struct cmd has it: a line begins with the name, or with '&'
 *
 * Lower-case words, alone or as "a|b", at the place of the second word, where there are two at
 * least: a single one is the name of an argument.
 */
void complete_usage(struct complete *c, const char *name, const char *usage);

/**
 * complete_line() - the Tab key
 *
 * One candidate goes in, with what ends a word; of several what they have in common, and where
 * that is nothing more they are listed below and the line is shown again.
 *
 * Return: false where the key shall be a blank: input waits behind it and the line needs nothing.
 */
bool complete_line(struct lineedit *le, const struct complete_ops *ops);
