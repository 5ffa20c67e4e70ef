/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Regular expressions: compiled to a few steps, then all ways through them are followed at once,
 * a character at a time. No expression takes long, and none takes more memory than another.
 */
#include "lib/base/regex.h"

#include <errno.h>
#include <string.h>

#include "lib/base/num.h"

#define NOWHERE (REGEX_TEXT_MAX + 1)

/* ATOM: pattern offset x takes a character. SPLIT: go on at +x, else +y. SAVE: x. JUMP: +x. */
enum { ATOM, SPLIT, JUMP, SAVE, BEGIN, END, MATCH };

/* ---- characters ---- */

static bool in_range(unsigned char c, unsigned char first, unsigned char last)
{
	return c >= first && c <= last;
}

/* The character at *p, escaped or not; -1 for a class such as \d. *p moves behind it. */
static int literal(const char **p)
{
	static const char from[] = "nrtfv0", to[] = "\n\r\t\f\v";
	const char *known;
	char c = *(*p)++;
	uint8_t byte;

	if (c != '\\' || !**p)
		return (unsigned char)c;
	c = *(*p)++;
	if (strchr("dDsSwW", c))
		return -1;
	if (c == 'x' && num_hex_bytes(&byte, *p, 1)) {
		*p += 2;
		return byte;
	}
	known = strchr(from, c);
	return known ? (unsigned char)to[known - from] : (unsigned char)c;
}

static bool in_class(char class, unsigned char c)
{
	switch (class | 0x20) {
	case 'd':
		return in_range(c, '0', '9') == (class == 'd');
	case 's':
		return (c == ' ' || in_range(c, '\t', '\r')) == (class == 's');
	default:
		return (in_range(c, '0', '9') || in_range(c | 0x20, 'a', 'z') || c == '_') ==
		       (class == 'w');
	}
}

/* Behind a '[': is @c in the set? *p moves to its ']', or to the NUL. */
static bool in_set(const char **p, unsigned char c)
{
	const bool negate = **p == '^';
	const char *first = *p + negate;
	bool found = false;
	int from, to;

	for (*p = first; **p && (**p != ']' || *p == first);) {
		from = literal(p);
		if (from < 0) {
			found |= in_class((*p)[-1], c);
			continue;
		}
		to = from;
		if ((*p)[0] == '-' && (*p)[1] && (*p)[1] != ']') {
			(*p)++;
			to = literal(p);
		}
		found |= c >= from && c <= to;
	}
	return found != negate;
}

/* Does what stands at *p take the character? *p moves behind it. */
static bool takes(const char **p, unsigned char c)
{
	bool found;
	int want;

	if (**p == '[') {
		(*p)++;
		found = in_set(p, c);
		*p += **p == ']';
		return found;
	}
	if (**p == '.') {
		(*p)++;
		return true;
	}
	want = literal(p);
	return want < 0 ? in_class((*p)[-1], c) : want == c;
}

/* ---- compilation ---- */

static int add_step(struct regex *re, unsigned int at, unsigned char op, unsigned int x,
		    unsigned int y)
{
	if (re->count == REGEX_STEPS_MAX)
		return refuse(re->why, -E2BIG, "'%s': more than %u steps", re->pattern,
			      REGEX_STEPS_MAX);
	memmove(re->step + at + 1, re->step + at, (re->count - at) * sizeof(re->step[0]));
	re->step[at] = (struct regex_step){ op, (short)x, (short)y };
	re->count++;
	return 0;
}

static int parse_either(struct regex *re, unsigned int depth);

static int parse_group(struct regex *re, unsigned int depth)
{
	const unsigned int group = ++re->groups;
	int err;

	if (group == REGEX_GROUPS || depth == REGEX_GROUPS)
		return refuse(re->why, -E2BIG, "'%s': more than %u groups", re->pattern,
			      REGEX_GROUPS - 1);
	re->p++;
	err = add_step(re, re->count, SAVE, 2 * group, 0);
	if (!err)
		err = parse_either(re, depth + 1);
	if (!err && *re->p != ')')
		return refuse(re->why, -EINVAL, "'%s': a '(' without its ')'", re->pattern);
	re->p++;
	return err ? err : add_step(re, re->count, SAVE, 2 * group + 1, 0);
}

static int parse_atom(struct regex *re, unsigned int depth)
{
	const size_t at = (size_t)(re->p - re->pattern);

	switch (*re->p) {
	case '(':
		return parse_group(re, depth);
	case '^':
	case '$':
		return add_step(re, re->count, *re->p++ == '^' ? BEGIN : END, 0, 0);
	case '*':
	case '+':
	case '?':
		return refuse(re->why, -EINVAL, "'%s': nothing before the '%c'", re->pattern,
			      *re->p);
	}
	if (at > 0x7fff)
		return refuse(re->why, -E2BIG, "an expression of more than %d bytes", 0x7fff);
	if (*re->p == '[') {
		re->p++;
		in_set(&re->p, 0);
		if (!*re->p)
			return refuse(re->why, -EINVAL, "'%s': a '[' without its ']'", re->pattern);
		re->p++;
	} else {
		takes(&re->p, 0);
	}
	return add_step(re, re->count, ATOM, (unsigned int)at, 0);
}

/* "*", "+" or "?" after the steps from @start on: lazy ones prefer to leave. */
static int parse_repeat(struct regex *re, unsigned int start)
{
	const char op = *re->p;
	const unsigned int length = re->count - start;
	struct regex_step *split;
	unsigned int at = start;
	int err;
	short x;

	if (!op || !strchr("*+?", op))
		return 0;
	re->p++;
	if (op == '+') {
		at = re->count;
		err = add_step(re, at, SPLIT, 0 - length, 1);
	} else {
		err = add_step(re, at, SPLIT, 1, length + 1 + (op == '*'));
	}
	if (!err && op == '*')
		err = add_step(re, re->count, JUMP, 0 - length - 1, 0);
	if (err || *re->p != '?')
		return err;
	re->p++;
	split = &re->step[at];
	x = split->x;
	split->x = split->y;
	split->y = x;
	return 0;
}

static int parse_either(struct regex *re, unsigned int depth)
{
	const unsigned int start = re->count;
	unsigned int jump;
	int err = 0;

	while (!err && *re->p && *re->p != '|' && *re->p != ')') {
		const unsigned int atom = re->count;

		err = parse_atom(re, depth);
		if (!err)
			err = parse_repeat(re, atom);
	}
	if (err || *re->p != '|')
		return err;
	re->p++;
	err = add_step(re, start, SPLIT, 1, re->count - start + 2);
	jump = re->count;
	if (!err)
		err = add_step(re, jump, JUMP, 0, 0);
	if (!err)
		err = parse_either(re, depth);
	if (!err)
		re->step[jump].x = (short)(re->count - jump);
	return err;
}

int regex_compile(struct regex *re, const char *pattern, struct why *why)
{
	int err;

	re->pattern = pattern;
	re->p = pattern;
	re->why = why;
	re->groups = 0;
	re->count = 0;
	err = add_step(re, 0, SAVE, 0, 0);
	if (!err)
		err = parse_either(re, 0);
	if (!err && *re->p)
		return refuse(why, -EINVAL, "'%s': a ')' without its '('", pattern);
	if (!err)
		err = add_step(re, re->count, SAVE, 1, 0);
	return err ? err : add_step(re, re->count, MATCH, 0, 0);
}

/* ---- the search ---- */

/** struct place - where in the text a search is, and what it writes */
struct place {
	const struct regex *re;
	struct regex_work *work;
	struct regex_list *list;
	size_t pos, size;
};

/* Follow all that takes no character. At most one call for each step is open. */
static void add_thread(struct place *at, unsigned int n, struct regex_spans *spans)
{
	const struct regex_step *step = &at->re->step[n];
	uint16_t *slot, was;

	if (at->work->seen[n])
		return;
	at->work->seen[n] = true;
	switch (step->op) {
	case JUMP:
		return add_thread(at, n + (unsigned int)step->x, spans);
	case SPLIT:
		add_thread(at, n + (unsigned int)step->x, spans);
		return add_thread(at, n + (unsigned int)step->y, spans);
	case BEGIN:
	case END:
		if (at->pos == (step->op == BEGIN ? 0 : at->size))
			add_thread(at, n + 1, spans);
		return;
	case SAVE:
		slot = step->x & 1 ? &spans->to[step->x / 2] : &spans->from[step->x / 2];
		was = *slot;
		*slot = (uint16_t)at->pos;
		add_thread(at, n + 1, spans);
		*slot = was;
		return;
	}
	at->list->step[at->list->count] = (unsigned char)n;
	at->list->spans[at->list->count++] = *spans;
}

/* One character further, or the match: true where no better one can follow. */
static bool advance(struct place *at, struct regex_list *now, const char *text)
{
	struct regex_work *work = at->work;
	unsigned int i;
	const char *p;

	memset(work->seen, 0, sizeof(work->seen));
	at->list->count = 0;
	at->pos++;
	for (i = 0; i < now->count; i++) {
		const struct regex_step *step = &at->re->step[now->step[i]];

		if (step->op == MATCH) {
			work->found = now->spans[i];
			return true; /* what follows in the list is worse */
		}
		if (at->pos > at->size)
			continue;
		p = at->re->pattern + step->x;
		if (takes(&p, (unsigned char)text[at->pos - 1]))
			add_thread(at, now->step[i] + 1U, &now->spans[i]);
	}
	return false;
}

bool regex_search(const struct regex *re, const char *text, size_t size, size_t from,
		  struct regex_work *work)
{
	struct regex_list *now = &work->list[0];
	struct place at = { .re = re, .work = work, .list = now, .pos = from, .size = size };
	struct regex_spans none;
	bool found = false;

	memset(&none, 0xff, sizeof(none));
	memset(work->seen, 0, sizeof(work->seen));
	now->count = 0;
	for (;;) {
		if (!found) /* a match may begin here, though it is worse than those under way */
			add_thread(&at, 0, &none);
		if (!now->count && (found || at.pos >= size))
			return found;
		at.list = now == &work->list[0] ? &work->list[1] : &work->list[0];
		found |= advance(&at, now, text);
		now = at.list;
		if (at.pos > size)
			return found;
	}
}

/** struct out - text being put together */
struct out {
	char *text;
	size_t size, room;
};

static void put(struct out *out, const char *text, size_t size)
{
	if (out->room - out->size > size)
		memcpy(out->text + out->size, text, size);
	else
		out->room = 0; /* never enough any more */
	out->size = out->room ? out->size + size : 0;
}

static void put_replacement(struct out *out, const char *text, const char *with,
			    const struct regex_spans *found)
{
	for (; *with; with++) {
		unsigned int group = (unsigned int)(with[1] - '0');

		if (*with != '\\' || group >= REGEX_GROUPS) {
			put(out, with, 1);
			continue;
		}
		with++;
		if (found->to[group] != NOWHERE && found->from[group] != NOWHERE)
			put(out, text + found->from[group],
			    (size_t)(found->to[group] - found->from[group]));
	}
}

int regex_replace(const struct regex *re, const char *text, const char *with, bool all,
		  char *buffer, size_t room, struct regex_work *work)
{
	struct out out = { .text = buffer, .room = room };
	const size_t size = strlen(text);
	size_t pos = 0;
	int count = 0;

	if (size > REGEX_TEXT_MAX)
		return -E2BIG;
	while (pos <= size && (all || !count) && regex_search(re, text, size, pos, work)) {
		const size_t from = work->found.from[0], to = work->found.to[0];

		put(&out, text + pos, from - pos);
		put_replacement(&out, text, with, &work->found);
		count++;
		pos = to;
		if (from == to) { /* of nothing: one character on, or for ever */
			if (pos < size)
				put(&out, text + pos, 1);
			pos++;
		}
	}
	if (pos < size)
		put(&out, text + pos, size - pos);
	if (!out.room)
		return -ENOSPC;
	out.text[out.size] = '\0';
	return count;
}
