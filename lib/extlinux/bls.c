/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/extlinux/bls.h"

#include <inttypes.h>
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

static void take(struct bls_entry *e, struct extlinux_text key, struct extlinux_text value)
{
	if (text_is(key, "title"))
		e->title = value;
	else if (text_is(key, "version"))
		e->version = value;
	else if (text_is(key, "sort-key"))
		e->sort_key = value;
	else if (text_is(key, "linux"))
		e->kernel = value;
	else if (text_is(key, "devicetree"))
		e->devicetree = value;
	else if (text_is(key, "devicetree-overlay"))
		e->passed = true;
	else if (text_is(key, "architecture"))
		e->passed |= !is_ours(value);
	else if (text_is(key, "initrd") && e->initrd.at)
		e->passed = true;
	else if (text_is(key, "initrd"))
		e->initrd = value;
	else if (text_is(key, "options") && e->option_count < BLS_OPTIONS)
		e->options[e->option_count++] = value;
	else if (text_is(key, "options"))
		e->passed = true;
}

void bls_parse(struct bls_entry *entry, const char *text, size_t size)
{
	*entry = (struct bls_entry){ 0 };
	for (size_t at = 0; at < size;) {
		const char *end = memchr(text + at, '\n', size - at);
		const char *line = text + at, *stop = end ? end : text + size;
		struct extlinux_text key, value;

		at += (size_t)(stop - line) + 1;
		while (line < stop && is_blank(*line))
			line++;
		while (stop > line && is_blank(stop[-1]))
			stop--;
		if (line == stop || *line == '#')
			continue;
		key.at = line;
		while (line < stop && !is_blank(*line))
			line++;
		key.size = (size_t)(line - key.at);
		while (line < stop && is_blank(*line))
			line++;
		value = (struct extlinux_text){ line, (size_t)(stop - line) };
		/* what a line of another file could not hold either */
		for (const char *c = line; c < stop; c++)
			entry->passed |= (unsigned char)*c < ' ' && *c != '\t';
		if (value.size)
			take(entry, key, value);
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

/* What a version consists of; everything else only separates. */
static bool counts(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '~' ||
	       c == '-' || c == '^' || c == '.';
}

static int compare_numbers(const char **a, const char **b)
{
	size_t m = 0, n = 0;
	int order;

	while (**a == '0')
		++*a;
	while (**b == '0')
		++*b;
	while (is_digit((*a)[m]))
		m++;
	while (is_digit((*b)[n]))
		n++;
	order = m != n ? (m < n ? -1 : 1) : memcmp(*a, *b, m);
	*a += m;
	*b += n;
	return order;
}

int bls_version_compare(const char *a, const char *b)
{
	/* in this order where one has it and the other goes on differently */
	static const char before[] = "~", after[] = "-^.";

	for (;;) {
		int order;

		while (*a && !counts(*a))
			a++;
		while (*b && !counts(*b))
			b++;
		if (*a == *before || *b == *before) {
			if (*a != *b)
				return *a == *before ? -1 : 1;
			a++;
			b++;
			continue;
		}
		if (!*a || !*b)
			return !!*a - !!*b;
		if (strchr(after, *a) || strchr(after, *b)) {
			const char *in_a = strchr(after, *a), *in_b = strchr(after, *b);

			if (!in_a || !in_b)
				return in_a ? -1 : 1;
			if (in_a != in_b)
				return in_a < in_b ? -1 : 1;
			a++;
			b++;
			continue;
		}
		if (is_digit(*a) != is_digit(*b))
			return is_digit(*a) ? 1 : -1;
		if (is_digit(*a)) {
			order = compare_numbers(&a, &b);
			if (order)
				return order;
			continue;
		}
		if (*a != *b)
			return *a < *b ? -1 : 1;
		a++;
		b++;
	}
}
