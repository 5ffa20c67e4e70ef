/* SPDX-License-Identifier: BSD-2-Clause */
/* Words: quotes, escapes, $x. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/sh/tree.h"

int sh_bad(struct sh_scan *s, int err, const char *at, const char *fmt, ...)
{
	unsigned int line = 1;
	unsigned int col = 1;
	char text[160];
	const char *p;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	for (p = s->text; p < at; p++) {
		col++;
		if (*p == '\n') {
			line++;
			col = 1;
		}
	}
	if (line == 1)
		return refuse(s->why, err, "%s at column %u", text, col);
	return refuse(s->why, err, "%s at line %u, column %u", text, line, col);
}

static int put(struct sh_scan *s, char c)
{
	s->in_word = true;
	if (!s->expand)
		return 0;
	if (s->arena->used == s->arena->size)
		return refuse(s->why, -ENOMEM, "command too long: no more than %zu bytes fit",
			      s->arena->size);
	s->arena->mem[s->arena->used++] = c;
	return 0;
}

static int put_quoted(struct sh_scan *s, char c)
{
	int err;

	if (s->split && sh_is_blank(c))
		return sh_end_word(s);
	err = s->pattern ? put(s, '\\') : 0;
	return err ? err : put(s, c);
}

int sh_end_word(struct sh_scan *s)
{
	int err;

	if (!s->in_word)
		return 0;
	err = put(s, '\0');
	s->words++;
	s->in_word = false;
	return err;
}

size_t sh_name_length(const char *p)
{
	size_t len = 0;

	while ((p[len] >= 'a' && p[len] <= 'z') || (p[len] >= 'A' && p[len] <= 'Z') ||
	       (p[len] >= '0' && p[len] <= '9') || p[len] == '_')
		len++;
	return len;
}

int sh_put_value(struct sh_scan *s, const char *value, bool quoted)
{
	int err = 0;

	for (; value && *value && !err; value++) {
		if (quoted)
			err = put_quoted(s, *value);
		else if (!s->whole && (sh_is_blank(*value) || *value == '\n'))
			err = sh_end_word(s);
		else
			err = put(s, *value);
	}
	return err;
}

static int put_variable(struct sh_scan *s, const char *name, bool quoted)
{
	char number[12];
	int err;

	if (!s->expand)
		return 0;
	if (name[0] == '?' && !name[1]) {
		snprintf(number, sizeof(number), "%d", s->sh->status);
		return sh_put_value(s, number, quoted);
	}
	if (IS_ENABLED(CONFIG_SHELL_SCRIPT) && sh_scan_param(s, name, quoted, &err))
		return err;
	return sh_put_value(s, s->sh->ops->lookup(s->sh->ops->ctx, name), quoted);
}

/* Bytes of the name after a '$', or after "${". */
static size_t name_length(const char *p, bool braces)
{
	const size_t len = sh_name_length(p);

	if (braces && p[0] != '#' && p[0] != '?' && p[0] != '@' && p[0] != '*')
		return strcspn(p, IS_ENABLED(CONFIG_SHELL_SCRIPT) ? ":}\n" : "}\n");
	if (*p == '?' || (IS_ENABLED(CONFIG_SHELL_SCRIPT) && *p && strchr("@*#", *p)))
		return 1;
	return IS_ENABLED(CONFIG_SHELL_SCRIPT) && len && *p >= '0' && *p <= '9' ? 1 : len;
}

/* $serial#: is there such a variable? It is the one whose name ends so. */
static bool ends_in_hash(struct sh_scan *s, char copy[SH_NAME_MAX], size_t len)
{
	if (!s->expand || len + 1 >= SH_NAME_MAX)
		return false;
	copy[len] = '#';
	copy[len + 1] = '\0';
	return s->sh->ops->lookup(s->sh->ops->ctx, copy);
}

/* At a '$': expand what follows, or take it literally where nothing does. */
static int scan_dollar(struct sh_scan *s, bool quoted)
{
	const char *dollar = s->p++;
	bool braces = *s->p == '{';
	const char *name = s->p + braces;
	size_t len = name_length(name, braces);
	bool more = braces && name[len] == ':';
	char copy[SH_NAME_MAX];

	if (braces && name[len] != '}' && !more)
		return sh_bad(s, name[len] ? -EINVAL : -EAGAIN, dollar, "no '}' for the '${'");
	if (len >= sizeof(copy))
		return sh_bad(s, -EINVAL, dollar, "a name of more than %zu bytes",
			      sizeof(copy) - 1);
	if (!len)
		return braces ? sh_bad(s, -EINVAL, dollar, "no name in the '${'") : put(s, '$');
	memcpy(copy, name, len);
	if (name[len] == '#' && ends_in_hash(s, copy, len))
		len++;
	copy[len] = '\0';
	s->p = name + len;
	if (IS_ENABLED(CONFIG_SHELL_SCRIPT) && more)
		return sh_scan_value(s, copy, quoted);
	s->p += braces;
	return put_variable(s, copy, quoted);
}

/*
 * In U-Boot's shell a backslash in single quotes goes, whatever follows: rigs write two for one,
 * and scripts '\$x' for what run is to expand. Before other characters it stays, as in other
 * shells.
 */
static int scan_literal(struct sh_scan *s)
{
	if (*s->p == '\\' && s->p[1] && strchr("\\\"$", s->p[1]))
		s->p++;
	return put_quoted(s, *s->p++);
}

/* At a quote: the literal or half-literal text up to its end. */
static int scan_quotes(struct sh_scan *s)
{
	const char *open = s->p++;
	int err = 0;

	s->in_word |= !s->split;
	while (*s->p && *s->p != *open && !err) {
		err = *open == '"' ? sh_scan_piece(s, true) : scan_literal(s);
	}
	if (err)
		return err;
	if (!*s->p)
		return sh_bad(s, -EAGAIN, open, "no second %c for the one", *open);
	s->p++;
	return 0;
}

static int scan_backslash(struct sh_scan *s, bool quoted)
{
	const char *at = s->p++;

	if (quoted && !(*s->p && strchr("\"\\$\n", *s->p)))
		return put_quoted(s, '\\');
	if (!*s->p)
		return sh_bad(s, -EAGAIN, at, "nothing follows the '\\'");
	if (*s->p++ == '\n') /* the line goes on */
		return 0;
	return put_quoted(s, s->p[-1]);
}

int sh_scan_piece(struct sh_scan *s, bool quoted)
{
	switch (*s->p) {
	case '\\':
		return scan_backslash(s, quoted);
	case '$':
		return scan_dollar(s, quoted);
	case '\'':
	case '"':
		if (!quoted)
			return scan_quotes(s);
	}
	return quoted ? put_quoted(s, *s->p++) : put(s, *s->p++);
}

int sh_scan_word(struct sh_scan *s)
{
	int err = 0;

	while (*s->p && !sh_is_blank(*s->p) && !strchr(s->stops, *s->p) && !err)
		err = sh_scan_piece(s, false);
	return err ? err : sh_end_word(s);
}

void sh_skip_blanks(struct sh_scan *s)
{
	for (;;) {
		if (sh_is_blank(*s->p))
			s->p++;
		else if (s->p[0] == '\\' && s->p[1] == '\n')
			s->p += 2;
		else
			return;
	}
}

int sh_scan_words(struct sh_scan *s)
{
	int err = 0;

	for (sh_skip_blanks(s); *s->p && !strchr(s->stops, *s->p) && !err; sh_skip_blanks(s)) {
		if (*s->p == '#')
			s->p += strcspn(s->p, "\n");
		else
			err = sh_scan_word(s);
	}
	return err;
}
