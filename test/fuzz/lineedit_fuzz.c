/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes at the keyboard: the line stays inside its buffers and the terminal shows the cursor.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/lineedit.h"

static unsigned int column;

static void emit(void *ctx, const char *bytes, size_t len)
{
	(void)ctx;
	for (; len; len--, bytes++) {
		if (*bytes == '\b' && !column--)
			abort();
		if ((unsigned char)*bytes >= ' ')
			column++;
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
	lineedit_start(&le);
	column = 0;
	for (i = 0; i < size; i++) {
		/* ASCII only: a lone continuation byte has no column to model. */
		if (lineedit_feed(&le, data[i] & 0x7f) != LINEEDIT_MORE) {
			lineedit_start(&le);
			column = 0;
		}
		if (le.pos > le.len || le.len > LINEEDIT_MAX || le.line[le.len] ||
		    strlen(le.line) != le.len || column != le.pos || le.hist_pos > le.hist_len ||
		    le.hist_len > sizeof(le.hist))
			abort();
	}
	return 0;
}
