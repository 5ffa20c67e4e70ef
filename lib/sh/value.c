/* SPDX-License-Identifier: BSD-2-Clause */
/* $1 $# $@ of functions, and ${x:-y} ${x:+y} ${x:=y}. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/num.h"
#include "lib/sh/tree.h"

#define PART_MAX (64 * MIB) /* bytes of a value, in ${x:first:count}: more than any has */

/* $1, $2, ...; false where @name is no number. */
static bool find_param(const struct sh *sh, const char *name, const char **value)
{
	uint64_t n;

	if (!sh->argc || num_parse(name, 10, &n))
		return false;
	*value = n < (uint64_t)sh->argc ? sh->argv[n] : NULL;
	return true;
}

/* All of them: "$@" as words of their own, "$*" as one. */
static int put_params(struct sh_scan *s, char which, bool quoted)
{
	const struct sh *sh = s->sh;
	const bool split = s->split;
	int err = 0;
	int i;

	s->split = split && which != '@'; /* what "$@" is for */

	for (i = 1; i < sh->argc && !err; i++) {
		if (i > 1 && quoted && which == '*') {
			err = sh_put_value(s, " ", true);
		} else if (i > 1) {
			err = sh_end_word(s);
			s->in_word = quoted;
		}
		if (!err)
			err = sh_put_value(s, sh->argv[i], quoted);
	}
	s->split = split;
	return err;
}

bool sh_scan_param(struct sh_scan *s, const char *name, bool quoted, int *err)
{
	const char *value;
	char number[12];

	if (!s->sh->argc)
		return false;
	if (!name[1] && strchr("@*", name[0])) {
		*err = put_params(s, name[0], quoted);
		return true;
	}
	if (name[0] == '#' && !name[1]) {
		snprintf(number, sizeof(number), "%d", s->sh->argc - 1);
		value = number;
	} else if (!find_param(s->sh, name, &value)) {
		return false;
	}
	*err = sh_put_value(s, value, quoted);
	return true;
}

/* The text up to the '}', as part of the word at hand. */
static int scan_until_brace(struct sh_scan *s, const char *colon, bool quoted)
{
	int err = 0;

	while (*s->p && *s->p != '}' && !err) {
		if (!quoted && !s->whole && sh_is_blank(*s->p)) {
			s->p++;
			err = sh_end_word(s);
		} else {
			err = sh_scan_piece(s, quoted);
		}
	}
	if (err)
		return err;
	if (!*s->p)
		return sh_bad(s, -EAGAIN, colon, "no '}' for the '${' with the ':'");
	s->p++;
	return 0;
}

/* The bytes from @from in the arena are the variable's value, too. */
static int assign_default(struct sh_scan *s, const char *name, size_t from)
{
	struct sh_arena *arena = s->arena;

	if (arena->used == arena->size)
		return refuse(s->why, -ENOMEM, "command too long: no more than %zu bytes fit",
			      arena->size);
	arena->mem[arena->used] = '\0';
	s->sh->ops->assign(s->sh->ops->ctx, name, arena->mem + from);
	return 0;
}

/* Decimal digits; more than there can be bytes is as many as there are. */
static size_t scan_count(struct sh_scan *s)
{
	size_t count = 0;

	for (; *s->p >= '0' && *s->p <= '9'; s->p++)
		count = count > PART_MAX ? count : 10 * count + (size_t)(*s->p - '0');
	return count;
}

/* ${x:first} and ${x:first:count}, at the colon. */
static int scan_part(struct sh_scan *s, const char *name, bool quoted)
{
	const char *colon = s->p++;
	const size_t first = scan_count(s);
	size_t count = PART_MAX;
	const char *value = NULL;
	char byte[2] = "";
	int err = 0;

	if (s->p[0] == ':' && s->p[1] >= '0' && s->p[1] <= '9') {
		s->p++;
		count = scan_count(s);
	}
	if (*s->p != '}')
		return sh_bad(s, *s->p ? -EINVAL : -EAGAIN, colon,
			      "no '}' for the '${' with the ':'");
	s->p++;
	if (s->expand && !find_param(s->sh, name, &value))
		value = s->sh->ops->lookup(s->sh->ops->ctx, name);
	if (!value || first >= strlen(value))
		return 0;
	for (value += first; *value && count && !err; value++, count--) {
		byte[0] = *value;
		err = sh_put_value(s, byte, quoted);
	}
	return err;
}

int sh_scan_value(struct sh_scan *s, const char *name, bool quoted)
{
	const char *colon = s->p;
	const char op = colon[1];
	const struct sh_scan before = *s;
	const size_t from = s->arena->used;
	const char *value = NULL;
	bool set, used;
	int err = 0;

	if (op >= '0' && op <= '9')
		return scan_part(s, name, quoted);
	if (!op || !strchr("-=+", op))
		return sh_bad(s, op ? -EINVAL : -EAGAIN, colon,
			      "no '-', '=', '+' or number after the ':'");
	if (s->values == SH_VALUES_MAX)
		return sh_bad(s, -EINVAL, colon, "more than %u '${' with a ':' in each other",
			      SH_VALUES_MAX);
	if (s->expand && !find_param(s->sh, name, &value))
		value = s->sh->ops->lookup(s->sh->ops->ctx, name);
	set = value && *value;
	used = s->expand && (op == '+') == set;
	s->expand = used;
	s->whole |= op == '=';
	s->p += 2;
	s->values++;
	err = scan_until_brace(s, colon, quoted);
	s->values--;
	if (!err && used && op == '=')
		err = assign_default(s, name, from);
	s->expand = before.expand;
	s->whole = before.whole;
	if (!used) { /* the text was passed over only */
		s->words = before.words;
		s->in_word = before.in_word || !s->expand;
	}
	if (!err && set && op != '+')
		err = sh_put_value(s, value, quoted);
	return err;
}
