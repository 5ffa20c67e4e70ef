/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/extlinux/text.h"

#include <string.h>

struct extlinux_text text_begin(const char *text, size_t size)
{
	static const char mark[] = "\xef\xbb\xbf";
	const size_t skip = size >= 3 && !memcmp(text, mark, 3) ? 3 : 0;

	return (struct extlinux_text){ text + skip, size - skip };
}

bool text_line(struct extlinux_text *rest, struct extlinux_text *line)
{
	const char *end;

	if (!rest->size)
		return false;
	end = memchr(rest->at, '\n', rest->size);
	*line = (struct extlinux_text){ rest->at, end ? (size_t)(end - rest->at) : rest->size };
	rest->at += line->size + (end != NULL);
	rest->size -= line->size + (end != NULL);
	return true;
}

bool text_is(struct extlinux_text t, const char *word)
{
	return t.size == strlen(word) && !memcmp(t.at, word, t.size);
}

struct extlinux_text text_trim(struct extlinux_text t)
{
	while (t.size && is_blank(t.at[0])) {
		t.at++;
		t.size--;
	}
	while (t.size && is_blank(t.at[t.size - 1]))
		t.size--;
	return t;
}

struct extlinux_text text_word(struct extlinux_text *rest)
{
	struct extlinux_text word = { rest->at, 0 };

	while (word.size < rest->size && !is_blank(rest->at[word.size]))
		word.size++;
	rest->at += word.size;
	rest->size -= word.size;
	*rest = text_trim(*rest);
	return word;
}
