/* SPDX-License-Identifier: BSD-2-Clause */
/* syslog.h - lines of a log as datagrams for a syslog server */
#pragma once

#include "lib/base/types.h"

#define SYSLOG_PORT     514
#define SYSLOG_SIZE_MAX 480 /* what every server takes */
#define SYSLOG_LINE_MAX 320 /* of a log; the rest is cut */

#define SYSLOG_ERR      3
#define SYSLOG_WARN     4
#define SYSLOG_NOTICE   5
#define SYSLOG_INFO     6
#define SYSLOG_DEBUG    7

/**
 * struct syslog_line - what a line of Loft's log is
 * @severity: of syslog, 0 to 7
 * @module:   who speaks; @module_size 0: it does not say
 * @text:     the rest
 */
struct syslog_line {
	unsigned int severity;
	const char *module, *text;
	size_t module_size, text_size;
};

/** syslog_parse() - "[    1.234567] warning: net: text", of which only the text has to be there */
struct syslog_line syslog_parse(const char *line, size_t size);

/**
 * syslog_format() - a datagram
 * @to:   SYSLOG_SIZE_MAX bytes
 * @host: this machine's name or address
 *
 * Loft has no time of day that it could answer for: the server's counts. What can't be printed
 * becomes '?'.
 *
 * Return: its bytes
 * Spec:   RFC 5424, 6; RFC 5426, 3.2
 */
size_t syslog_format(char *to, const struct syslog_line *line, const char *host);
