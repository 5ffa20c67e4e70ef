/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/fdt_value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/num.h"

#define TEXT_CELLS_MAX 5 /* as many as `fdt get value` strings together: a SHA-1 */

/* The characters of several words, a blank between them. */
struct input {
	char *const *word;
	char *const *end;
	const char *at;
};

struct output {
	uint8_t *out;
	size_t room, len;
};

static char peek(const struct input *in)
{
	if (in->word == in->end)
		return '\0';
	return *in->at ? *in->at : in->word + 1 == in->end ? '\0' : ' ';
}

static void skip(struct input *in)
{
	if (*in->at)
		in->at++;
	else if (++in->word != in->end)
		in->at = *in->word;
}

static void skip_blanks(struct input *in)
{
	while (peek(in) == ' ' || peek(in) == '\t')
		skip(in);
}

static int put(struct output *o, const void *bytes, size_t len, struct why *why)
{
	if (len > o->room - o->len)
		return refuse(why, -ENOSPC, "the value is longer than %zu bytes", o->room);
	memcpy(o->out + o->len, bytes, len);
	o->len += len;
	return 0;
}

static int unexpected(const struct input *in, struct why *why)
{
	char c = peek(in);

	if (!c)
		return refuse(why, -EINVAL, "The value does not end in '>' or ']'");
	return refuse(why, -EINVAL, "Unexpected character '%c'", c >= ' ' && c <= '~' ? c : '?');
}

static int put_cell(struct input *in, struct output *o, struct why *why)
{
	const char *word = in->at;
	unsigned int base = 10, digits = 0;
	uint64_t value = 0;
	uint8_t bytes[4];

	if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X')) {
		base = 16;
		skip(in);
		skip(in);
	}
	for (; num_digit(peek(in), base) >= 0; skip(in), digits++) {
		value = value * base + (unsigned int)num_digit(peek(in), base);
		if (value > UINT32_MAX)
			return refuse(why, -ERANGE, "%s does not fit a cell of 32 bits", word);
	}
	if (!digits || !strchr(" \t>", peek(in)))
		return refuse(why, -EINVAL, "Sorry, I could not convert \"%s\"", word);
	for (unsigned int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(value >> (24 - 8 * i));
	return put(o, bytes, 4, why);
}

/* One or two digits are a byte. */
static int put_byte(struct input *in, struct output *o, struct why *why)
{
	uint8_t byte = 0;
	unsigned int digits = 0;

	for (; digits < 2 && num_digit(peek(in), 16) >= 0; skip(in), digits++)
		byte = (uint8_t)(byte << 4 | num_digit(peek(in), 16));
	return digits ? put(o, &byte, 1, why) : unexpected(in, why);
}

static int parse_list(struct input *in, struct output *o, char end,
		      int (*item)(struct input *, struct output *, struct why *), struct why *why)
{
	int err = 0;

	skip(in); /* the bracket */
	for (skip_blanks(in); !err && peek(in) != end; skip_blanks(in)) {
		if (!peek(in))
			return unexpected(in, why);
		err = item(in, o, why);
	}
	if (err)
		return err;
	skip(in);
	skip_blanks(in);
	return peek(in) ? unexpected(in, why) : 0;
}

/* A word that begins with a quote, and those up to one that ends in one, are one string. */
static int put_strings(int argc, char *const argv[], struct output *o, struct why *why)
{
	bool quoted = false;
	int err = 0;

	for (int i = 0; i < argc && !err; i++) {
		const char *word = argv[i];
		size_t len = strlen(word);

		if (!quoted && *word == '"') {
			quoted = true;
			word++;
			len--;
		}
		if (quoted && len && word[len - 1] == '"') {
			quoted = false;
			len--;
		}
		err = put(o, word, len, why);
		if (!err)
			err = put(o, quoted ? " " : "", 1, why);
	}
	return !err && quoted ? refuse(why, -EINVAL, "The value does not end in '\"'") : err;
}

int fdt_value_parse(int argc, char *const argv[], uint8_t *out, size_t room, size_t *len,
		    struct why *why)
{
	struct input in = { argv, argv + argc, argc ? argv[0] : "" };
	struct output o = { out, room, 0 };
	int err = 0;

	if (peek(&in) == '<')
		err = parse_list(&in, &o, '>', put_cell, why);
	else if (peek(&in) == '[')
		err = parse_list(&in, &o, ']', put_byte, why);
	else
		err = put_strings(argc, argv, &o, why);
	*len = o.len;
	return err;
}

bool fdt_value_is_text(const void *value, size_t len)
{
	const char *s = value;
	bool in_string = false;

	if (!len || s[len - 1])
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!s[i] ? !in_string : s[i] < ' ' || s[i] > '~')
			return false;
		in_string = s[i];
	}
	return true;
}

static uint32_t cell(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void fdt_value_print(const void *value, size_t len)
{
	const uint8_t *p = value;
	size_t step;

	if (fdt_value_is_text(value, len)) {
		for (size_t i = 0; i < len; i += step) {
			printf("%s\"%s\"", i ? ", " : "", (const char *)p + i);
			step = strlen((const char *)p + i) + 1;
		}
	} else if (len % 4 == 0) {
		for (size_t i = 0; i < len; i += 4)
			printf("%s0x%08" PRIx32, i ? " " : "<", cell(p + i));
		printf("%s", len ? ">" : "");
	} else {
		for (size_t i = 0; i < len; i++)
			printf("%s%02x", i ? " " : "[", p[i]);
		printf("]");
	}
}

static int text_string(const char *s, size_t len, long index, char *out, size_t room)
{
	const char *end = s + len;

	for (; index > 0 && s < end; index--)
		s += strlen(s) + 1;
	if (s >= end)
		return -ENOENT;
	if (strlen(s) >= room)
		return -ENOSPC;
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

int fdt_value_text(const void *value, size_t len, long index, char *out, size_t room)
{
	const uint8_t *p = value;

	if (fdt_value_is_text(value, len))
		return text_string(value, len, index, out, room);
	if (room < TEXT_CELLS_MAX * 8 + 1)
		return -ENOSPC;
	if (!len || (index < 0 && len > TEXT_CELLS_MAX * 4) || (index >= 0 && len % 4))
		return -EINVAL;
	if (index >= 0 && (size_t)index >= len / 4)
		return -ENOENT;
	if (index >= 0 || len == 4) {
		snprintf(out, room, "0x%08" PRIX32, cell(p + (index > 0 ? index * 4 : 0)));
		return 0;
	}
	for (size_t i = 0; i < len; i++)
		snprintf(out + i * 2, room - i * 2, "%02x", p[i]);
	return 0;
}
