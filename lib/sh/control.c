/* SPDX-License-Identifier: BSD-2-Clause */
/* How if, for, while, until, case, functions and assignments run. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/glob.h"
#include "lib/sh/tree.h"

static int stopped(const struct sh *sh)
{
	return sh->ops->stop(sh->ops->ctx) ? -EINTR : 0;
}

static void assign(struct sh *sh, const char *name, const char *value)
{
	sh->status = sh->ops->assign(sh->ops->ctx, name, value) ? 1 : 0;
}

static char *copy_text(struct sh_scan *s, const char *text, size_t len)
{
	char *copy = sh_take(s, len + 1);

	if (!copy)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

static int exec_if(struct sh_scan *s, const struct sh_node *node)
{
	struct sh *sh = s->sh;
	int err;

	for (;;) {
		err = sh_exec_list(s, node->kid[0]);
		if (err || sh->flow != SH_GO_ON)
			return err;
		if (!sh->status)
			return sh_exec_list(s, node->kid[1]);
		if (!node->kid[2] || node->kid[2]->kind != SH_ELIF)
			break;
		node = node->kid[2];
	}
	sh->status = 0;
	return sh_exec_list(s, node->kid[2]);
}

/* After a turn: do break, return and the like end this loop? */
static bool loop_ends(struct sh *sh)
{
	const bool ends = sh->flow != SH_CONTINUE;

	if (sh->flow != SH_BREAK && sh->flow != SH_CONTINUE)
		return sh->flow != SH_GO_ON;
	if (--sh->count) /* the loop around this one is meant */
		return true;
	sh->flow = SH_GO_ON;
	return ends;
}

static int exec_while(struct sh_scan *s, const struct sh_node *node)
{
	struct sh *sh = s->sh;
	int last = 0;
	int err;

	for (;;) {
		err = stopped(sh);
		if (!err)
			err = sh_exec_list(s, node->kid[0]);
		if (err)
			return err;
		if (sh->flow == SH_GO_ON) {
			if (!sh->status == (node->kind == SH_UNTIL))
				break;
			err = sh_exec_list(s, node->kid[1]);
			last = sh->status;
		}
		if (err || loop_ends(sh))
			break;
	}
	if (sh->flow == SH_GO_ON)
		sh->status = last;
	return err;
}

static int exec_for(struct sh_scan *s, const struct sh_node *node)
{
	struct sh *sh = s->sh;
	const char *name = copy_text(s, node->name, sh_name_length(node->name));
	const char *word;
	unsigned int words;
	int err;

	if (!name)
		return -ENOMEM;
	word = s->arena->mem + s->arena->used;
	s->p = node->text;
	s->words = 0;
	s->split = true;
	err = sh_scan_words(s);
	s->split = false;
	sh->status = 0;
	for (words = s->words; words && !err; words--, word += strlen(word) + 1) {
		err = stopped(sh);
		if (err)
			break;
		assign(sh, name, word);
		if (sh->status)
			break;
		err = sh_exec_list(s, node->kid[1]);
		if (err || loop_ends(sh))
			break;
	}
	return err;
}

/* One word, unsplit; NULL and the sentence where it does not fit. */
static const char *expand_word(struct sh_scan *s, bool pattern)
{
	const char *word = s->arena->mem + s->arena->used;
	int err;

	s->words = 0;
	s->whole = true;
	s->pattern = pattern;
	sh_skip_blanks(s);
	err = sh_scan_word(s);
	s->whole = false;
	s->pattern = false;
	return err ? NULL : s->words ? word : "";
}

/* *matches, and the arena as it was. */
static int match_item(struct sh_scan *s, const struct sh_node *item, const char *word,
		      bool *matches)
{
	const size_t used = s->arena->used;
	const char *stops = s->stops;

	s->p = item->text;
	s->stops = ";&|\n)";
	for (*matches = false; !*matches; s->p++) {
		const char *pattern = expand_word(s, true);

		if (!pattern)
			return -ENOMEM;
		*matches = glob_match(pattern, word);
		s->arena->used = used;
		sh_skip_blanks(s);
		if (*s->p != '|')
			break;
	}
	s->stops = stops;
	return 0;
}

static int exec_case(struct sh_scan *s, const struct sh_node *node)
{
	const struct sh_node *item;
	const char *word;
	bool matches;
	int err;

	s->p = node->text;
	word = expand_word(s, false);
	if (!word)
		return -ENOMEM;
	s->sh->status = 0;
	for (item = node->kid[0]; item; item = item->next) {
		err = match_item(s, item, word, &matches);
		if (err || matches)
			return err ? err : sh_exec_list(s, item->kid[0]);
	}
	return 0;
}

/* A function is kept as the text of its body, under its name with "()". */
static int define_function(struct sh_scan *s, const struct sh_node *node)
{
	const size_t len = sh_name_length(node->text);
	const char *body = copy_text(s, node->name, (size_t)(node->end - node->name));
	char *name = sh_take(s, len + 3);

	if (!body || !name)
		return -ENOMEM;
	memcpy(name, node->text, len);
	strcpy(name + len, "()");
	assign(s->sh, name, body);
	return 0;
}

bool sh_call(struct sh_scan *s, int argc, char *const argv[], int *err)
{
	struct sh *sh = s->sh;
	const int outer_argc = sh->argc;
	char *const *outer_argv = sh->argv;
	char name[SH_NAME_MAX + 2];
	const char *text;

	if (snprintf(name, sizeof(name), "%s()", argv[0]) >= (int)sizeof(name))
		return false;
	text = sh->ops->lookup(sh->ops->ctx, name);
	if (!text)
		return false;
	text = copy_text(s, text, strlen(text)); /* it may define itself anew */
	*err = -ENOMEM;
	if (!text)
		return true;
	sh->argc = argc;
	sh->argv = argv;
	*err = sh_run(sh, s->arena, text, s->why);
	sh->argc = outer_argc;
	sh->argv = outer_argv;
	if (sh->flow == SH_RETURN)
		sh->flow = SH_GO_ON;
	return true;
}

int sh_assign_words(struct sh_scan *s, unsigned int *count)
{
	const size_t used = s->arena->used;
	const char *name, *value;
	size_t len;

	for (sh_skip_blanks(s);; sh_skip_blanks(s)) {
		len = sh_name_length(s->p);
		if (!len || s->p[len] != '=' || (*s->p >= '0' && *s->p <= '9'))
			break;
		name = copy_text(s, s->p, len);
		if (!name)
			return -ENOMEM;
		s->p += len + 1;
		value = sh_is_blank(*s->p) ? "" : expand_word(s, false);
		if (!value)
			return -ENOMEM;
		assign(s->sh, name, value);
		s->arena->used = used;
		(*count)++;
	}
	s->words = 0;
	return 0;
}

static int exec_kind(struct sh_scan *s, const struct sh_node *node)
{
	struct sh *sh = s->sh;
	int err;

	switch (node->kind) {
	case SH_IF:
		return exec_if(s, node);
	case SH_CASE:
		return exec_case(s, node);
	case SH_FUNC:
		return define_function(s, node);
	case SH_GROUP:
		return sh_exec_list(s, node->kid[0]);
	}
	sh->loops++;
	err = node->kind == SH_FOR ? exec_for(s, node) : exec_while(s, node);
	sh->loops--;
	return err;
}

int sh_exec_compound(struct sh_scan *s, const struct sh_node *node)
{
	int err;

	if (s->sh->blocks == SH_BLOCKS_MAX)
		return refuse(s->why, -ELOOP, "more than %u blocks in each other", SH_BLOCKS_MAX);
	s->sh->blocks++;
	err = exec_kind(s, node);
	s->sh->blocks--;
	return err;
}
