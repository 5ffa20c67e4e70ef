/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of commands: their tree, and how it runs. */
#include "lib/sh/sh.h"

#include <errno.h>
#include <stdalign.h>
#include <stddef.h>
#include <string.h>

#include "lib/sh/tree.h"

#define SEPARATORS ";&|\n"

void *sh_take(struct sh_scan *s, size_t size)
{
	struct sh_arena *arena = s->arena;
	size_t pad = -(uintptr_t)(arena->mem + arena->used) & (alignof(void *) - 1);
	void *taken = arena->mem + arena->used + pad;

	if (pad + size > arena->size - arena->used) {
		refuse(s->why, -ENOMEM, "commands too long: no more than %zu bytes fit",
		       arena->size);
		return NULL;
	}
	arena->used += pad + size;
	return taken;
}

/* ---- the tree ---- */

static int parse_simple(struct sh_scan *s, struct sh_node **out)
{
	const size_t size = offsetof(struct sh_node, kid);
	struct sh_node *node = sh_take(s, size);

	if (!node)
		return -ENOMEM;
	memset(node, 0, size);
	node->text = s->p;
	*out = node;
	return sh_scan_words(s);
}

/* '!' before a command, any number of them. */
static bool parse_negation(struct sh_scan *s)
{
	bool negate = false;

	while (IS_ENABLED(CONFIG_SHELL_SCRIPT) && *s->p == '!' && sh_is_blank(s->p[1])) {
		negate = !negate;
		s->p++;
		sh_skip_blanks(s);
	}
	return negate;
}

static bool at_end(const struct sh_scan *s)
{
	return !*s->p || (IS_ENABLED(CONFIG_SHELL_SCRIPT) && sh_at_end_word(s));
}

static int parse_command(struct sh_scan *s, struct sh_node **out)
{
	bool negate = parse_negation(s);
	int err = 0;

	if (*s->p == '&' || *s->p == '|')
		return sh_bad(s, -EINVAL, s->p, "no command before the '%.2s'", s->p);
	if (IS_ENABLED(CONFIG_SHELL_SCRIPT))
		err = sh_parse_compound(s, out);
	if (!err && !*out && !at_end(s))
		err = parse_simple(s, out);
	if (err)
		return err;
	if (*out)
		(*out)->negate = negate;
	else if (negate)
		return sh_bad(s, *s->p ? -EINVAL : -EAGAIN, s->p, "no command after the '!'");
	return 0;
}

/* What follows a command: how the next one hangs on it. */
static int parse_join(struct sh_scan *s, enum sh_join *join)
{
	const char c = *s->p;

	*join = c ? SH_JOIN_NEXT : SH_JOIN_END;
	if (at_end(s))
		return 0;
	if (!strchr(SEPARATORS, c))
		return sh_bad(s, -EINVAL, s->p, "no ';' before what stands");
	s->p++;
	if (c != '&' && c != '|')
		return 0;
	if (*s->p != c)
		return sh_bad(s, -EINVAL, s->p - 1, "a single '%c', not quoted,", c);
	s->p++;
	*join = c == '&' ? SH_JOIN_AND : SH_JOIN_OR;
	return 0;
}

void sh_skip_lines(struct sh_scan *s, bool semicolons)
{
	for (;;) {
		sh_skip_blanks(s);
		if (*s->p == '#')
			s->p += strcspn(s->p, "\n");
		if (*s->p != '\n' && (*s->p != ';' || !semicolons || at_end(s)))
			return;
		s->p++;
	}
}

int sh_parse_list(struct sh_scan *s, struct sh_node **list)
{
	enum sh_join join = SH_JOIN_NEXT;
	const char *after = NULL;
	int err = 0;

	*list = NULL;
	while (!err) {
		bool joined = join == SH_JOIN_AND || join == SH_JOIN_OR;

		sh_skip_lines(s, !joined); /* after && and || newlines only */
		if (at_end(s) || (joined && *s->p == ';')) {
			if (joined)
				err = sh_bad(s, *s->p ? -EINVAL : -EAGAIN, after,
					     "no command after the '%.2s'", after);
			break;
		}
		err = parse_command(s, list);
		if (err || !*list)
			break;
		(*list)->join = join;
		list = &(*list)->next;
		sh_skip_blanks(s);
		if (*s->p == '#')
			s->p += strcspn(s->p, "\n");
		after = s->p;
		err = parse_join(s, &join);
	}
	return err;
}

/* ---- its run ---- */

/* Run the words that the scan expanded. */
static int run_words(struct sh_scan *s)
{
	const char *word = s->arena->mem + s->begin;
	char **argv = sh_take(s, (s->words + 1) * sizeof(char *));
	int argc = (int)s->words;
	unsigned int i;
	int err = 0;

	if (!argv)
		return -ENOMEM;
	for (i = 0; i < s->words; i++, word += strlen(word) + 1)
		argv[i] = (char *)word;
	argv[i] = NULL;
	if (IS_ENABLED(CONFIG_SHELL_SCRIPT) && sh_call(s, argc, argv, &err))
		return err;
	err = s->sh->ops->run(s->sh->ops->ctx, argc, argv);
	s->sh->status = err < 0 ? 1 : err;
	return err < 0 ? err : 0;
}

static int exec_simple(struct sh_scan *s, const struct sh_node *node)
{
	unsigned int assigned = 0;
	int err = 0;

	s->p = node->text;
	s->stops = SEPARATORS;
	s->begin = s->arena->used;
	s->words = 0;
	if (IS_ENABLED(CONFIG_SHELL_SCRIPT))
		err = sh_assign_words(s, &assigned);
	if (!err)
		err = sh_scan_words(s);
	if (!err && s->words)
		return run_words(s);
	if (!err && !assigned)
		s->sh->status = 0;
	return err;
}

int sh_exec_list(struct sh_scan *s, const struct sh_node *list)
{
	struct sh *sh = s->sh;
	const size_t used = s->arena->used;
	int err = 0;

	for (; list && !err && sh->flow == SH_GO_ON; list = list->next) {
		if ((list->join == SH_JOIN_AND && sh->status) ||
		    (list->join == SH_JOIN_OR && !sh->status))
			continue;
		if (IS_ENABLED(CONFIG_SHELL_SCRIPT) && list->kind != SH_SIMPLE)
			err = sh_exec_compound(s, list);
		else
			err = exec_simple(s, list);
		s->arena->used = used;
		if (list->negate && !err && sh->flow == SH_GO_ON)
			sh->status = !sh->status;
	}
	return err;
}

int sh_run(struct sh *sh, struct sh_arena *arena, const char *text, struct why *why)
{
	const size_t used = arena->used;
	const unsigned int loops = sh->loops;
	struct sh_node *list;
	struct sh_scan scan = {
		.sh = sh,
		.arena = arena,
		.why = why,
		.text = text,
		.p = text,
		.stops = SEPARATORS,
	};
	int err;

	why->text[0] = '\0';
	if (sh->nest == SH_NEST_MAX)
		return refuse(why, -ELOOP,
			      "more than %u lines in each other: does a variable run itself?",
			      SH_NEST_MAX);
	err = sh_parse_list(&scan, &list);
	if (!err && *scan.p) /* the word that ends a block, and no block */
		err = sh_bad(&scan, -EINVAL, scan.p, "a '%.*s' that ends nothing",
			     (int)strcspn(scan.p, " \t\n&|"), scan.p);
	if (!err) {
		scan.expand = true;
		sh->loops = 0;
		if (!list && sh->nest)
			sh->status = 0;
		sh->nest++;
		err = sh_exec_list(&scan, list);
		sh->nest--;
		sh->loops = loops;
	}
	arena->used = used;
	return err;
}
