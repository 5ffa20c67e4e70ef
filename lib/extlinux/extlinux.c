/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/extlinux/extlinux.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "lib/base/num.h"
#include "lib/extlinux/text.h"

#define NUMBER_DIGITS 9

/* Where the parser stands: lines are cut off @text. */
struct parser {
	struct extlinux *x;
	struct extlinux_label *label; /* NULL: before the first of this file */
	struct extlinux_text text;
	unsigned int line;
	struct why *why;
};

/* First those that a label keeps as they are: see field(). */
enum word {
	WORD_APPEND,
	WORD_FDT,
	WORD_FDTDIR,
	WORD_INITRD,
	WORD_KERNEL,
	WORD_OVERLAYS,
	WORD_FIELDS, /* no word: how many of these there are */
	WORD_DEFAULT,
	WORD_INCLUDE,
	WORD_IPAPPEND,
	WORD_LABEL,
	WORD_PROMPT,
	WORD_TIMEOUT,
	WORD_TOTALTIMEOUT,
	WORD_VALUES, /* no word: those above need a value, but for append */
	WORD_LOCALBOOT,
	WORD_MENU,
	WORD_NONE,
	WORD_PASSED,
	WORD_SAY,
	WORD_TEXT,
	WORD_TITLE,
};

struct known {
	char text[19];
	uint8_t word;
};

static const struct known words[] = {
	{ "append", WORD_APPEND },
	{ "default", WORD_DEFAULT },
	{ "devicetree", WORD_FDT },
	{ "devicetree-overlay", WORD_OVERLAYS },
	{ "devicetreedir", WORD_FDTDIR },
	{ "fdt", WORD_FDT },
	{ "fdtdir", WORD_FDTDIR },
	{ "fdtoverlays", WORD_OVERLAYS },
	{ "fit", WORD_KERNEL },
	{ "include", WORD_INCLUDE },
	{ "initrd", WORD_INITRD },
	{ "ipappend", WORD_IPAPPEND },
	{ "kaslrseed", WORD_PASSED }, /* every kernel gets one */
	{ "kernel", WORD_KERNEL },
	{ "label", WORD_LABEL },
	{ "linux", WORD_KERNEL },
	{ "localboot", WORD_LOCALBOOT },
	{ "menu", WORD_MENU },
	{ "ontimeout", WORD_DEFAULT },
	{ "prompt", WORD_PROMPT },
	{ "say", WORD_SAY },
	{ "sysappend", WORD_IPAPPEND },
	{ "text", WORD_TEXT },
	{ "timeout", WORD_TIMEOUT },
	{ "totaltimeout", WORD_TOTALTIMEOUT },
	{ "ui", WORD_PASSED },
};

static const struct known menu_words[] = {
	{ "default", WORD_DEFAULT },
	{ "include", WORD_INCLUDE },
	{ "label", WORD_LABEL },
	{ "title", WORD_TITLE },
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word(struct extlinux_text word, const char *known)
{
	size_t i;

	for (i = 0; i < word.size && known[i] && lower(word.at[i]) == known[i]; i++)
		;
	return i == word.size && !known[i];
}

static enum word find_word(struct extlinux_text word, const struct known *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_word(word, table[i].text))
			return table[i].word;
	return WORD_NONE;
}

/* The next line, without blanks around it; false behind the last. */
static bool next_line(struct parser *p, struct extlinux_text *line)
{
	if (!text_line(&p->text, line))
		return false;
	p->line++;
	*line = text_trim(*line);
	return true;
}

static bool is_number(struct extlinux_text text, unsigned int *out)
{
	char digits[NUMBER_DIGITS + 1];
	uint64_t n;

	if (extlinux_copy(text, digits, sizeof(digits)) || num_parse(digits, 10, &n))
		return false;
	*out = (unsigned int)n;
	return true;
}

static int number(const struct parser *p, struct extlinux_text value, unsigned int *out)
{
	return is_number(value, out) ? 0
				     : refuse(p->why, -EINVAL, "line %u: '%.*s' is not a number",
					      p->line, (int)MIN(value.size, (size_t)80), value.at);
}

static int begin_label(struct parser *p, struct extlinux_text name)
{
	if (p->x->labels == EXTLINUX_LABELS)
		return refuse(p->why, -ENOSPC, "line %u: more than %u labels", p->line,
			      EXTLINUX_LABELS);
	p->label = &p->x->label[p->x->labels++];
	*p->label = (struct extlinux_label){ .name = name };
	return 0;
}

static int add_include(struct parser *p, struct extlinux_text name)
{
	if (p->x->includes == EXTLINUX_INCLUDES)
		return refuse(p->why, -ENOSPC, "line %u: more than %u files are included", p->line,
			      EXTLINUX_INCLUDES);
	p->x->include[p->x->includes++] = name;
	return 0;
}

static void add_say(struct parser *p, struct extlinux_text text)
{
	if (p->x->says < EXTLINUX_SAYS)
		p->x->say[p->x->says++] = (struct extlinux_say){ p->label, text };
}

static void pass_text(struct parser *p)
{
	struct extlinux_text line;

	while (next_line(p, &line) && !is_word(line, "endtext"))
		;
}

static void ignore(struct parser *p, struct extlinux_text word)
{
	if (p->x->ignored_line)
		return;
	p->x->ignored = word;
	p->x->ignored_line = p->line;
}

/* Words that stand before the labels as well as in them. */
static int take_global(struct parser *p, enum word word, struct extlinux_text rest)
{
	unsigned int n;
	int err;

	switch (word) {
	case WORD_DEFAULT:
		p->x->first = rest;
		return 0;
	case WORD_INCLUDE:
		return add_include(p, text_word(&rest));
	case WORD_LABEL:
		return begin_label(p, rest);
	case WORD_PROMPT:
		err = number(p, rest, &n);
		p->x->prompt = !err && n;
		return err;
	case WORD_TOTALTIMEOUT:
		if (p->x->timeout)
			return 0;
		__attribute__((fallthrough));
	case WORD_TIMEOUT:
		p->x->at_once = rest.at[0] == '-'; /* as NixOS writes it: -10 */
		rest.at += p->x->at_once;
		rest.size -= p->x->at_once;
		err = number(p, rest, &n);
		p->x->timeout = err ? 0 : (n + 9) / 10;
		return err;
	default:
		return 0;
	}
}

/* Where a label keeps what the word names; NULL: nowhere. */
static struct extlinux_text *field(struct extlinux_label *label, enum word word)
{
	static const uint8_t offsets[WORD_FIELDS] = {
		[WORD_APPEND] = offsetof(struct extlinux_label, append),
		[WORD_FDT] = offsetof(struct extlinux_label, fdt),
		[WORD_FDTDIR] = offsetof(struct extlinux_label, fdtdir),
		[WORD_INITRD] = offsetof(struct extlinux_label, initrd),
		[WORD_KERNEL] = offsetof(struct extlinux_label, kernel),
		[WORD_OVERLAYS] = offsetof(struct extlinux_label, overlays),
	};

	return word < WORD_FIELDS ? (void *)((char *)label + offsets[word]) : NULL;
}

static int take_menu(struct parser *p, struct extlinux_text rest)
{
	const struct extlinux_text word = text_word(&rest);

	switch (find_word(word, menu_words, ARRAY_SIZE(menu_words))) {
	case WORD_DEFAULT:
		if (p->label)
			p->x->marked = (unsigned int)(p->label - p->x->label) + 1;
		return 0;
	case WORD_INCLUDE:
		return rest.size ? add_include(p, text_word(&rest)) : 0;
	case WORD_LABEL:
		if (p->label)
			p->label->title = rest;
		return 0;
	case WORD_TITLE:
		if (!p->label)
			p->x->title = rest;
		return 0;
	default:
		return 0;
	}
}

static bool needs_value(enum word word)
{
	return word < WORD_VALUES && word != WORD_APPEND;
}

static int take_line(struct parser *p, struct extlinux_text rest)
{
	const struct extlinux_text first = text_word(&rest);
	const enum word word = find_word(first, words, ARRAY_SIZE(words));
	struct extlinux_text *place = p->label ? field(p->label, word) : NULL;

	if (needs_value(word) && !rest.size)
		return refuse(p->why, -EINVAL, "line %u: nothing follows '%.*s'", p->line,
			      (int)first.size, first.at);
	if (place) {
		*place = rest;
		return 0;
	}
	switch (word) {
	case WORD_NONE:
		ignore(p, first);
		return 0;
	case WORD_APPEND:
		p->x->append = rest;
		return 0;
	case WORD_IPAPPEND:
		return p->label ? number(p, rest, &p->label->ipappend) : 0;
	case WORD_LOCALBOOT:
		if (p->label)
			p->label->localboot = true;
		return 0;
	case WORD_MENU:
		return take_menu(p, rest);
	case WORD_SAY:
		add_say(p, rest);
		return 0;
	case WORD_TEXT:
		pass_text(p);
		return 0;
	default:
		return take_global(p, word, rest);
	}
}

int extlinux_parse(struct extlinux *x, const char *text, size_t size, struct why *why)
{
	struct parser p = { .x = x, .text = text_begin(text, size), .why = why };
	struct extlinux_text line;
	int err = 0;

	if (size && memchr(text, '\0', size))
		return refuse(why, -ENOEXEC, "it is no text: it has a zero byte");
	while (!err && next_line(&p, &line))
		if (line.size && line.at[0] != '#')
			err = take_line(&p, line);
	return err;
}

static bool is_same(struct extlinux_text a, struct extlinux_text b)
{
	return a.size == b.size && !memcmp(a.at, b.at, a.size);
}

static const struct extlinux_label *find(const struct extlinux *x, struct extlinux_text choice)
{
	unsigned int n;

	for (unsigned int i = 0; i < x->labels; i++)
		if (is_same(x->label[i].name, choice))
			return &x->label[i];
	return is_number(choice, &n) && n && n <= x->labels ? &x->label[n - 1] : NULL;
}

const struct extlinux_label *extlinux_default(const struct extlinux *x)
{
	const struct extlinux_label *named = x->first.at ? find(x, x->first) : NULL;

	return named || !x->marked ? named : &x->label[x->marked - 1];
}

const struct extlinux_label *extlinux_find(const struct extlinux *x, const char *choice)
{
	return find(x, (struct extlinux_text){ choice, strlen(choice) });
}

struct extlinux_text extlinux_append(const struct extlinux *x, const struct extlinux_label *label)
{
	struct extlinux_text append = label->append.at ? label->append : x->append;

	if (append.size == 1 && append.at[0] == '-') /* none, not even that of all */
		append.size = 0;
	return append;
}

int extlinux_copy(struct extlinux_text text, char *out, size_t room)
{
	out[0] = '\0';
	if (text.size >= room)
		return -E2BIG;
	if (text.size)
		memcpy(out, text.at, text.size);
	out[text.size] = '\0';
	return 0;
}
