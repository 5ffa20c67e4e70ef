/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of a text, as the parsers of this room cut them. */
#pragma once

#include <string.h>

#include "lib/extlinux/extlinux.h"

/** is_blank() - what stands between words; the '\r' of a line's end, too */
static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/** text_is() - is it this word? */
static inline bool text_is(struct extlinux_text t, const char *word)
{
	return t.size == strlen(word) && !memcmp(t.at, word, t.size);
}

/** text_trim() - without blanks at its ends */
static inline struct extlinux_text text_trim(struct extlinux_text t)
{
	while (t.size && is_blank(t.at[0])) {
		t.at++;
		t.size--;
	}
	while (t.size && is_blank(t.at[t.size - 1]))
		t.size--;
	return t;
}
