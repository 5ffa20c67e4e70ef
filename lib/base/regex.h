/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define REGEX_STEPS_MAX 128    /* of a compiled expression */
#define REGEX_GROUPS    10     /* the match itself, and nine in parentheses */
#define REGEX_TEXT_MAX  0xfffe /* bytes of a text */

/**
 * struct regex - a compiled expression; all of it private
 *
 * Understood are x . [a-z] [^a-z] ^ $ (x) x|y x* x+ x? and with another '?' as few as possible,
 * \d \D \s \S \w \W \n \r \t \xHH, and \ before anything else for the character itself.
 */
struct regex {
	const char *pattern;
	const char *p;
	struct why *why;
	unsigned int groups, count;
	struct regex_step {
		unsigned char op;
		short x, y;
	} step[REGEX_STEPS_MAX];
};

/** struct regex_spans - what matched: bytes [from, to) of the text; REGEX_TEXT_MAX + 1: nothing */
struct regex_spans {
	uint16_t from[REGEX_GROUPS], to[REGEX_GROUPS];
};

/** struct regex_work - memory for a search */
struct regex_work {
	struct regex_list {
		unsigned int count;
		unsigned char step[REGEX_STEPS_MAX];
		struct regex_spans spans[REGEX_STEPS_MAX];
	} list[2];
	bool seen[REGEX_STEPS_MAX];
	struct regex_spans found;
};

/**
 * regex_compile() - read an expression
 * @re:      filled
 * @pattern: stays while @re is used
 *
 * Return: 0; -EINVAL it is none; -E2BIG too long or too many groups.
 */
int __must_check regex_compile(struct regex *re, const char *pattern, struct why *why);

/**
 * regex_search() - the first match that begins at or after @from
 * @size: bytes of @text, at most REGEX_TEXT_MAX
 * @work: any content; @work->found is the match
 *
 * The time is bounded by the product of both lengths.
 */
bool regex_search(const struct regex *re, const char *text, size_t size, size_t from,
		  struct regex_work *work);

/**
 * regex_replace() - replace the first match, or all
 * @with: \0 stands for the match, \1 to \9 for its groups
 * @out:  receives the new text and a NUL, @room bytes at most
 *
 * Return: how many were replaced; -E2BIG the text, -ENOSPC what came out is too long.
 */
int regex_replace(const struct regex *re, const char *text, const char *with, bool all, char *out,
		  size_t room, struct regex_work *work);
