/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/edit/complete.h"

#include <string.h>

#include "lib/edit/parts.h"

#define ROW_COLUMNS 78
#define GAP         2 /* columns between candidates */

static bool in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

void complete_offer(struct complete *c, const char *name, size_t len)
{
	const size_t have = strlen(c->word);
	size_t i;

	if (len < have || len > COMPLETE_NAME_MAX || memcmp(name, c->word, have))
		return;
	if (c->le) {
		if (c->column && c->column + c->widest > ROW_COLUMNS) {
			lineedit_emit(c->le, "\n", 1);
			c->column = 0;
		}
		lineedit_emit(c->le, name, len);
		lineedit_emit_repeated(c->le, ' ', (unsigned int)(c->widest - len) + GAP);
		c->column += c->widest + GAP;
		return;
	}
	if (!c->count) {
		memcpy(c->common, name, len);
		c->common_len = len;
	}
	for (i = 0; i < MIN(c->common_len, len) && c->common[i] == name[i]; i++)
		;
	c->count += !c->count || i < c->common_len || i < len;
	c->common_len = i;
	c->exact |= len == have;
	c->widest = MAX(c->widest, len);
}

/* The literal words of [token, end), "a|b" both; returns how many there were. */
static unsigned int usage_token(struct complete *c, const char *token, const char *end)
{
	const bool bracket = token < end && strchr("[<{(", *token);
	unsigned int count = 0;
	const char *at;

	if (bracket && !memchr(token, '|', (size_t)(end - token)))
		return 0;
	token += bracket;
	if (bracket && strchr("]>})", end[-1]))
		end--;
	for (at = token; at < end; at++) {
		if (!(*at >= 'a' && *at <= 'z') && !(*at >= '0' && *at <= '9') &&
		    !strchr("_|-", *at))
			return 0;
	}
	for (at = token; token < end; token = at + 1) {
		at = memchr(token, '|', (size_t)(end - token));
		at = at ? at : end;
		if (at == token || *token < 'a')
			continue;
		count++;
		if (c)
			complete_offer(c, token, (size_t)(at - token));
	}
	return count;
}

/* All sub-commands in a usage text to @c, NULL for none; returns how many there were. */
static unsigned int usage_words(struct complete *c, const char *name, const char *usage)
{
	const size_t name_len = strlen(name);
	const char *line = usage;
	const char *before = NULL;
	size_t before_len = 0;
	unsigned int count = 0;

	while (line) {
		const size_t skip = *line == '&' ? 1 : strncmp(line, name, name_len) ? 0 : name_len;
		const bool named = skip && line[skip] == ' ';
		const char *token = line == usage ? line : named ? line + skip + 1 : "";
		const size_t len = strcspn(token, " \t\n");

		/* Forms of one sub-command stand together. */
		if (len && (len != before_len || memcmp(before, token, len))) {
			count += usage_token(c, token, token + len);
			before = token;
			before_len = len;
		}
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return count;
}

void complete_usage(struct complete *c, const char *name, const char *usage)
{
	if (c->argc == 2 && usage_words(NULL, name, usage) > 1)
		usage_words(c, name, usage);
}

/* What ends a word that is whole. */
static void close_word(struct lineedit *le, const struct complete *c)
{
	if (c->kind == COMPLETE_VARIABLE && c->brace)
		lineedit_insert(le, "}", 1);
	else if (c->quote && c->kind != COMPLETE_VARIABLE)
		lineedit_insert(le, &c->quote, 1);
	if (c->common_len && c->common[c->common_len - 1] == '/')
		return;
	if (!c->brace && !(c->quote && c->kind == COMPLETE_VARIABLE))
		lineedit_insert(le, " ", 1);
}

static void list(struct lineedit *le, struct complete *c, const struct complete_ops *ops)
{
	const unsigned int pos = le->pos;

	lineedit_move_to(le, le->len);
	lineedit_emit(le, "\n", 1);
	c->le = le;
	ops->candidates(c);
	lineedit_emit(le, "\n", 1);
	le->pos = pos;
	lineedit_redraw(le);
}

bool complete_line(struct lineedit *le, const struct complete_ops *ops)
{
	struct complete c;
	size_t have;

	complete_parse(&c, le->line, le->pos);
	if (c.kind != COMPLETE_NOTHING)
		ops->candidates(&c);
	have = strlen(c.word);
	/* Of a pasted text a Tab is a blank, wherever it can be one. */
	if ((!c.count || !have || (c.exact && c.count > 1)) && ops->pending())
		return false;
	if (!c.count) {
		lineedit_emit(le, "\a", 1);
		return true;
	}
	if (c.common_len == have && c.count > 1) {
		list(le, &c, ops);
		return true;
	}
	lineedit_insert(le, c.common + have, c.common_len - have);
	if (c.count == 1)
		close_word(le, &c);
	return true;
}

/* ---- the words before the cursor ---- */

struct parser {
	struct complete *c;
	size_t used;     /* of c->text */
	size_t word;     /* where the present word begins there */
	size_t variable; /* where a variable's name begins there, 0: no '$' */
	bool in_word;
	bool comment;
	bool escaped;
	bool full;
};

/* Words that stand before a command. */
static bool command_follows(const char *word)
{
	static const char words[] = "if\0then\0elif\0else\0while\0until\0do\0!\0{\0(\0";
	const char *at;

	for (at = words; *at; at += strlen(at) + 1) {
		if (!strcmp(at, word))
			return true;
	}
	return false;
}

static void start_command(struct parser *p)
{
	p->c->argc = 0;
	p->used = p->word = p->variable = 0;
	p->in_word = false;
}

static void end_word(struct parser *p)
{
	struct complete *c = p->c;

	if (!p->in_word)
		return;
	p->full |= p->used + 1 >= COMPLETE_TEXT;
	if (p->full)
		return;
	c->text[p->used++] = '\0';
	if (!c->argc && command_follows(c->text + p->word)) {
		start_command(p);
		return;
	}
	if (c->argc < COMPLETE_WORDS)
		c->argv[c->argc] = c->text + p->word;
	else
		p->used = p->word; /* not kept */
	c->argc++;
	p->word = p->used;
	p->in_word = false;
	p->variable = 0;
}

static void add(struct parser *p, char byte)
{
	p->in_word = true;
	if (p->used + 1 >= COMPLETE_TEXT)
		p->full = true;
	else
		p->c->text[p->used++] = byte;
}

static void dollar(struct parser *p)
{
	add(p, '$');
	p->variable = p->used;
	p->c->brace = false;
}

/* A byte of a word, or of quotes. */
static void word_byte(struct parser *p, char byte)
{
	const bool opens = p->variable && p->used == p->variable && byte == '{';

	add(p, byte);
	if (opens) {
		p->c->brace = true;
		p->variable = p->used;
	} else if (!in_name(byte)) {
		p->variable = 0;
	}
}

static void unquoted(struct parser *p, char byte)
{
	switch (byte) {
	case ' ':
	case '\t':
		return end_word(p);
	case ';':
	case '|':
	case '&':
	case '\n':
		return start_command(p);
	case '#':
		p->comment = !p->in_word;
		return word_byte(p, byte);
	default:
		return word_byte(p, byte);
	}
}

static void parse_byte(struct parser *p, char byte)
{
	char *quote = &p->c->quote;

	if (p->escaped || (byte != '\\' && *quote == '\'' && byte != '\'')) {
		p->escaped = false;
		p->variable = 0;
		add(p, byte);
	} else if (byte == '\\' && *quote != '\'') {
		p->escaped = true;
	} else if (byte == *quote) {
		*quote = '\0';
		p->variable = 0;
	} else if (!*quote && (byte == '"' || byte == '\'')) {
		*quote = byte;
		p->in_word = true;
		p->variable = 0;
	} else if (byte == '$') {
		dollar(p);
	} else if (*quote) {
		word_byte(p, byte);
	} else {
		unquoted(p, byte);
	}
}

void complete_parse(struct complete *c, const char *line, size_t len)
{
	struct parser p = { .c = c };
	size_t i;

	memset(c, 0, offsetof(struct complete, text));
	memset(&c->quote, 0, sizeof(*c) - offsetof(struct complete, quote));
	for (i = 0; i < len; i++) {
		if (p.comment && line[i] == '\n') {
			p.comment = false;
			start_command(&p);
		} else if (!p.comment) {
			parse_byte(&p, line[i]);
		}
	}
	c->text[p.used] = '\0';
	c->word = c->text + p.word;
	if (p.comment || p.escaped || p.full)
		return;
	if (p.variable) {
		c->word = c->text + p.variable;
		c->kind = COMPLETE_VARIABLE;
	} else {
		c->kind = c->argc ? COMPLETE_ARGUMENT : COMPLETE_COMMAND;
		c->brace = false;
	}
	c->argc++;
}
