/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/cmdline.h"

#include <errno.h>
#include <stdalign.h>
#include <string.h>

#define NAME_MAX_BYTES 128

enum join { JOIN_END, JOIN_NEXT, JOIN_AND, JOIN_OR };

/*
 * One pass over a line. The same code checks the syntax, passes over a command that && or || rule
 * out, and expands one that runs: only in the last case are bytes put into the arena.
 */
struct scan {
	const char *line; /* for columns in sentences */
	const char *p;
	const struct cmdline_ops *ops;
	struct cmdline_arena *arena;
	struct why *why;
	size_t begin;        /* arena offset of the command's first word */
	bool expand;         /* fill the arena */
	bool in_word;        /* a word has begun, though it may be empty yet */
	unsigned int words;  /* complete words in the arena */
	unsigned int syntax; /* words as written: $unset counts */
};

static unsigned int column(const struct scan *s, const char *at)
{
	const char *p;
	unsigned int col = 1;

	for (p = s->line; p < at; p++)
		col = *p == '\n' ? 1 : col + 1;
	return col;
}

static int put(struct scan *s, char c)
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

static int end_word(struct scan *s)
{
	int err;

	if (!s->in_word)
		return 0;
	if (s->expand && s->words == CMDLINE_WORDS_MAX)
		return refuse(s->why, -E2BIG, "more than %u words in one command",
			      CMDLINE_WORDS_MAX);
	err = put(s, '\0');
	s->words++;
	s->in_word = false;
	return err;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Put a variable's value; unquoted, its blanks end words. */
static int put_value(struct scan *s, const char *name, bool quoted)
{
	const char *value = s->expand ? s->ops->lookup(s->ops->ctx, name) : NULL;
	int err = 0;

	for (; value && *value && !err; value++) {
		if (!quoted && (is_blank(*value) || *value == '\n'))
			err = end_word(s);
		else
			err = put(s, *value);
	}
	return err;
}

/* At a '$': expand what follows, or take it literally where nothing does. */
static int scan_dollar(struct scan *s, bool quoted)
{
	const char *dollar = s->p++;
	bool braces = *s->p == '{';
	const char *name = s->p + braces;
	char copy[NAME_MAX_BYTES];
	size_t len = 0;

	if (braces)
		len = strcspn(name, "}\n");
	else if (*name == '?')
		len = 1;
	else
		while (is_name_char(name[len]))
			len++;
	if (braces && name[len] != '}')
		return refuse(s->why, -EINVAL, "no '}' for the '${' at column %u",
			      column(s, dollar));
	if (len >= sizeof(copy))
		return refuse(s->why, -EINVAL, "a name of more than %zu bytes at column %u",
			      sizeof(copy) - 1, column(s, dollar));
	if (!len)
		return braces ? refuse(s->why, -EINVAL, "no name in the '${}' at column %u",
				       column(s, dollar))
			      : put(s, '$');
	memcpy(copy, name, len);
	copy[len] = '\0';
	s->p = name + len + braces;
	return put_value(s, copy, quoted);
}

/* At a quote: the literal or half-literal text up to its end. */
static int scan_quotes(struct scan *s)
{
	const char *open = s->p++;
	bool literal = *open == '\'';
	int err = 0;

	s->in_word = true;
	while (*s->p && *s->p != *open && !err) {
		if (!literal && *s->p == '$') {
			err = scan_dollar(s, true);
			continue;
		}
		if (!literal && *s->p == '\\' && s->p[1] && strchr("\"\\$", s->p[1]))
			s->p++;
		err = put(s, *s->p++);
	}
	if (err)
		return err;
	if (!*s->p)
		return refuse(s->why, -EINVAL, "no second %c for the one at column %u", *open,
			      column(s, open));
	s->p++;
	return 0;
}

static int scan_backslash(struct scan *s)
{
	const char *at = s->p++;

	if (!*s->p)
		return refuse(s->why, -EINVAL, "nothing follows the '\\' at column %u",
			      column(s, at));
	if (*s->p == '\n') { /* the line goes on */
		s->p++;
		return 0;
	}
	return put(s, *s->p++);
}

/* The characters of words; leaves s->p at what ends the command. */
static int scan_words(struct scan *s)
{
	bool was_word = false;
	int err = 0;

	while (*s->p && !strchr(";&|\n", *s->p) && !err) {
		if (is_blank(*s->p)) {
			err = end_word(s);
			was_word = false;
			s->p++;
			continue;
		}
		if (*s->p == '#' && !was_word) {
			s->p += strcspn(s->p, "\n");
			continue;
		}
		s->syntax += !was_word;
		was_word = true;
		if (*s->p == '\'' || *s->p == '"')
			err = scan_quotes(s);
		else if (*s->p == '$')
			err = scan_dollar(s, false);
		else if (*s->p == '\\')
			err = scan_backslash(s);
		else
			err = put(s, *s->p++);
	}
	return err ? err : end_word(s);
}

static int scan_join(struct scan *s, enum join *join)
{
	char c = *s->p;

	if (!c) {
		*join = JOIN_END;
		return 0;
	}
	if (c == ';' || c == '\n') {
		*join = JOIN_NEXT;
		s->p++;
		return 0;
	}
	if (s->p[1] != c)
		return refuse(s->why, -EINVAL, "a single '%c' at column %u joins nothing; quote it",
			      c, column(s, s->p));
	*join = c == '&' ? JOIN_AND : JOIN_OR;
	s->p += 2;
	return 0;
}

/* One command with what joins it to the next. */
static int scan_command(struct scan *s, bool expand, enum join *join)
{
	int err;

	s->expand = expand;
	s->in_word = false;
	s->words = 0;
	s->syntax = 0;
	s->begin = s->arena->used;
	err = scan_words(s);
	return err ? err : scan_join(s, join);
}

static int check_syntax(struct scan *s)
{
	enum join join = JOIN_NEXT;
	const char *at = s->p;
	bool needed = false;
	int err;

	do {
		const char *before = at;

		err = scan_command(s, false, &join);
		if (err)
			return err;
		at = s->p - 2;
		if (!s->syntax && needed)
			return refuse(s->why, -EINVAL, "no command after the '%.2s' at column %u",
				      before, column(s, before));
		needed = join == JOIN_AND || join == JOIN_OR;
		if (!s->syntax && needed)
			return refuse(s->why, -EINVAL, "no command before the '%.2s' at column %u",
				      at, column(s, at));
	} while (join != JOIN_END);
	s->p = s->line;
	return 0;
}

/* Run the words that the last scan_command() expanded. */
static int run_words(struct scan *s, int *status)
{
	struct cmdline_arena *arena = s->arena;
	size_t align = alignof(char *);
	size_t pad = -(uintptr_t)(arena->mem + arena->used) & (align - 1);
	size_t need = pad + (s->words + 1) * sizeof(char *);
	char *word = arena->mem + s->begin;
	char **argv;
	unsigned int i;

	if (need > arena->size - arena->used)
		return refuse(s->why, -ENOMEM, "command too long: no more than %zu bytes fit",
			      arena->size);
	argv = (char **)(void *)(arena->mem + arena->used + pad);
	arena->used += need;
	for (i = 0; i < s->words; i++, word += strlen(word) + 1)
		argv[i] = word;
	argv[i] = NULL;
	*status = s->ops->run(s->ops->ctx, (int)s->words, argv);
	return *status < 0 ? *status : 0;
}

static int run_all(struct scan *s, int *status)
{
	enum join join = JOIN_NEXT;
	int last = 0;
	int err = 0;

	while (!err && join != JOIN_END) {
		bool ruled_out = (join == JOIN_AND && last) || (join == JOIN_OR && !last);

		err = scan_command(s, !ruled_out, &join);
		if (!err && !ruled_out && s->words) {
			err = run_words(s, &last);
			*status = last;
		}
		s->arena->used = s->begin;
	}
	return err;
}

int cmdline_run(const char *line, const struct cmdline_ops *ops, struct cmdline_arena *arena,
		int *status, struct why *why)
{
	size_t size = strlen(line) + 1;
	size_t used = arena->used;
	struct scan scan = { .ops = ops, .arena = arena, .why = why };
	int err;

	if (size > arena->size - used)
		return refuse(why, -ENOMEM, "line too long: %zu bytes, %zu are free", size,
			      arena->size - used);
	if (why)
		why->text[0] = '\0';
	scan.line = memcpy(arena->mem + used, line, size);
	scan.p = scan.line;
	arena->used += size;
	err = check_syntax(&scan);
	if (!err)
		err = run_all(&scan, status);
	arena->used = used;
	return err;
}
