/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of lib/sh share: the tree, and the scanner of words. */
#pragma once

#include "lib/sh/sh.h"

enum sh_join { SH_JOIN_END, SH_JOIN_NEXT, SH_JOIN_AND, SH_JOIN_OR };

enum sh_kind {
	SH_SIMPLE,
	SH_IF,
	SH_ELIF,
	SH_WHILE,
	SH_UNTIL,
	SH_FOR,
	SH_CASE,
	SH_ITEM,
	SH_GROUP,
	SH_FUNC
};

/**
 * struct sh_node - one command, or one item of a case
 * @kind: which
 * @join: how it hangs on the command before it
 * @negate: '!' before it
 * @text: SIMPLE: its first word; FOR: the words after "in"; CASE: its word; ITEM: its first
 *        pattern; FUNC: its name
 * @next: of the same list, NULL at its end
 * @kid:  IF, ELIF: condition, then, else or an ELIF; WHILE, UNTIL: condition, body; FOR: NULL,
 *        body; CASE: items; ITEM, GROUP: body. Not there for SIMPLE, as what follows.
 * @name: FOR: the variable's name in the text; FUNC: the body in the text
 * @end:  FUNC: what follows the body in the text
 */
struct sh_node {
	unsigned char kind, join;
	bool negate;
	const char *text;
	struct sh_node *next;
	struct sh_node *kid[3];
	const char *name, *end;
};

/**
 * struct sh_scan - a way through a text
 *
 * The same code checks words while the tree is built, and expands them while it runs: only then
 * are bytes put into the arena.
 */
struct sh_scan {
	struct sh *sh;
	struct sh_arena *arena;
	struct why *why;
	const char *text; /* for columns in sentences */
	const char *p;
	const char *stops;  /* what ends a word besides blanks */
	size_t begin;       /* arena offset of the first word */
	unsigned int words; /* complete words in the arena */
	unsigned int level; /* compound commands open around p */
	bool in_item;       /* ... and the innermost is a case: ";;" ends its item */
	bool expand;        /* fill the arena */
	bool in_word;       /* a word has begun, though it may be empty yet */
	bool whole;         /* values stay one word, as within double quotes */
	bool pattern;       /* quoted characters get a '\' before them */
	bool split;         /* quoted blanks end words, too: U-Boot's for */
	unsigned int values; /* ${x:- } and its kin open around p */
};

/** sh_is_blank() - the CR of a line that ends in CR LF is one */
static inline bool sh_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/** sh_name_length() - bytes of the name of letters, digits and '_' at @p */
size_t sh_name_length(const char *p);

/** sh_bad() - refuse(): the sentence @fmt and " at column ..." for @at */
int sh_bad(struct sh_scan *s, int err, const char *at, const char *fmt, ...) __printf(4, 5);

/** sh_end_word() - the word at hand, if any, is complete; -E2BIG, -ENOMEM */
int sh_end_word(struct sh_scan *s);

/** sh_scan_word() - go through one word, and end it; -EINVAL, -EAGAIN, -E2BIG, -ENOMEM */
int sh_scan_word(struct sh_scan *s);

/** sh_scan_words() - go through words and comments up to what ends the command */
int sh_scan_words(struct sh_scan *s);

/** sh_skip_blanks() - pass blanks and continued lines */
void sh_skip_blanks(struct sh_scan *s);

/** sh_skip_lines() - pass blanks, comments, newlines, and where @semicolons those */
void sh_skip_lines(struct sh_scan *s, bool semicolons);

/** sh_scan_value() - pass "op word}" of ${name op word} and expand it (lib/sh/value.c) */
int sh_scan_value(struct sh_scan *s, const char *name, bool quoted);

/** sh_scan_param() - $1 and the like, which are no variables; false where @name is none of them */
bool sh_scan_param(struct sh_scan *s, const char *name, bool quoted, int *err);

/** sh_scan_piece() - one character, escape, quotation or $x of a word */
int sh_scan_piece(struct sh_scan *s, bool quoted);

/** sh_put_value() - a value; its blanks end words where it is neither @quoted nor s->whole */
int sh_put_value(struct sh_scan *s, const char *value, bool quoted);

/** sh_take() - @size bytes of the arena, aligned for pointers; NULL and the sentence if full */
void *sh_take(struct sh_scan *s, size_t size);

/** sh_parse_list() - the commands up to the text's end, or what ends the innermost block */
int sh_parse_list(struct sh_scan *s, struct sh_node **list);

/**
 * sh_parse_compound() - the compound command at s->p (lib/sh/compound.c)
 * @node: NULL where there is none, and none that would be out of place
 */
int sh_parse_compound(struct sh_scan *s, struct sh_node **node);

/** sh_at_end_word() - true at a word that ends or divides a compound command, and at ";;" */
bool sh_at_end_word(const struct sh_scan *s);

/** sh_exec_list() - run a list; sh->status, sh->flow; errors as sh_run() */
int sh_exec_list(struct sh_scan *s, const struct sh_node *list);

/** sh_exec_compound() - run a node that is not SIMPLE (lib/sh/control.c) */
int sh_exec_compound(struct sh_scan *s, const struct sh_node *node);

/** sh_assign_words() - perform the name=value words at s->p; *count of them (lib/sh/control.c) */
int sh_assign_words(struct sh_scan *s, unsigned int *count);

/** sh_call() - run the function that argv[0] names; false where there is none */
bool sh_call(struct sh_scan *s, int argc, char *const argv[], int *err);
