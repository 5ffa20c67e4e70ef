/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>

#include "lib/edit/stopkey.h"

static struct stopkey key;
static struct why why;

/* The best match among the bytes of a text. */
static enum stopkey_match type(const char *text)
{
	enum stopkey_match best = STOPKEY_NONE;

	for (; *text; text++) {
		enum stopkey_match match = stopkey_feed(&key, *text);

		best = match > best ? match : best;
	}
	return best;
}

static const char *digest_of(const char *salt, const char *text, const char *prefix)
{
	static char out[200];
	uint8_t digest[SHA256_SIZE];
	char both[100];
	size_t at;
	unsigned int i;

	snprintf(both, sizeof(both), "%s%s", salt, text);
	sha256(both, strlen(both), digest);
	at = (size_t)snprintf(out, sizeof(out), "%s", prefix);
	for (i = 0; i < sizeof(digest); i++)
		at += (size_t)snprintf(out + at, sizeof(out) - at, i % 2 ? "%02x" : "%02X",
				       digest[i]);
	return out;
}

static void start(const char *delay, const char *stop, const char *sha256)
{
	assert_int_equal(stopkey_start(&key, delay, stop, sha256, &why), 0);
}

static void test_plain_strings_match_wherever_they_end(void **state)
{
	(void)state;
	start("wait", "stop", NULL);
	assert_int_equal(type("xxwai"), STOPKEY_NONE);
	assert_int_equal(type("t"), STOPKEY_DELAY);
	assert_int_equal(type("sto stopp"), STOPKEY_STOP);
	start("wait", NULL, NULL);
	assert_int_equal(type("stop\rWAIT\rwai\rt"), STOPKEY_NONE);
	start(NULL, " ", NULL);
	assert_int_equal(type(" "), STOPKEY_STOP);
	start("same", "same", NULL);
	assert_int_equal(type("same"), STOPKEY_STOP);
	start(NULL, NULL, NULL);
	assert_int_equal(type("anything"), STOPKEY_NONE);
}

static void test_plain_string_of_the_greatest_length(void **state)
{
	char text[STOPKEY_MAX + 2];
	unsigned int i;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[STOPKEY_MAX] = '\0';
	start(NULL, text, NULL);
	for (i = 0; i < STOPKEY_MAX - 1; i++)
		assert_int_equal(stopkey_feed(&key, 'a'), STOPKEY_NONE);
	assert_int_equal(stopkey_feed(&key, 'a'), STOPKEY_STOP);
	text[STOPKEY_MAX] = 'a';
	text[STOPKEY_MAX + 1] = '\0';
	assert_int_equal(stopkey_start(&key, NULL, text, NULL, &why), -EINVAL);
	assert_string_equal(why.text, "bootstopkey: longer than 64 bytes");
	for (i = 0; i < 100; i++)
		assert_int_equal(stopkey_feed(&key, 'a'), STOPKEY_NONE);
	assert_int_equal(stopkey_start(&key, text, "x", NULL, &why), -EINVAL);
	assert_int_equal(type("x"), STOPKEY_STOP);
}

static void test_digest(void **state)
{
	(void)state;
	start(NULL, NULL, digest_of("", "secret", ""));
	assert_int_equal(type("secre"), STOPKEY_NONE);
	assert_int_equal(type("t"), STOPKEY_STOP);
	start(NULL, NULL, digest_of("pepper", "secret", "pepper:"));
	assert_int_equal(type("secret\rpeppersecret\r"), STOPKEY_STOP);
	start(NULL, NULL, digest_of("a:b", "secret", "a:b:"));
	assert_int_equal(type("xsecret"), STOPKEY_NONE);
	assert_int_equal(type("\n"), STOPKEY_NONE);
	assert_int_equal(type("secret"), STOPKEY_STOP);
	/* As `echo secret | sha256sum` has it. */
	start(NULL, NULL, digest_of("", "secret\n", ""));
	assert_int_equal(type("\r\nsecret"), STOPKEY_NONE);
	assert_int_equal(type("\n"), STOPKEY_STOP);
}

static void test_digest_of_long_lines(void **state)
{
	char text[STOPKEY_MAX + 2];
	unsigned int i;

	(void)state;
	memset(text, 'b', sizeof(text));
	text[STOPKEY_MAX] = '\0';
	start(NULL, NULL, digest_of("", text, ""));
	assert_int_equal(type(text), STOPKEY_STOP);
	assert_int_equal(type("b"), STOPKEY_NONE); /* the end of a longer line is not the line */
	for (i = 0; i < 1000; i++)
		assert_int_equal(stopkey_feed(&key, 'b'), STOPKEY_NONE);
	assert_int_equal(type("\r"), STOPKEY_NONE);
	assert_int_equal(type(text), STOPKEY_STOP);
}

static void test_what_is_no_digest_matches_nothing(void **state)
{
	static const char *const wrong[] = { "", ":", "salt", "00", "salt:00" };
	char text[80];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(stopkey_start(&key, NULL, NULL, wrong[i], &why), -EINVAL);
		assert_string_equal(why.text,
				    "bootstopkeysha256: not [salt:] and 64 hexadecimal digits");
		assert_int_equal(type("salt\r00\r\r"), STOPKEY_NONE);
	}
	memset(text, '0', 65);
	text[65] = '\0';
	assert_int_equal(stopkey_start(&key, NULL, NULL, text, &why), -EINVAL);
	text[64] = '\0';
	assert_int_equal(stopkey_start(&key, NULL, NULL, text, &why), 0);
	for (i = 0; i < 4; i++) {
		text[i * 21] = "g@`/"[i];
		assert_int_equal(stopkey_start(&key, NULL, "x", text, &why), -EINVAL);
		assert_int_equal(type("x"), STOPKEY_STOP);
		text[i * 21] = '0';
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_strings_match_wherever_they_end),
		cmocka_unit_test(test_plain_string_of_the_greatest_length),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_digest_of_long_lines),
		cmocka_unit_test(test_what_is_no_digest_matches_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
