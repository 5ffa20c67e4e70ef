/* SPDX-License-Identifier: BSD-2-Clause */
/* Any line of a log, and any name of this machine: the datagram is one line of RFC 5424. */
#include <stdlib.h>
#include <string.h>

#include "net/syslog.h"

static const char *behind(const char *p, const char *end, const char *words)
{
	const size_t size = strlen(words);

	if ((size_t)(end - p) < size || memcmp(p, words, size))
		abort();
	return p + size;
}

/* The first byte: how much of it is the name; a NUL ends that. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t name = size ? MIN((size_t)data[0], size - 1) : 0;
	const size_t count = size ? size - 1 - name : 0;
	char *host = malloc(name + 1), *line = malloc(count), *to = malloc(SYSLOG_SIZE_MAX);
	struct syslog_line l;
	const char *p, *end;
	size_t length;

	if (size) {
		memcpy(host, data + 1, name);
		memcpy(line, data + 1 + name, count);
	}
	host[name] = '\0';
	l = syslog_parse(line, count);
	if (l.severity > SYSLOG_DEBUG || l.text < line || l.text_size > count ||
	    (size_t)(l.text - line) > count - l.text_size || l.module_size > count)
		abort();
	length = syslog_format(to, &l, host);
	if (length > SYSLOG_SIZE_MAX)
		abort();
	end = to + length;
	for (p = to; p < end; p++) {
		if (*p < ' ' || *p > '~')
			abort();
	}
	p = behind(to, end, "<1");
	if (p[0] < '2' || p[0] > '3' || p[1] < '0' || p[1] > '9')
		abort();
	p = behind(p + 2, end, ">1 - ");
	for (size_t i = 0; host[i] && i < 63; i++, p++) {
		if (*p == ' ')
			abort(); /* a word for each field */
	}
	p = behind(p, end, " loft - ");
	p = l.module_size ? p + l.module_size : behind(p, end, "-");
	(void)behind(p, end, " - ");
	free(host);
	free(line);
	free(to);
	return 0;
}
