/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/extlinux/bls.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/extlinux/text.h"

#define SUFFIX	  ".conf"
#define TRIES_MAX 100000 /* who counts further does not count */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Ours is AA64, upper or lower case. */
static bool is_ours(struct extlinux_text t)
{
	static const char ours[] = "aa64";

	for (size_t i = 0; i < t.size; i++)
		if (i >= strlen(ours) || (t.at[i] | 0x20) != (ours[i] | 0x20))
			return false;
	return t.size == strlen(ours);
}

#define KEY(name, member)                                \
	{                                                \
		name, offsetof(struct bls_entry, member) \
	}

/* What stands there once. */
static const struct {
	char name[20];
	unsigned int offset;
} keys[] = {
	KEY("title", title),
	KEY("version", version),
	KEY("sort-key", sort_key),
	KEY("machine-id", machine_id),
	KEY("linux", kernel),
	KEY("devicetree", devicetree),
	KEY("devicetree-overlay", overlays),
};

static void take(struct bls_entry *e, struct extlinux_text key, struct extlinux_text value)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (text_is(key, keys[i].name))
			*(struct extlinux_text *)(void *)((char *)e + keys[i].offset) = value;
	if (text_is(key, "architecture"))
		e->passed |= !is_ours(value);
	else if (text_is(key, "initrd") && e->initrd_count < BLS_INITRDS)
		e->initrd[e->initrd_count++] = text_word(&value); /* Fedora: and a $variable */
	else if (text_is(key, "initrd"))
		e->passed = true;
	else if (text_is(key, "options") && e->option_count < BLS_OPTIONS)
		e->options[e->option_count++] = value;
	else if (text_is(key, "options"))
		e->passed = true;
}

void bls_parse(struct bls_entry *entry, const char *text, size_t size)
{
	struct extlinux_text rest = text_begin(text, size), line, key;

	*entry = (struct bls_entry){ 0 };
	while (text_line(&rest, &line)) {
		line = text_trim(line);
		if (!line.size || line.at[0] == '#')
			continue;
		key = text_word(&line);
		/* what a line of another file could not hold either */
		for (size_t i = 0; i < line.size; i++)
			entry->passed |= (unsigned char)line.at[i] < ' ' && line.at[i] != '\t';
		if (line.size)
			take(entry, key, line);
	}
	entry->passed |= !entry->kernel.size;
}

bool bls_is_entry(const char *name)
{
	const size_t len = strlen(name);

	return len > strlen(SUFFIX) && !strcmp(name + len - strlen(SUFFIX), SUFFIX);
}

static uint32_t number(const char **c)
{
	uint32_t n = 0;

	for (; is_digit(**c); ++*c)
		n = MIN(n * 10 + (uint32_t)(**c - '0'), (uint32_t)TRIES_MAX);
	return n;
}

/* "NAME+LEFT.conf" or "NAME+LEFT-DONE.conf": the plus; NULL: it does not count */
static const char *find_tries(const char *name, uint32_t *left, uint32_t *done)
{
	const char *plus = strrchr(name, '+'), *c = plus ? plus + 1 : "";

	if (!is_digit(*c))
		return NULL;
	*left = number(&c);
	*done = 0;
	if (*c == '-' && is_digit(c[1])) {
		c++;
		*done = number(&c);
	}
	return strcmp(c, SUFFIX) ? NULL : plus;
}

uint32_t bls_tries_left(const char *name)
{
	uint32_t left, done;

	return find_tries(name, &left, &done) ? left : UINT32_MAX;
}

bool bls_next_try(const char *name, char *out, size_t room)
{
	uint32_t left, done;
	const char *plus = find_tries(name, &left, &done);
	int n;

	if (!plus || !left || left == TRIES_MAX)
		return false;
	n = snprintf(out, room, "%.*s+%" PRIu32 "-%" PRIu32 SUFFIX, (int)(plus - name), name,
		     left - 1, MIN(done + 1, (uint32_t)TRIES_MAX));
	return n >= 0 && (size_t)n < room;
}

size_t bls_id_length(const char *name)
{
	uint32_t left, done;
	const char *plus = find_tries(name, &left, &done);

	return plus ? (size_t)(plus - name) : strlen(name) - strlen(SUFFIX);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What a version consists of; everything else only separates. */
static bool counts(char c)
{
	return is_digit(c) || is_letter(c) || c == '~' || c == '-' || c == '^' || c == '.';
}

/* What both begin with is cut off: digits, or letters. A number counts by its value. */
static int compare_parts(const char **a, const char **b, bool digits)
{
	size_t m = 0, n = 0;
	int by;

	while (digits && **a == '0')
		++*a;
	while (digits && **b == '0')
		++*b;
	while (digits ? is_digit((*a)[m]) : is_letter((*a)[m]))
		m++;
	while (digits ? is_digit((*b)[n]) : is_letter((*b)[n]))
		n++;
	by = digits && m != n ? 0 : memcmp(*a, *b, MIN(m, n));
	if (!by && m != n)
		by = m < n ? -1 : 1;
	*a += m;
	*b += n;
	return by;
}

int bls_version_compare(const char *a, const char *b)
{
	/* in this order where one has it and the other does not; ~ before the end, too */
	static const char marks[] = "~-^.";
	const char *mark;
	int by = 0;

	while (!by) {
		while (*a && !counts(*a))
			a++;
		while (*b && !counts(*b))
			b++;
		if ((!*a || !*b) && *a != '~' && *b != '~')
			return !!*a - !!*b;
		mark = marks;
		while (*mark && *a != *mark && *b != *mark)
			mark++;
		if (*mark) {
			by = (*a++ != *mark) - (*b++ != *mark);
			continue;
		}
		if (is_digit(*a) != is_digit(*b))
			by = is_digit(*a) ? 1 : -1;
		else
			by = compare_parts(&a, &b, is_digit(*a));
	}
	return by;
}
