/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/env/envtext.h"

#include <errno.h>
#include <string.h>

size_t envtext_put(const char *entry, char *out, size_t room)
{
	const char *value = strchr(entry, '=');
	size_t size = 1;

	for (const char *p = entry; *p; p++)
		size += 1 + (p > value && (*p == '\n' || *p == '\\'));
	if (!out || size > room)
		return size;
	for (const char *p = entry; *p; p++) {
		if (p > value && (*p == '\n' || *p == '\\'))
			*out++ = '\\';
		*out++ = *p;
	}
	*out = '\n';
	return size;
}

/* Where the entry at @p ends: before a LF that has no backslash, or a NUL. */
static const char *entry_end(const struct envtext *in, const char *p)
{
	for (; p < in->end && *p; p++) {
		if (in->text && *p == '\n')
			break;
		if (in->text && *p == '\\' && in->end - p > 1 && p[1])
			p++;
	}
	return p;
}

static const char *skip_blanks(const struct envtext *in, const char *p)
{
	while (in->text && p < in->end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* What one entry holds, unescaped, to @out. */
static int take(const struct envtext *in, const char *p, const char *end, char *out, size_t room)
{
	const char *equals = memchr(p, '=', (size_t)(end - p));
	size_t used = 0;
	size_t name;

	if (!equals || equals == p)
		return -EINVAL;
	name = (size_t)(equals - p);
	if ((size_t)(end - p) >= room)
		return -E2BIG;
	memcpy(out, p, name);
	out[name] = '\0';
	for (p = equals + 1; p < end; p++) {
		if (in->text && *p == '\\' && end - p > 1)
			p++;
		out[name + 1 + used++] = *p;
	}
	out[name + 1 + used] = '\0';
	return (int)name;
}

int envtext_next(struct envtext *in, char *out, size_t room)
{
	for (;;) {
		const char *p = skip_blanks(in, in->next);
		const char *end = entry_end(in, p);
		const char *last = end;

		if (p >= in->end || !*p)
			return 0; /* the end of the data, or the NUL that ends them */
		in->next = end < in->end ? end + 1 : end;
		if (in->text && end < in->end && !*end)
			in->next = end;
		if (in->text && in->crlf && last > p && last[-1] == '\r')
			last--;
		if (in->text && (last == p || *p == '#'))
			continue;
		return take(in, p, last, out, room);
	}
}
