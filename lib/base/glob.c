/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/base/glob.h"

#include <stddef.h>
#include <string.h>

static unsigned char set_char(const char **p)
{
	if ((*p)[0] == '\\' && (*p)[1])
		(*p)++;
	return (unsigned char)*(*p)++;
}

/*
 * The set at @p, behind its '[': is @c in it? Returns what follows the ']', NULL where there is
 * none.
 */
static const char *match_set(const char *p, unsigned char c, bool *matches)
{
	const bool negate = *p == '!' || *p == '^';
	bool found = false;
	bool first;

	p += negate;
	for (first = true; *p && (*p != ']' || first); first = false) {
		unsigned char from = set_char(&p);
		unsigned char to = from;

		if (p[0] == '-' && p[1] && p[1] != ']') {
			p++;
			to = set_char(&p);
		}
		found |= c >= from && c <= to;
	}
	*matches = found != negate;
	return *p ? p + 1 : NULL;
}

/* The part of the pattern after the one for the character @c; NULL where that does not match. */
static const char *match_one(const char *p, char c)
{
	const char *after;
	bool matches;

	if (*p == '?')
		return p + 1;
	if (*p == '[') {
		after = match_set(p + 1, (unsigned char)c, &matches);
		if (after)
			return matches ? after : NULL;
	}
	if (p[0] == '\\' && p[1])
		p++;
	return *p == c ? p + 1 : NULL;
}

bool glob_match(const char *pattern, const char *text)
{
	const char *star = NULL;  /* the pattern after the last '*' */
	const char *taken = NULL; /* what that '*' leaves of the text */
	const char *after;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			taken = text;
			continue;
		}
		after = *pattern ? match_one(pattern, *text) : NULL;
		if (after) {
			pattern = after;
			text++;
		} else if (star) {
			pattern = star;
			text = ++taken;
		} else {
			return false;
		}
	}
	return !pattern[strspn(pattern, "*")];
}
