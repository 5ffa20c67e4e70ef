/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text before the cursor, any usage text, and Tab keys: all stays inside its buffers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/edit/complete.h"

static char usage[4096];

static void emit(void *ctx, const char *bytes, size_t len)
{
	static volatile char sink;

	(void)ctx;
	while (len--)
		sink = *bytes++;
	(void)sink;
}

static void candidates(struct complete *c)
{
	complete_offer(c, "printenv", 8);
	complete_offer(c, "print", 5);
	complete_offer(c, usage, strlen(usage));
	if (c->argc)
		complete_usage(c, c->argc > 1 ? c->argv[0] : "cmd", usage);
}

static bool pending(void)
{
	return usage[0] & 1;
}

static bool tab(struct lineedit *le)
{
	static const struct complete_ops ops = { .candidates = candidates, .pending = pending };

	return complete_line(le, &ops);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lineedit le;
	static struct complete c;
	const size_t cut = size / 2;
	unsigned int i;

	memset(usage, 0, sizeof(usage));
	memcpy(usage, data, cut < sizeof(usage) ? cut : sizeof(usage) - 1);
	complete_parse(&c, (const char *)data, size);
	if (c.word < c.text || c.word > c.text + COMPLETE_TEXT)
		abort();
	for (i = 0; i + 1 < c.argc && i < COMPLETE_WORDS; i++) {
		if (strlen(c.argv[i]) >= COMPLETE_TEXT)
			abort();
	}
	memset(&le, 0, sizeof(le));
	le.emit = emit;
	le.prompt = "=> ";
	le.tab = tab;
	lineedit_start(&le);
	for (i = (unsigned int)cut; i < size; i++) {
		if (lineedit_feed(&le, data[i] == '~' ? '\t' : data[i]) != LINEEDIT_MORE)
			lineedit_start(&le);
		if (le.pos > le.len || le.len > LINEEDIT_MAX || strlen(le.line) != le.len)
			abort();
	}
	return 0;
}
