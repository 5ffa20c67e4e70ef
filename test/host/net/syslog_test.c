/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/syslog.h"

static const char *formatted(const char *text, const char *host)
{
	static char to[SYSLOG_SIZE_MAX + 1];
	const struct syslog_line line = syslog_parse(text, strlen(text));

	to[syslog_format(to, &line, host)] = '\0';
	return to;
}

static void test_lines(void **state)
{
	(void)state;
	assert_string_equal(formatted("[    1.234567] warning: net: no source", "board"),
			    "<132>1 - board loft - net - no source");
	assert_string_equal(formatted("error: mmc: failed: x", "10.0.2.15"),
			    "<131>1 - 10.0.2.15 loft - mmc - failed: x");
	assert_string_equal(formatted("debug: a: b", "h"), "<135>1 - h loft - a - b");
	assert_string_equal(formatted("Hello: there\x1b\x80", "two words"),
			    "<134>1 - two?words loft - - - Hello: there??");
	assert_string_equal(formatted("[not a time", "h"), "<134>1 - h loft - - - [not a time");
	assert_string_equal(formatted("averylongword: x", "h"),
			    "<134>1 - h loft - - - averylongword: x");
	assert_string_equal(formatted("net:", "h"), "<134>1 - h loft - - - net:");
	assert_string_equal(formatted("", "h"), "<134>1 - h loft - - - ");
}

static void test_long(void **state)
{
	char text[1000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(strlen(formatted(text, text)), SYSLOG_SIZE_MAX);
}

/* Any bytes: nothing beyond them is read, the datagram is printable. */
static void test_garbage(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (unsigned int i = 0; i < 20000; i++) {
		const size_t size = i % 40;
		char *bytes = malloc(size ? size : 1), to[SYSLOG_SIZE_MAX];

		for (size_t k = 0; k < size; k++) {
			random = random * 1664525 + 1013904223;
			bytes[k] = random >> 28 ? "[]: ernow5-gdbu"[random >> 24 & 15]
						: (char)(random >> 16);
		}
		const struct syslog_line line = syslog_parse(bytes, size);
		const size_t count = syslog_format(to, &line, "h");

		assert_true(line.text_size <= size && line.module_size <= 12);
		for (size_t k = 0; k < count; k++)
			assert_in_range(to[k], ' ', '~');
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
