/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/logring.h"

static _Alignas(8) char memory[sizeof(struct loft_log) + 256];

/* All that the ring has, as one string. */
static size_t read_all(const struct logring *ring, char *out)
{
	const char *piece;
	uint64_t at = 0;
	size_t n, all = 0;

	while ((n = logring_read(ring, &at, &piece))) {
		memcpy(out + all, piece, n);
		all += n;
	}
	out[all] = '\0';
	return all;
}

static void say(struct logring *ring, const char *text, uint64_t us)
{
	logring_write(ring, text, strlen(text), us);
}

static void test_lines_have_times(void **state)
{
	struct logring ring;
	char text[300];

	(void)state;
	logring_init(&ring, memory, sizeof(memory));
	assert_int_equal(ring.log->size, 256);
	assert_int_equal(read_all(&ring, text), 0);
	say(&ring, "one", 1);
	say(&ring, " line\n\nand", 1234567);
	say(&ring, " more\n", 2000000);
	say(&ring, "x\n", 123456789012);
	read_all(&ring, text);
	assert_string_equal(text, "[    0.000001] one line\n\n[    1.234567] and more\n"
				  "[23456.789012] x\n");
	assert_int_equal(ring.log->magic, LOFT_LOG_MAGIC);
	assert_int_equal(ring.log->written, strlen(text));
}

/* Against a plain string that keeps everything. */
static void test_the_oldest_go_by_whole_lines(void **state)
{
	static char model[200000];
	struct logring ring;
	size_t length = 0;

	(void)state;
	srand(1);
	logring_init(&ring, memory, sizeof(memory));
	for (int i = 0; i < 5000; i++) {
		char line[40], text[300];
		const char *tail;
		size_t n = (size_t)(rand() % 20);

		memset(line, 'a' + i % 26, n);
		line[n] = '\n';
		line[n + 1] = '\0';
		say(&ring, line, (uint64_t)i);
		if (n)
			length += (size_t)sprintf(model + length, "[    0.%06d] ", i);
		length += (size_t)sprintf(model + length, "%s", line);
		tail = length > 256 ? strchr(model + length - 256, '\n') + 1 : model;
		assert_int_equal(read_all(&ring, text), strlen(tail));
		assert_string_equal(text, tail);
		assert_int_equal(ring.log->written, length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_have_times),
		cmocka_unit_test(test_the_oldest_go_by_whole_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
