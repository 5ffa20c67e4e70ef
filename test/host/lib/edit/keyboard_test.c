/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/edit/keyboard: what each key sends, alone and with others, and again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/edit/keyboard.h"

enum { CTRL = 29, SHIFT = 42, RIGHT_SHIFT = 54, ALT = 56, CAPS = 58, RIGHT_CTRL = 97 };

static struct keyboard k;
static char text[64];
static size_t length;

static int reset(void **state)
{
	(void)state;
	memset(&k, 0, sizeof(k));
	length = 0;
	text[0] = '\0';
	return 0;
}

static void event(unsigned int code, bool down, uint64_t ms)
{
	length += keyboard_event(&k, (uint16_t)code, down, ms, text + length);
	text[length] = '\0';
}

static void press(unsigned int code)
{
	event(code, true, 0);
	event(code, false, 0);
}

static void expect(const char *wanted)
{
	assert_string_equal(text, wanted);
	length = 0;
	text[0] = '\0';
}

/* Each row of a keyboard, first key's number, and what it sends alone and with Shift. */
static const struct {
	unsigned int first;
	const char *plain, *shifted;
} rows[] = {
	{ 1, "\0331234567890-=\177\tqwertyuiop[]\r", "\033!@#$%^&*()_+\177\tQWERTYUIOP{}\r" },
	{ 30, "asdfghjkl;'`", "ASDFGHJKL:\"~" },
	{ 43, "\\zxcvbnm,./", "|ZXCVBNM<>?" },
	{ 55, "*", "*" },
	{ 57, " ", " " },
	{ 71, "789-456+1230.", "789-456+1230." },
	{ 86, "\\", "|" },
	{ 96, "\r", "\r" },
	{ 98, "/", "/" },
};

static void test_characters(void **state)
{
	const unsigned int shifts[] = { SHIFT, RIGHT_SHIFT };

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		for (unsigned int i = 0; rows[r].plain[i]; i++)
			press(rows[r].first + i);
		expect(rows[r].plain);
		for (unsigned int s = 0; s < 2; s++) {
			event(shifts[s], true, 0);
			for (unsigned int i = 0; rows[r].plain[i]; i++)
				press(rows[r].first + i);
			event(shifts[s], false, 0);
			expect(rows[r].shifted);
		}
	}
}

/* One of two that are held is let go: the other still counts. */
static void test_both_shifts(void **state)
{
	(void)state;
	event(SHIFT, true, 0);
	event(RIGHT_SHIFT, true, 0);
	event(SHIFT, false, 0);
	press(30);
	event(RIGHT_SHIFT, false, 0);
	press(30);
	expect("Aa");
}

static void test_caps(void **state)
{
	(void)state;
	press(CAPS);
	press(30);
	press(2); /* letters only */
	event(SHIFT, true, 0);
	press(30);
	press(2);
	event(SHIFT, false, 0);
	press(CAPS);
	press(30);
	expect("A1a!a");
}

static void test_control(void **state)
{
	const unsigned int controls[] = { CTRL, RIGHT_CTRL };

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		event(controls[i], true, 0);
		press(46); /* Ctrl-C */
		press(26); /* Ctrl-[ */
		press(43); /* Ctrl-\ */
		press(14); /* deletes all the same */
		press(3);
		press(28);
		event(SHIFT, true, 0);
		press(12); /* Ctrl-_ */
		press(19); /* Ctrl-R */
		event(SHIFT, false, 0);
		event(controls[i], false, 0);
		press(46);
		expect("\003\033\034\1772\r\037\022c");
	}
}

static void test_alt(void **state)
{
	(void)state;
	event(ALT, true, 0);
	press(33);
	event(ALT, false, 0);
	press(33);
	expect("\033ff");
}

static void test_sequences(void **state)
{
	static const char *const sends[] = { "\033[H",	"\033[A", "\033[5~", "\033[D",	"\033[C",
					     "\033[F",	"\033[B", "\033[6~", "\033[2~", "\033[3~" };

	(void)state;
	for (unsigned int i = 0; i < 10; i++) {
		press(102 + i);
		expect(sends[i]);
	}
}

static void repeat(uint64_t ms)
{
	length += keyboard_repeat(&k, ms, text + length);
	text[length] = '\0';
}

static void test_repeat(void **state)
{
	(void)state;
	event(30, true, 1000);
	event(30, true, 1010); /* the host's own repeating */
	repeat(1000 + KEYBOARD_DELAY_MS - 1);
	expect("a");
	repeat(1000 + KEYBOARD_DELAY_MS);
	repeat(1000 + KEYBOARD_DELAY_MS);
	repeat(1000 + KEYBOARD_DELAY_MS + KEYBOARD_REPEAT_MS - 1);
	expect("a");
	repeat(1000 + KEYBOARD_DELAY_MS + KEYBOARD_REPEAT_MS);
	expect("a");
	repeat(0); /* a clock that goes back */
	expect("");
	event(48, true, 3000); /* another key takes over, ... */
	event(30, false, 3001);
	repeat(4000);
	expect("bb");
	event(48, false, 4001); /* ... and ends it */
	repeat(9000);
	expect("");
	event(103, true, 0);
	repeat(KEYBOARD_DELAY_MS);
	expect("\033[A\033[A");
	event(CAPS, true, 0); /* toggles once */
	repeat(10000);
	event(CAPS, false, 0);
	event(SHIFT, true, 0); /* and Shift does not repeat */
	repeat(20000);
	expect("");
	press(30);
	expect("a");
}

/* Whatever a device says: never more than the promised bytes, and a clean state at the end. */
static void test_anything(void **state)
{
	char bytes[KEYBOARD_BYTES];

	(void)state;
	srand(1);
	for (unsigned int i = 0; i < 500000; i++) {
		const uint16_t code = (uint16_t)(rand() % 3 ? rand() % 128 : rand());

		assert_in_range(keyboard_event(&k, code, rand() & 1, (uint64_t)rand() << 33, bytes),
				0, KEYBOARD_BYTES);
		assert_in_range(keyboard_repeat(&k, (uint64_t)rand() << 33, bytes), 0,
				KEYBOARD_BYTES);
	}
	for (unsigned int code = 0; code < 65536; code++)
		event(code, false, 0);
	expect("");
	if (k.caps)
		press(CAPS);
	press(30);
	expect("a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_characters, reset),
		cmocka_unit_test_setup(test_both_shifts, reset),
		cmocka_unit_test_setup(test_caps, reset),
		cmocka_unit_test_setup(test_control, reset),
		cmocka_unit_test_setup(test_alt, reset),
		cmocka_unit_test_setup(test_sequences, reset),
		cmocka_unit_test_setup(test_repeat, reset),
		cmocka_unit_test_setup(test_anything, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
