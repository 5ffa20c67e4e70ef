/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/extlinux/rpi.h"

#include <stdio.h>
#include <string.h>

#include "lib/extlinux/text.h"

#define KERNEL	  "kernel"
#define SUFFIX	  ".img"
#define INITRAMFS "initramfs"
#define SERIAL	  "serial0"

/* "[pi3]": what follows counts on this board? */
static bool counts(struct extlinux_text section, const char *model)
{
	section.at++;
	section.size -= 2;
	return text_is(section, "all") || text_is(section, model);
}

static struct extlinux_text *member(struct rpi *rpi, struct extlinux_text key)
{
	return text_is(key, "os_prefix") ? &rpi->prefix
	       : text_is(key, KERNEL)	 ? &rpi->kernel
	       : text_is(key, "cmdline") ? &rpi->cmdline
					 : NULL;
}

static void take(struct rpi *rpi, struct extlinux_text line)
{
	struct extlinux_text rest = line, key = text_word(&rest), *to;
	const char *equals = memchr(line.at, '=', line.size);

	if (text_is(key, INITRAMFS)) { /* no equals sign, but where it goes to */
		rpi->initramfs = text_word(&rest);
		return;
	}
	if (!equals)
		return;
	key = (struct extlinux_text){ line.at, (size_t)(equals - line.at) };
	rest = (struct extlinux_text){ equals + 1, line.size - key.size - 1 };
	key = text_trim(key);
	rest = text_trim(rest);
	to = member(rpi, key);
	if (to)
		*to = rest;
	else if (text_is(key, "auto_initramfs"))
		rpi->auto_initramfs = text_is(rest, "1");
}

void rpi_parse(struct rpi *rpi, const char *model, const char *text, size_t size)
{
	struct extlinux_text rest = text_begin(text, size), line;
	bool ours = true;

	*rpi = (struct rpi){ 0 };
	while (text_line(&rest, &line)) {
		line = text_trim(line);
		if (line.size >= 2 && line.at[0] == '[' && line.at[line.size - 1] == ']')
			ours = counts(line, model);
		else if (ours && line.size && line.at[0] != '#')
			take(rpi, line);
	}
}

bool rpi_initramfs(const char *kernel, char *out, size_t room)
{
	const size_t len = strlen(kernel), begin = strlen(KERNEL), end = strlen(SUFFIX);
	int n;

	if (len < begin || len - begin < end || memcmp(kernel, KERNEL, begin) ||
	    strcmp(kernel + len - end, SUFFIX) != 0)
		return false;
	n = snprintf(out, room, INITRAMFS "%.*s", (int)(len - begin - end), kernel + begin);
	return n >= 0 && (size_t)n < room;
}

bool rpi_cmdline(const char *text, size_t size, const char *serial0, char *out, size_t room)
{
	struct extlinux_text rest = text_begin(text, size), line = { NULL, 0 };
	size_t used = 0;

	if (text_line(&rest, &line))
		line = text_trim(line);
	while (line.size) {
		const bool serial =
			line.size >= strlen(SERIAL) && !memcmp(line.at, SERIAL, strlen(SERIAL));
		const size_t from = serial ? strlen(SERIAL) : 1, to = serial ? strlen(serial0) : 1;

		if ((unsigned char)*line.at < ' ' && *line.at != '\t')
			return false;
		if (to >= room - used)
			return false;
		memcpy(out + used, serial ? serial0 : line.at, to);
		used += to;
		line.at += from;
		line.size -= from;
	}
	out[used] = '\0';
	return true;
}
