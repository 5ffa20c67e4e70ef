// SPDX-License-Identifier: BSD-2-Clause
/* lib/base/string.c under other names, against the C library's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/texts.h"
#include "lib/base/types.h"

char *ours_strchr(const char *s, int c);
int ours_strncmp(const char *a, const char *b, size_t n);
size_t ours_strnlen(const char *s, size_t n);
int ours_strcmp(const char *a, const char *b);
char *ours_strstr(const char *s, const char *wanted);

#define strchr	ours_strchr
#define strncmp ours_strncmp
#define strnlen ours_strnlen
#define strcmp	ours_strcmp
#define strstr	ours_strstr
#include "lib/base/string.c"
#undef strchr
#undef strncmp
#undef strnlen
#undef strcmp
#undef strstr

static const char *const words[] = { "",  "a",    "ab",   "abc",     "abd",
				     "b", "\x80", "\xff", "abc\xff", "ababd" };

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void like_the_library(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
		const char *a = words[i];

		for (unsigned j = 0; j < ARRAY_SIZE(words); j++) {
			const char *b = words[j];

			assert_int_equal(sign(ours_strcmp(a, b)), sign(strcmp(a, b)));
			assert_ptr_equal(ours_strstr(a, b), strstr(a, b));
			for (size_t n = 0; n < 6; n++)
				assert_int_equal(sign(ours_strncmp(a, b, n)),
						 sign(strncmp(a, b, n)));
		}
		for (size_t n = 0; n < 6; n++)
			assert_int_equal(ours_strnlen(a, n), strnlen(a, n));
		assert_ptr_equal(ours_strchr(a, 'b'), strchr(a, 'b'));
		assert_ptr_equal(ours_strchr(a, 0xff), strchr(a, 0xff));
		assert_ptr_equal(ours_strchr(a, 0), strchr(a, 0));
	}
}

static void nth(void **state)
{
	static const char texts[] = "one\0"
				    "\0"
				    "three\0";

	(void)state;
	assert_string_equal(text_nth(texts, 0), "one");
	assert_string_equal(text_nth(texts, 1), "");
	assert_string_equal(text_nth(texts, 2), "three");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(like_the_library),
		cmocka_unit_test(nth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
