/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What commands make of words that a person or a script gives: test, patterns, regular expressions,
 * setexpr's fmt, the keys that stop autoboot, dates (FIELD X10).
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/caldate.h"
#include "lib/base/glob.h"
#include "lib/base/regex.h"
#include "lib/base/textfmt.h"
#include "lib/edit/stopkey.h"
#include "lib/sh/test_expr.h"

#define WORDS_MAX 12

static struct why why;
static char *words[WORDS_MAX + 1];
static int count;

/* Words of their own memory, exactly as long as they are: ASan sees a byte behind them. */
static void split(const uint8_t *data, size_t size)
{
	for (count = 0; count < WORDS_MAX && size; count++) {
		size_t length = strnlen((const char *)data, size);

		words[count] = malloc(length + 1);
		memcpy(words[count], data, length);
		words[count][length] = '\0';
		data += length;
		size -= length;
		if (size)
			data++, size--;
	}
	words[count] = NULL;
}

static const char *word(int n)
{
	return n < count ? words[n] : NULL;
}

static bool exists(void *ctx, char *const path[])
{
	(void)ctx;
	return *path[0] < *path[1] + *path[2];
}

static int like(void *ctx, const char *text, const char *pattern, struct why *w)
{
	static struct regex re;
	static struct regex_work work;
	int rc = regex_compile(&re, pattern, w);

	(void)ctx;
	if (rc || strlen(text) > REGEX_TEXT_MAX)
		return rc;
	return regex_search(&re, text, strlen(text), 0, &work);
}

static int number(const char *text, uint64_t *out)
{
	char *end;

	*out = strtoull(text, &end, 16);
	return *end || !*text;
}

static void try_test(void)
{
	const struct test_ops ops = { exists, like, NULL };
	int rc = test_expr(count, words, &ops, &why);

	if (rc > 1)
		abort();
}

static void try_fmt(void)
{
	for (size_t room = 1; room <= 64; room *= 4) {
		char *out = malloc(room);

		if (!textfmt(out, room, words[0], count - 1, words + 1, number, &why) &&
		    strlen(out) >= room)
			abort();
		free(out);
	}
}

static void try_replace(void)
{
	static struct regex re;
	static struct regex_work work;
	char *out = malloc(80);

	if (count > 2 && !regex_compile(&re, words[0], &why))
		regex_replace(&re, words[1], words[2], true, out, 80, &work);
	free(out);
}

static void try_keys(void)
{
	struct stopkey key;
	int rc = stopkey_start(&key, word(0), word(1), word(2), &why);

	for (int n = 3; n < count; n++)
		for (const char *c = words[n]; *c; c++)
			if (stopkey_feed(&key, *c) == STOPKEY_STOP && !word(1) && (rc || !word(2)))
				abort();
}

static void try_date(void)
{
	struct caldate now = caldate_from(1700000000), again;
	uint32_t seconds;

	if (caldate_parse(words[0], &now, &seconds, &why))
		return;
	again = caldate_from(seconds);
	if (again.month < 1 || again.month > 12 || again.day < 1 || again.day > 31 ||
	    again.year < 1970 || again.year > 2106 || !caldate_weekday(again.weekday))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	split(data + 1, size - 1);
	switch (data[0] % 6) {
	case 0:
		try_test();
		break;
	case 1:
		try_fmt();
		break;
	case 2:
		try_replace();
		break;
	case 3:
		try_keys();
		break;
	case 4:
		try_date();
		break;
	default:
		if (count > 1)
			glob_match(words[0], words[1]);
	}
	while (count)
		free(words[--count]);
	return 0;
}
