/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/extlinux/loftcfg.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "lib/extlinux/text.h"

#define SHOWN 24 /* characters of a text that a refusal repeats */

static int shown(struct extlinux_text t)
{
	return (int)MIN(t.size, (size_t)SHOWN);
}

static struct extlinux_text *member(struct loftcfg *cfg, struct extlinux_text key)
{
	static const struct {
		char name[8];
		size_t offset;
	} keys[] = {
		{ "kernel", offsetof(struct loftcfg, kernel) },
		{ "initrd", offsetof(struct loftcfg, initrd) },
		{ "fdt", offsetof(struct loftcfg, fdt) },
		{ "cmdline", offsetof(struct loftcfg, cmdline) },
		{ "options", offsetof(struct loftcfg, options) },
	};

	if (text_is(key, "module") && cfg->module_count < LOFTCFG_MODULES_MAX)
		return &cfg->module[cfg->module_count++];
	for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++)
		if (text_is(key, keys[i].name))
			return (void *)((char *)cfg + keys[i].offset);
	return NULL;
}

static int parse_line(struct loftcfg *cfg, struct extlinux_text line, unsigned int number,
		      struct why *why)
{
	const struct extlinux_text whole = text_trim(line);
	const char *equals = memchr(whole.at, '=', whole.size);
	struct extlinux_text key = whole, value, *to;
	unsigned int column = (unsigned int)(whole.at - line.at) + 1;

	if (!whole.size || whole.at[0] == '#')
		return 0;
	if (!equals)
		return refuse(why, -EINVAL, "line %u, column %u: '%.*s' is not key=value", number,
			      column, shown(whole), whole.at);
	key.size = (size_t)(equals - whole.at);
	key = text_trim(key);
	value.at = equals + 1;
	value.size = whole.size - (size_t)(value.at - whole.at);
	value = text_trim(value);
	to = member(cfg, key);
	if (!to && text_is(key, "module"))
		return refuse(why, -E2BIG, "line %u, column %u: more than %d modules", number,
			      column, LOFTCFG_MODULES_MAX);
	if (!to)
		return refuse(why, -EINVAL,
			      "line %u, column %u: '%.*s' is none of kernel, initrd, fdt, cmdline, "
			      "options, module",
			      number, column, shown(key), key.at);
	if (to->at)
		return refuse(why, -EINVAL, "line %u, column %u: %.*s is there a second time",
			      number, column, shown(key), key.at);
	if (!value.size)
		return refuse(why, -EINVAL, "line %u, column %u: %.*s has no value", number,
			      (unsigned int)(equals - line.at) + 2, shown(key), key.at);
	for (size_t i = 0; text_is(key, "module") && value.at[i] > ' '; i++)
		if (i + 1 == value.size)
			return refuse(why, -EINVAL, "line %u, column %u: module '%.*s' has no file",
				      number, (unsigned int)(value.at - line.at) + 1, shown(value),
				      value.at);
	*to = value;
	return 0;
}

int loftcfg_parse(struct loftcfg *cfg, const char *text, size_t size, struct why *why)
{
	struct extlinux_text rest = text_begin(text, size), line;
	unsigned int number = 1;
	int err = 0;

	*cfg = (struct loftcfg){ 0 };
	for (; !err && text_line(&rest, &line); number++) {
		if (line.size && line.at[line.size - 1] == '\r')
			line.size--;
		for (size_t i = 0; i < line.size; i++) {
			const unsigned char c = (unsigned char)line.at[i];

			if ((c < ' ' && c != '\t') || c == 0x7f)
				return refuse(why, -ENOEXEC,
					      "line %u, column %zu: a control character, 0x%02x",
					      number, i + 1, c);
		}
		err = parse_line(cfg, line, number, why);
	}
	return err;
}
