/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree of if, for, while, until, case, { } and functions. */
#include <errno.h>
#include <string.h>

#include "lib/sh/tree.h"

#define PATTERN_STOPS ";&|\n)"

/** struct block - a compound command that is being parsed: for sentences */
struct block {
	const char *at;
	const char *name;
};

static bool at_word(const struct sh_scan *s, const char *word)
{
	const size_t len = strlen(word);

	return !strncmp(s->p, word, len) &&
	       (sh_is_blank(s->p[len]) || !s->p[len] || strchr("\n;&|", s->p[len]));
}

static bool take(struct sh_scan *s, const char *word)
{
	if (!at_word(s, word))
		return false;
	s->p += strlen(word);
	return true;
}

static int expect(struct sh_scan *s, const struct block *block, const char *word)
{
	if (take(s, word))
		return 0;
	return sh_bad(s, *s->p ? -EINVAL : -EAGAIN, block->at, "no '%s' for the '%s'", word,
		      block->name);
}

bool sh_at_end_word(const struct sh_scan *s)
{
	static const char words[][5] = { "then", "elif", "else", "fi", "do", "done", "esac", "}" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (at_word(s, words[i]))
			return true;
	}
	return s->in_item && s->p[0] == ';' && s->p[1] == ';';
}

static struct sh_node *take_node(struct sh_scan *s, enum sh_kind kind)
{
	struct sh_node *node = sh_take(s, sizeof(*node));

	if (!node)
		return NULL;
	memset(node, 0, sizeof(*node));
	node->kind = kind;
	return node;
}

/* A condition or a group: a list of at least one command. Bodies may be empty, as in U-Boot. */
static int parse_part(struct sh_scan *s, struct sh_node **list)
{
	int err = sh_parse_list(s, list);

	if (!err && !*list && *s->p)
		err = sh_bad(s, -EINVAL, s->p, "no command before the '%.*s'",
			     (int)strcspn(s->p, " \t\n;&|"), s->p);
	return err;
}

static int parse_if(struct sh_scan *s, const struct block *block, struct sh_node *node)
{
	int err;

	for (;;) {
		err = parse_part(s, &node->kid[0]);
		if (!err)
			err = expect(s, block, "then");
		if (!err)
			err = sh_parse_list(s, &node->kid[1]);
		if (err || !take(s, "elif"))
			break;
		node->kid[2] = take_node(s, SH_ELIF);
		node = node->kid[2];
		if (!node)
			return -ENOMEM;
	}
	if (!err && take(s, "else"))
		err = sh_parse_list(s, &node->kid[2]);
	return err ? err : expect(s, block, "fi");
}

static int parse_loop(struct sh_scan *s, const struct block *block, struct sh_node *node)
{
	int err = 0;

	if (node->kind != SH_FOR)
		err = parse_part(s, &node->kid[0]);
	if (!err)
		err = expect(s, block, "do");
	if (!err)
		err = sh_parse_list(s, &node->kid[1]);
	return err ? err : expect(s, block, "done");
}

static int parse_for(struct sh_scan *s, const struct block *block, struct sh_node *node)
{
	int err;

	sh_skip_blanks(s);
	node->name = s->p;
	s->p += sh_name_length(s->p);
	if (s->p == node->name)
		return sh_bad(s, *s->p ? -EINVAL : -EAGAIN, s->p, "no name after the 'for'");
	sh_skip_lines(s, false);
	err = expect(s, block, "in");
	if (err)
		return err;
	node->text = s->p;
	s->split = true;
	err = sh_scan_words(s);
	s->split = false;
	if (err)
		return err;
	if (*s->p == '&' || *s->p == '|')
		return sh_bad(s, -EINVAL, s->p, "a '%c', not quoted,", *s->p);
	sh_skip_lines(s, true);
	return parse_loop(s, block, node);
}

/* "pattern | pattern)" */
static int parse_patterns(struct sh_scan *s)
{
	const char *stops = s->stops;
	const char *first = s->p;
	const char *at;
	int err;

	s->stops = PATTERN_STOPS;
	do {
		sh_skip_blanks(s);
		at = s->p;
		err = sh_scan_word(s);
		if (err)
			return err;
		if (s->p == at)
			return sh_bad(s, *at ? -EINVAL : -EAGAIN, at, "no pattern");
		sh_skip_blanks(s);
	} while (*s->p++ == '|');
	s->p--;
	s->stops = stops;
	if (*s->p != ')')
		return sh_bad(s, *s->p ? -EINVAL : -EAGAIN, first, "no ')' for the pattern");
	s->p++;
	return 0;
}

static int parse_items(struct sh_scan *s, const struct block *block, struct sh_node **item)
{
	int err;

	for (;;) {
		sh_skip_lines(s, false);
		if (!*s->p || at_word(s, "esac"))
			return expect(s, block, "esac");
		*item = take_node(s, SH_ITEM);
		if (!*item)
			return -ENOMEM;
		s->p += *s->p == '(';
		(*item)->text = s->p;
		err = parse_patterns(s);
		if (err)
			return err;
		s->in_item = true;
		err = sh_parse_list(s, &(*item)->kid[0]);
		s->in_item = false;
		if (err)
			return err;
		if (*s->p != ';')
			return expect(s, block, "esac");
		s->p += 2;
		item = &(*item)->next;
	}
}

static int parse_case(struct sh_scan *s, const struct block *block, struct sh_node *node)
{
	int err;

	sh_skip_blanks(s);
	node->text = s->p;
	err = sh_scan_word(s);
	if (err)
		return err;
	if (s->p == node->text)
		return sh_bad(s, *s->p ? -EINVAL : -EAGAIN, s->p, "no word after the 'case'");
	sh_skip_lines(s, false);
	err = expect(s, block, "in");
	return err ? err : parse_items(s, block, &node->kid[0]);
}

static int parse_group(struct sh_scan *s, const struct block *block, struct sh_node *node)
{
	int err = parse_part(s, &node->kid[0]);

	return err ? err : expect(s, block, "}");
}

/* After "name()": the body, a compound command. */
static int parse_function(struct sh_scan *s, struct sh_node *node)
{
	int err;

	sh_skip_lines(s, false);
	node->name = s->p;
	err = sh_parse_compound(s, &node->kid[0]);
	if (err)
		return err;
	if (!node->kid[0] || node->kid[0]->kind == SH_FUNC)
		return sh_bad(s, *s->p || node->kid[0] ? -EINVAL : -EAGAIN, node->name,
			      "no '{' after the '()'");
	node->end = s->p;
	return 0;
}

/* Pass "name()" where it stands; s->p else stays. */
static bool take_function(struct sh_scan *s)
{
	const char *name = s->p;
	const size_t len = sh_name_length(name);

	s->p += len;
	sh_skip_blanks(s);
	if (len && s->p[0] == '(' && s->p[1] == ')') {
		s->p += 2;
		return true;
	}
	s->p = name;
	return false;
}

static const struct {
	char word[6];
	unsigned char kind;
	int (*parse)(struct sh_scan *s, const struct block *block, struct sh_node *node);
} compounds[] = {
	{ "if", SH_IF, parse_if },         { "while", SH_WHILE, parse_loop },
	{ "until", SH_UNTIL, parse_loop }, { "for", SH_FOR, parse_for },
	{ "case", SH_CASE, parse_case },   { "{", SH_GROUP, parse_group },
};

static int parse_kind(struct sh_scan *s, struct sh_node **node)
{
	struct block block = { .at = s->p };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(compounds) && !take(s, compounds[i].word); i++)
		;
	if (i == ARRAY_SIZE(compounds) && !take_function(s))
		return 0;
	*node = take_node(s, i < ARRAY_SIZE(compounds) ? compounds[i].kind : SH_FUNC);
	if (!*node)
		return -ENOMEM;
	if (i < ARRAY_SIZE(compounds)) {
		block.name = compounds[i].word;
		return compounds[i].parse(s, &block, *node);
	}
	(*node)->text = block.at;
	return parse_function(s, *node);
}

int sh_parse_compound(struct sh_scan *s, struct sh_node **node)
{
	const bool in_item = s->in_item;
	int err;

	if (s->level == SH_LEVELS_MAX)
		return sh_bad(s, -EINVAL, s->p, "more than %u blocks in each other", SH_LEVELS_MAX);
	s->level++;
	s->in_item = false;
	err = parse_kind(s, node);
	s->in_item = in_item;
	s->level--;
	return err;
}
