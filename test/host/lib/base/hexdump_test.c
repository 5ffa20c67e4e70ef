/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/hexdump: every width, every count, against printf. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/hexdump.h"

static uint64_t object(const uint8_t *bytes, unsigned int width)
{
	uint64_t value = 0;

	for (unsigned int i = width; i--;)
		value = value << 8 | bytes[i];
	return value;
}

static void by_printf(char *out, size_t size, uint64_t address, const uint8_t *bytes,
		      unsigned int width, unsigned int count)
{
	size_t at = (size_t)snprintf(out, size, "%08" PRIx64 ":", address);

	if (address >> 32)
		at = (size_t)snprintf(out, size, "%016" PRIx64 ":", address);
	for (unsigned int i = 0; i < HEXDUMP_BYTES / width; i++) {
		if (i < count)
			at += (size_t)snprintf(out + at, size - at, " %0*" PRIx64, 2 * (int)width,
					       object(bytes + i * width, width));
		else
			at += (size_t)snprintf(out + at, size - at, "%*s", 1 + 2 * (int)width, "");
	}
	at += (size_t)snprintf(out + at, size - at, "  ");
	for (unsigned int i = 0; i < count * width; i++)
		out[at++] = bytes[i] >= ' ' && bytes[i] < 0x7f ? (char)bytes[i] : '.';
	out[at++] = '\n';
	out[at] = '\0';
}

static void compare(uint64_t address, const uint8_t *bytes, unsigned int width, unsigned int count)
{
	char wanted[128];
	char *line = malloc(HEXDUMP_LINE_SIZE); /* so that the sanitizer sees its end */
	uint64_t words[2];
	size_t len;

	memcpy(words, bytes, sizeof(words));
	len = hexdump_line(line, address, words, width, count);
	by_printf(wanted, sizeof(wanted), address, bytes, width, count);
	assert_in_range(len, 0, HEXDUMP_LINE_MAX);
	assert_int_equal(len, strlen(wanted));
	assert_memory_equal(line, wanted, len);
	free(line);
}

static void test_every_shape(void **state)
{
	static const uint64_t address[] = { 0, 0x9abcdef0, 0xffffffff, 0x100000000, UINT64_MAX };
	uint8_t bytes[HEXDUMP_BYTES];

	(void)state;
	srand(4);
	for (unsigned int round = 0; round < 300; round++) {
		for (unsigned int i = 0; i < sizeof(bytes); i++)
			bytes[i] = round < 16 ? (uint8_t)(round * 16 + i) : (uint8_t)rand();
		for (unsigned int width = 1; width <= 8; width *= 2) {
			for (unsigned int count = 0; count <= HEXDUMP_BYTES / width; count++)
				compare(address[round % 5], bytes, width, count);
		}
	}
}

static void test_as_documented(void **state)
{
	static const uint64_t bytes[2] = { 0x1f207e7f12345678 };
	char line[HEXDUMP_LINE_SIZE];
	size_t len = hexdump_line(line, 0x41000000, bytes, 4, 2);

	(void)state;
	assert_int_equal(len, 8 + 1 + 36 + 2 + 8 + 1);
	assert_memory_equal(line, "41000000: 12345678 1f207e7f                    xV4..~ .\n", len);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_shape),
		cmocka_unit_test(test_as_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
