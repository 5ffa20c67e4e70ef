/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/fdt_value.h"

static uint8_t out[64];
static size_t len;
static struct why why;

/* Words are split at '|', which no value here has. */
static int parse(const char *words)
{
	static char text[256];
	char *argv[16];
	int argc = 0;

	snprintf(text, sizeof(text), "%s", words);
	for (char *word = strtok(text, "|"); word; word = strtok(NULL, "|"))
		argv[argc++] = word;
	argv[argc] = NULL;
	return fdt_value_parse(argc, argv, out, sizeof(out), &len, &why);
}

static void test_parse(void **state)
{
	static const struct {
		const char *words, *value;
		size_t len;
	} cases[] = {
		{ "", "", 0 },
		{ "hello", "hello", 6 },
		{ "x y", "x y", 4 },
		{ "foo|bar", "foo\0bar", 8 },
		{ "{", "{", 2 },
		{ "<1 2 0x10>", "\0\0\0\1\0\0\0\2\0\0\0\x10", 12 },
		{ "<1|2|0x10>", "\0\0\0\1\0\0\0\2\0\0\0\x10", 12 },
		{ "<|0xffffffff|4294967295|>", "\xff\xff\xff\xff\xff\xff\xff\xff", 8 },
		{ "<>", "", 0 },
		{ "<010>", "\0\0\0\x0a", 4 },
		{ "[aa bb c]", "\xaa\xbb\x0c", 3 },
		{ "[aabbcc]", "\xaa\xbb\xcc", 3 },
		{ "[a|b|cdE]", "\x0a\x0b\xcd\x0e", 4 },
		{ "[]", "", 0 },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(parse(cases[i].words), 0);
		assert_int_equal(len, cases[i].len);
		assert_memory_equal(out, cases[i].value, len);
	}
}

static void test_parse_refuses(void **state)
{
	static const struct {
		const char *words, *sentence;
		int err;
	} cases[] = {
		{ "<1|zz>", "Sorry, I could not convert \"zz>\"", -EINVAL },
		{ "<0x>", "Sorry, I could not convert \"0x>\"", -EINVAL },
		{ "<1x>", "Sorry, I could not convert \"1x>\"", -EINVAL },
		{ "<0x100000000>", "0x100000000> does not fit a cell of 32 bits", -ERANGE },
		{ "[zz]", "Unexpected character 'z'", -EINVAL },
		{ "[1\x1b]", "Unexpected character '?'", -EINVAL },
		{ "[12", "The value does not end in '>' or ']'", -EINVAL },
		{ "<", "The value does not end in '>' or ']'", -EINVAL },
		{ "<1> 2", "Unexpected character '2'", -EINVAL },
		{ "[1]|x", "Unexpected character 'x'", -EINVAL },
	};
	char long_word[80];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(parse(cases[i].words), cases[i].err);
		assert_string_equal(why.text, cases[i].sentence);
	}
	memset(long_word, 'x', sizeof(long_word));
	long_word[63] = '\0';
	assert_int_equal(parse(long_word), 0);
	long_word[63] = 'x';
	long_word[64] = '\0';
	assert_int_equal(parse(long_word), -ENOSPC);
}

static void test_is_text(void **state)
{
	(void)state;
	assert_true(fdt_value_is_text("a", 2));
	assert_true(fdt_value_is_text("a\0b", 4));
	assert_false(fdt_value_is_text("a", 1));
	assert_false(fdt_value_is_text("", 1));
	assert_false(fdt_value_is_text("", 0));
	assert_false(fdt_value_is_text("a\0", 3));
	assert_false(fdt_value_is_text("\0a", 3));
	assert_false(fdt_value_is_text("a\n", 3));
	assert_false(fdt_value_is_text("\xe9", 2));
}

static void check_print(const void *value, size_t value_len, const char *expected)
{
	FILE *real = stdout;
	char *text = NULL;
	size_t size;

	stdout = open_memstream(&text, &size);
	fdt_value_print(value, value_len);
	fclose(stdout);
	stdout = real;
	assert_string_equal(text, expected);
	free(text);
}

static void test_print(void **state)
{
	(void)state;
	check_print("", 0, "");
	check_print("/pl011@9000000", 15, "\"/pl011@9000000\"");
	check_print("a\0bc", 5, "\"a\", \"bc\"");
	check_print("\0\0\0\1\xff\0\0\0", 8, "<0x00000001 0xff000000>");
	check_print("\0\1\2", 3, "[00 01 02]");
	check_print("", 1, "[00]");
}

static void test_text(void **state)
{
	static const char cells[24] = "\0\0\0\x0f\x12\x34\x56\x78";
	char text[64];

	(void)state;
	assert_int_equal(fdt_value_text("a\0bc", 5, -1, text, sizeof(text)), 0);
	assert_string_equal(text, "a");
	assert_int_equal(fdt_value_text("a\0bc", 5, 1, text, sizeof(text)), 0);
	assert_string_equal(text, "bc");
	assert_int_equal(fdt_value_text("a\0bc", 5, 2, text, sizeof(text)), -ENOENT);
	assert_int_equal(fdt_value_text("abc", 4, -1, text, 3), -ENOSPC);
	assert_int_equal(fdt_value_text(cells, 4, -1, text, sizeof(text)), 0);
	assert_string_equal(text, "0x0000000F");
	assert_int_equal(fdt_value_text(cells, 8, 1, text, sizeof(text)), 0);
	assert_string_equal(text, "0x12345678");
	assert_int_equal(fdt_value_text(cells, 8, 2, text, sizeof(text)), -ENOENT);
	assert_int_equal(fdt_value_text(cells, 8, -1, text, sizeof(text)), 0);
	assert_string_equal(text, "0000000f12345678");
	assert_int_equal(fdt_value_text(cells, 20, -1, text, sizeof(text)), 0);
	assert_int_equal(fdt_value_text(cells, 24, -1, text, sizeof(text)), -EINVAL);
	assert_int_equal(fdt_value_text("\0\x11\x22\x33\xab\xcd", 6, -1, text, sizeof(text)), 0);
	assert_string_equal(text, "00112233abcd");
	assert_int_equal(fdt_value_text("\0\x11\x22\x33\xab\xcd", 6, 0, text, sizeof(text)),
			 -EINVAL);
	assert_int_equal(fdt_value_text(cells, 5, -1, text, sizeof(text)), 0);
	assert_string_equal(text, "0000000f12");
	assert_int_equal(fdt_value_text(cells, 0, 0, text, sizeof(text)), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),   cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_is_text), cmocka_unit_test(test_print),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
