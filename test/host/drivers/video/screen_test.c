/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drivers/video/screen.c, read back: each cell's pixels are looked up in the font's table, in every
 * format of a pixel.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/video/screen.h"
#include "generated/font.h"

#define COLUMNS 20
#define ROWS	4
#define PAD	12 /* bytes behind each line */
#define GUARD	0xa5

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;

static uint8_t *memory;
static struct screen s;
static uint32_t stride, height;

static void open_as(const char *format)
{
	struct screen_mode mode = { .width = COLUMNS * 8 + 3, .height = ROWS * 16 + 5 };

	mode.format = screen_format(format);
	assert_non_null(mode.format);
	stride = mode.stride = mode.width * mode.format->bytes / 4 * 4 + PAD;
	height = mode.height;
	free(memory);
	/* to the byte, so that a write beyond it is found */
	memory = mode.base = malloc((size_t)stride * height);
	memset(memory, GUARD, (size_t)stride * height);
	assert_int_equal(screen_open(&s, &mode), 0);
	assert_int_equal(s.columns, COLUMNS);
	assert_int_equal(s.rows, ROWS);
}

static uint32_t pixel(uint32_t x, uint32_t y)
{
	const uint8_t *p = memory + (size_t)y * stride + (size_t)x * s.mode.format->bytes;
	uint32_t value = 0;

	for (unsigned i = s.mode.format->bytes; i--;)
		value = value << 8 | p[i];
	return value;
}

/* The glyph that a cell shows in these colours: -1 none. */
static int glyph(uint32_t column, uint32_t row, uint32_t ink, uint32_t paper)
{
	uint8_t bits[16] = { 0 };

	for (unsigned y = 0; y < 16; y++)
		for (unsigned x = 0; x < 8; x++) {
			uint32_t p = pixel(column * 8 + x, row * 16 + y);

			if (p != ink && p != paper)
				return -1;
			bits[y] |= (uint8_t)((p == ink) << (7 - x));
		}
	for (unsigned n = 0; n < ARRAY_SIZE(font_glyphs); n++)
		if (!memcmp(font_glyphs[n], bits, 16))
			return (int)n;
	return -1;
}

static uint32_t grey(void)
{
	const struct screen_format *f = s.mode.format;

	return f->opaque | 0xaau >> (8 - f->red_bits) << f->red_at |
	       0xaau >> (8 - f->green_bits) << f->green_at |
	       0xaau >> (8 - f->blue_bits) << f->blue_at;
}

static void check_row(uint32_t row, const char *text)
{
	char is[COLUMNS + 1], expected[COLUMNS + 1];

	for (unsigned i = 0; i < COLUMNS; i++) {
		int n = glyph(i, row, grey(), s.mode.format->opaque);

		is[i] = n < 0 ? '?' : n < 95 ? (char)(' ' + n) : '#';
	}
	is[COLUMNS] = '\0';
	snprintf(expected, sizeof(expected), "%-*s", COLUMNS, text);
	assert_string_equal(is, expected);
}

static void check(const char *r0, const char *r1, const char *r2, const char *r3)
{
	check_row(0, r0);
	check_row(1, r1);
	check_row(2, r2);
	check_row(3, r3);
}

static void put(const char *text)
{
	screen_write(&s, text, strlen(text));
}

static void formats(void **state)
{
	static const char *const names[] = { "x8r8g8b8", "a8r8g8b8", "x8b8g8r8",
					     "a8b8g8r8", "r8g8b8",   "b8g8r8",
					     "r5g6b5",   "x1r5g5b5", "a1r5g5b5" };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
		open_as(names[i]);
		check("", "", "", "");
		put("loft=> The quick\nbrown fox ~{}|");
		check("loft=> The quick", "brown fox ~{}|", "", "");
		/* what is no pixel stays */
		for (uint32_t y = 0; y < height; y++)
			for (uint32_t at = s.mode.width * s.mode.format->bytes; at < stride; at++)
				assert_int_equal(memory[(size_t)y * stride + at], GUARD);
		/* and what is no cell is empty */
		assert_int_equal(pixel(COLUMNS * 8 + 2, 3), s.mode.format->opaque);
		assert_int_equal(pixel(0, ROWS * 16 + 4), s.mode.format->opaque);
	}
	assert_null(screen_format("r8g8b8a8"));
	open_as("r5g6b5");
	put("\033[31;42m \033[32;41m ");
	assert_int_equal(pixel(0, 0), 0x0540);
	assert_int_equal(pixel(8, 0), 0xa800);
	open_as("x8r8g8b8");
	put("\033[1;34m\033[7m \033[27;46m ");
	assert_int_equal(pixel(0, 0), 0x5555ff);
	assert_int_equal(pixel(8, 0), 0x00aaaa);
}

static void wrapping(void **state)
{
	(void)state;
	open_as("x8r8g8b8");
	put("12345678901234567890");
	check("12345678901234567890", "", "", ""); /* full, and no line is lost */
	put("\nab");
	check("12345678901234567890", "ab", "", "");
	put("\r12345678901234567890x\b\by");
	check("12345678901234567890", "12345678901234567890", "y", "");
	put("\b\bz\nfour\nfive");
	check("12345678901234567890", "z", "four", "five");
	put("\n\n");
	check("four", "five", "", "");
	put("a\tb\tc\td");
	check("four", "five", "", "a       b       c  d");
}

static void sequences(void **state)
{
	(void)state;
	open_as("r5g6b5");
	put("one\ntwo\nthree\nfour");
	put("\033[2;3Hx\033[A\033[2Cy\033[B\033[5Dz\033[K");
	check("one  y", "tz", "three", "four");
	put("\033[3;4H\033[J");
	check("one  y", "tz", "thr", "");
	put("\033[2;2H\033[1J");
	check("", "", "thr", "");
	put("\033[99;99H!\033[99A\033[99D.\033[?25l\033[?25h\033[6n\033c");
	check(".", "", "thr", "                   !");
	put("\033[H\033[2J\033[0m");
	check("", "", "", "");
	put("\033[;;;;;;;;;;1;2;3m\033[99999999999C\033[0;0Hok\033[");
	put("1;1");
	put("Hup\033[m");
	check("up", "", "", "");
}

static void utf8(void **state)
{
	static const uint8_t text[] = "\xc3\xa9\xe2\x82\xacx\xc3y\xff\x80\xf0\x9f\x98\x80z\x01\x7f";

	(void)state;
	open_as("r8g8b8");
	put((const char *)text);
	assert_int_equal(glyph(0, 0, grey(), 0), 0xe9 - 0xa0 + 95);
	for (unsigned i = 1; i < 8; i++) {
		static const char expected[] = "#x#y####z";
		int n = glyph(i, 0, grey(), 0);

		if (expected[i - 1] == '#')
			assert_int_equal(n, ARRAY_SIZE(font_glyphs) - 1);
		else
			assert_int_equal(n, expected[i - 1] - ' ');
	}
}

static void rectangles(void **state)
{
	(void)state;
	open_as("x8r8g8b8");
	fake_cache_clean_bytes = 0;
	screen_rect(&s, 10, 20, 5, 3, 12);
	assert_int_equal(fake_cache_clean_bytes, 0);
	screen_flush(&s);
	assert_int_equal(fake_cache_clean_bytes, 3 * stride);
	assert_int_equal(pixel(10, 20), 0x5555ff);
	assert_int_equal(pixel(14, 22), 0x5555ff);
	assert_int_equal(pixel(15, 22), 0);
	assert_int_equal(pixel(14, 23), 0);
	screen_rect(&s, s.mode.width - 1, height - 1, UINT32_MAX, UINT32_MAX, 7);
	screen_rect(&s, s.mode.width, 0, 1, 1, 7);
	screen_rect(&s, 0, height, 1, 1, 7);
	assert_int_equal(pixel(s.mode.width - 1, height - 1), 0xaaaaaa);
	s.mode.coherent = true;
	fake_cache_clean_bytes = 0;
	put("x");
	assert_int_equal(fake_cache_clean_bytes, 0);
}

static void refused(void **state)
{
	static uint32_t some[64];
	struct screen_mode mode = { .base = (uint8_t *)some,
				    .width = 8,
				    .height = 16,
				    .stride = 16,
				    .format = screen_format("r5g6b5") };
	struct screen_mode bad;

	(void)state;
	memory = realloc(memory, 16);
	bad = mode;
	bad.width = 7;
	assert_int_equal(screen_open(&s, &bad), -EINVAL);
	bad = mode;
	bad.width = 16385;
	assert_int_equal(screen_open(&s, &bad), -EINVAL);
	bad = mode;
	bad.height = 15;
	assert_int_equal(screen_open(&s, &bad), -EINVAL);
	bad = mode;
	bad.stride = 14;
	assert_int_equal(screen_open(&s, &bad), -EINVAL);
	bad.stride = 17;
	assert_int_equal(screen_open(&s, &bad), -EINVAL);
	bad = mode;
	bad.base++;
	assert_int_equal(screen_open(&s, &bad), -EINVAL);
	assert_int_equal(screen_open(&s, &mode), 0);
	put("\n\n\n123\b\033[9;9H\033[2Jx"); /* one cell is a screen */
}

/* Any bytes at all: nothing is written beyond the memory, which ASan watches. */
static void noise(void **state)
{
	uint32_t x = 12345;
	char text[64];

	(void)state;
	open_as("x8r8g8b8");
	for (unsigned i = 0; i < 20000; i++) {
		for (unsigned j = 0; j < sizeof(text); j++) {
			x = x * 1664525 + 1013904223;
			text[j] = x >> 29 ? "019;[HJKABCDm\n\b\t\033?x "[(x >> 16) % 21]
					  : (char)(x >> 20);
		}
		screen_write(&s, text, sizeof(text));
		assert_true(s.column < s.columns && s.row < s.rows);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),    cmocka_unit_test(wrapping),
		cmocka_unit_test(sequences),  cmocka_unit_test(utf8),
		cmocka_unit_test(rectangles), cmocka_unit_test(refused),
		cmocka_unit_test(noise),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(memory);
	return failed;
}
