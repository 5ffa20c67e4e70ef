/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/syslog.h"

#include <stdio.h>
#include <string.h>

#define FACILITY_LOCAL0 16
#define HOST_MAX        63
#define MODULE_MAX      12

static bool begins(const struct syslog_line *l, const char *with)
{
	const size_t size = strlen(with);

	return l->text_size >= size && !memcmp(l->text, with, size);
}

static void pass(struct syslog_line *l, size_t count)
{
	l->text += count;
	l->text_size -= count;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

struct syslog_line syslog_parse(const char *line, size_t size)
{
	static const struct {
		char prefix[10];
		unsigned int severity;
	} levels[] = { { "error: ", SYSLOG_ERR },
		       { "warning: ", SYSLOG_WARN },
		       { "debug: ", SYSLOG_DEBUG } };
	struct syslog_line l = { .severity = SYSLOG_INFO, .text = line, .text_size = size };
	const char *behind =
		size && line[0] == '[' ? memchr(line, ']', MIN(size, (size_t)24)) : NULL;
	size_t word = 0;

	if (behind)
		pass(&l, (size_t)(behind + 1 - line));
	while (l.text_size && *l.text == ' ')
		pass(&l, 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(levels); i++) {
		if (!begins(&l, levels[i].prefix))
			continue;
		l.severity = levels[i].severity;
		pass(&l, strlen(levels[i].prefix));
		break;
	}
	while (word < l.text_size && word <= MODULE_MAX && is_word(l.text[word]))
		word++;
	if (word && word <= MODULE_MAX && l.text_size - word >= 2 && l.text[word] == ':' &&
	    l.text[word + 1] == ' ') {
		l.module = l.text;
		l.module_size = word;
		pass(&l, word + 2);
	}
	return l;
}

static size_t put(char *to, size_t at, const char *bytes, size_t count, char least)
{
	for (; count && at < SYSLOG_SIZE_MAX; count--, bytes++)
		to[at++] = *bytes >= least && *bytes <= '~' ? *bytes : '?';
	return at;
}

size_t syslog_format(char *to, const struct syslog_line *line, const char *host)
{
	char head[24];
	size_t at = 0;

	snprintf(head, sizeof(head), "<%u>1 - ", FACILITY_LOCAL0 * 8 + (line->severity & 7));
	at = put(to, at, head, strlen(head), ' ');
	at = put(to, at, host, MIN(strlen(host), (size_t)HOST_MAX), '!');
	at = put(to, at, " loft - ", 8, ' ');
	if (line->module_size)
		at = put(to, at, line->module, line->module_size, '!');
	else
		at = put(to, at, "-", 1, '!');
	at = put(to, at, " - ", 3, ' ');
	return put(to, at, line->text, line->text_size, ' ');
}
