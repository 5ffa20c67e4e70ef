/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of a text, as the parsers of this room cut them. */
#pragma once

#include "lib/extlinux/extlinux.h"

/** is_blank() - what stands between words; the '\r' of a line's end, too */
static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/** text_is() - is it this word? */
bool text_is(struct extlinux_text t, const char *word);

/** text_begin() - a file's text, without the mark that some editors put in front of UTF-8 */
struct extlinux_text text_begin(const char *text, size_t size);

/** text_line() - cut off the first line of @rest, without its '\n'; false: there is none */
bool text_line(struct extlinux_text *rest, struct extlinux_text *line);

/** text_trim() - without blanks at its ends */
struct extlinux_text text_trim(struct extlinux_text t);

/** text_word() - cut off the first word of @rest, which begins with the next one then */
struct extlinux_text text_word(struct extlinux_text *rest);
