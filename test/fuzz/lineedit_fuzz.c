/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes at the keyboard: the line stays inside its buffers and the terminal shows the cursor.
 * The first byte says whether all of them are ASCII; only then is the column known, since a lone
 * byte of UTF-8 has none.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/edit/lineedit.h"

static const char prompt[] = "=> ";
static unsigned int column;
static bool ascii;
static bool in_escape;

static void emit(void *ctx, const char *bytes, size_t len)
{
	(void)ctx;
	for (; len; len--, bytes++) {
		if (in_escape || *bytes == '\033') {
			in_escape = *bytes < '@' || *bytes == '[';
			continue;
		}
		if (*bytes == '\n')
			column = 0;
		else if (*bytes == '\b' && !column-- && ascii)
			abort();
		else if ((unsigned char)*bytes >= ' ')
			column++;
	}
}

static bool tab(struct lineedit *le)
{
	if (le->pos % 3 == 0)
		return false;
	lineedit_insert(le, "abcdef", le->pos % 7);
	return true;
}

static void start(struct lineedit *le)
{
	column = sizeof(prompt) - 1;
	in_escape = false;
	lineedit_start(le);
}

static void check(const struct lineedit *le)
{
	if (le->pos > le->len || le->len > LINEEDIT_MAX || le->line[le->len] ||
	    strlen(le->line) != le->len || le->hist_pos > le->hist_len ||
	    le->hist_len > sizeof(le->hist) - le->killed || le->pending_len > 3 ||
	    le->query_len > LINEEDIT_QUERY_MAX || le->query[le->query_len])
		abort();
	if (ascii && !le->searching && column != sizeof(prompt) - 1 + le->pos)
		abort();
	for (const char *line = NULL; (line = lineedit_history(le, line));) {
		if (strlen(line) > LINEEDIT_MAX)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lineedit le;
	size_t i;

	memset(&le, 0, sizeof(le));
	le.emit = emit;
	le.command = true;
	le.prompt = prompt;
	le.tab = tab;
	start(&le);
	ascii = !size || data[0] % 2;
	for (i = 1; i < size; i++) {
		const uint8_t c = ascii ? data[i] & 0x7f : data[i];

		if (lineedit_feed(&le, c) != LINEEDIT_MORE)
			start(&le);
		check(&le);
	}
	return 0;
}
