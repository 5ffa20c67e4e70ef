/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/base/textfmt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SPEC_MAX 16 /* "%", flags, "999", ".", "999", "ll", conversion, NUL */

/** struct textfmt - a text being made */
struct textfmt {
	char *out;
	size_t room; /* left, with the NUL */
	const char *p;
	char *const *word;
	int words;
	int (*number)(const char *word, uint64_t *out);
	struct why *why;
};

static int too_long(struct textfmt *f)
{
	return refuse(f->why, -ENOSPC, "what the format makes is too long");
}

static int put(struct textfmt *f, char c)
{
	if (f->room < 2)
		return too_long(f);
	*f->out++ = c;
	f->room--;
	return 0;
}

/* Behind a backslash. Returns the character, -1 for \c. */
static int escape(struct textfmt *f)
{
	static const char from[] = "abfnrtv", to[] = "\a\b\f\n\r\t\v";
	const char *known;
	int value = 0;
	int digits;

	for (digits = 0; digits < 3 && *f->p >= '0' && *f->p <= '7'; digits++)
		value = value * 8 + *f->p++ - '0';
	if (digits)
		return value & 0xff;
	if (!*f->p)
		return '\\';
	if (*f->p == 'c')
		return -1;
	known = strchr(from, *f->p);
	value = known ? to[known - from] : *f->p;
	f->p++;
	return value;
}

/* Behind a '%': "%", flags, width and precision to @spec; -EINVAL where they are too long. */
static int read_spec(struct textfmt *f, char *spec)
{
	const char *p = f->p + strspn(f->p, "-+ #0");
	size_t width = strspn(p, "0123456789");
	size_t precision = 0;
	size_t size;

	p += width;
	if (*p == '.') {
		precision = strspn(p + 1, "0123456789");
		p += 1 + precision;
	}
	size = (size_t)(p - f->p);
	if (width > 3 || precision > 3 || size > SPEC_MAX - 5)
		return refuse(f->why, -EINVAL, "'%%%.*s' is too much for a format", (int)size,
			      f->p);
	*spec++ = '%';
	memcpy(spec, f->p, size);
	spec[size] = '\0';
	f->p = p;
	return 0;
}

/* "%x" becomes "%llx". */
static int put_number(struct textfmt *f, char *spec, char conversion, const char *word)
{
	const size_t end = strlen(spec);
	uint64_t value = 0;
	int size;

	f->why->text[0] = '\0';
	if (f->number(word, &value))
		return -EINVAL;
	memcpy(spec + end, "ll", 2);
	spec[end + 2] = conversion;
	spec[end + 3] = '\0';
	size = snprintf(f->out, f->room, spec, (unsigned long long)value);
	if (size < 0 || (size_t)size >= f->room)
		return too_long(f);
	f->out += size;
	f->room -= (size_t)size;
	return 0;
}

static int put_string(struct textfmt *f, char *spec, const char *word)
{
	int size;

	strcat(spec, "s");
	size = snprintf(f->out, f->room, spec, word);
	if (size < 0 || (size_t)size >= f->room)
		return too_long(f);
	f->out += size;
	f->room -= (size_t)size;
	return 0;
}

static int convert(struct textfmt *f)
{
	char spec[SPEC_MAX];
	const char *word;
	int err = read_spec(f, spec);
	char conversion;

	if (err)
		return err;
	conversion = *f->p;
	if (conversion == '%' && !spec[1]) {
		f->p++;
		return put(f, '%');
	}
	if (!conversion || !strchr("cdiosuxX", conversion))
		return refuse(f->why, -EINVAL, "'%s%.1s' is no conversion of a format", spec, f->p);
	f->p++;
	if (!f->words)
		return refuse(f->why, -EINVAL, "no value for the '%s%c' of the format", spec,
			      conversion);
	f->words--;
	word = *f->word++;
	if (conversion == 'c')
		return *word ? put(f, *word) : 0;
	return conversion == 's' ? put_string(f, spec, word)
				 : put_number(f, spec, conversion, word);
}

int textfmt(char *out, size_t room, const char *format, int count, char *const words[],
	    int (*number)(const char *word, uint64_t *out), struct why *why)
{
	struct textfmt f = {
		.out = out,
		.room = room,
		.p = format,
		.word = words,
		.words = count,
		.number = number,
		.why = why,
	};
	int err = 0;
	int c;

	while (*f.p && !err) {
		c = *f.p++;
		if (c == '%') {
			err = convert(&f);
			continue;
		}
		if (c == '\\')
			c = escape(&f);
		if (c < 0)
			break;
		err = put(&f, (char)c);
	}
	if (!err)
		*f.out = '\0';
	return err;
}
