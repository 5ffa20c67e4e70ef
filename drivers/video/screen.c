// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/video/screen.h"

#include <errno.h>
#include <string.h>

#include <arch/cache.h>

#include "generated/font.h"

#define SIDE_MAX    16384
#define GREY	    7
#define BLACK	    0
#define TAB	    8
#define GLYPH_OTHER (ARRAY_SIZE(font_glyphs) - 1)

static const struct screen_format formats[] = {
	{ "x8r8g8b8", 4, 16, 8, 8, 8, 0, 8, 0 },
	{ "a8r8g8b8", 4, 16, 8, 8, 8, 0, 8, 0xff000000 },
	{ "x8b8g8r8", 4, 0, 8, 8, 8, 16, 8, 0 },
	{ "a8b8g8r8", 4, 0, 8, 8, 8, 16, 8, 0xff000000 },
	{ "r8g8b8", 3, 16, 8, 8, 8, 0, 8, 0 },
	{ "b8g8r8", 3, 0, 8, 8, 8, 16, 8, 0 },
	{ "r5g6b5", 2, 11, 5, 5, 6, 0, 5, 0 },
	{ "x1r5g5b5", 2, 10, 5, 5, 5, 0, 5, 0 },
	{ "a1r5g5b5", 2, 10, 5, 5, 5, 0, 5, 0x8000 },
};

const struct screen_format *screen_format(const char *name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

/* Bit 0 red, 1 green, 2 blue, 3 bright: SGR's order. */
static uint32_t pixel_of(const struct screen_format *f, unsigned colour)
{
	uint32_t level[3];

	for (unsigned i = 0; i < 3; i++) {
		level[i] = colour & BIT(i) ? 0xaa : 0;
		if (colour & BIT(3))
			level[i] += 0x55;
	}
	return f->opaque | level[0] >> (8 - f->red_bits) << f->red_at |
	       level[1] >> (8 - f->green_bits) << f->green_at |
	       level[2] >> (8 - f->blue_bits) << f->blue_at;
}

static void put_pixels(uint8_t *at, unsigned bytes, uint32_t pixel, uint32_t count)
{
	if (bytes == 4) {
		for (uint32_t *p = (uint32_t *)at; count--; p++)
			*p = pixel;
	} else if (bytes == 2) {
		for (uint16_t *p = (uint16_t *)at; count--; p++)
			*p = (uint16_t)pixel;
	} else {
		for (; count--; at += 3) {
			at[0] = (uint8_t)pixel;
			at[1] = (uint8_t)(pixel >> 8);
			at[2] = (uint8_t)(pixel >> 16);
		}
	}
}

static uint8_t *line(const struct screen *s, uint32_t y)
{
	return s->mode.base + (uint64_t)y * s->mode.stride;
}

static void dirty(struct screen *s, uint32_t first, uint32_t end)
{
	s->dirty_first = MIN(s->dirty_first, first);
	s->dirty_end = MAX(s->dirty_end, end);
}

static void fill(struct screen *s, uint32_t x, uint32_t y, uint32_t width, uint32_t height,
		 uint32_t pixel)
{
	unsigned bytes = s->mode.format->bytes;

	if (x >= s->mode.width || y >= s->mode.height)
		return;
	width = MIN(width, s->mode.width - x);
	height = MIN(height, s->mode.height - y);
	for (uint32_t i = 0; i < height; i++)
		put_pixels(line(s, y + i) + (uint64_t)x * bytes, bytes, pixel, width);
	dirty(s, y, y + height);
}

void screen_rect(struct screen *s, uint32_t x, uint32_t y, uint32_t width, uint32_t height,
		 unsigned colour)
{
	fill(s, x, y, width, height, pixel_of(s->mode.format, colour));
}

void screen_flush(struct screen *s)
{
	if (s->dirty_end > s->dirty_first && !s->mode.coherent)
		cache_clean_poc(line(s, s->dirty_first),
				(uint64_t)(s->dirty_end - s->dirty_first) * s->mode.stride);
	s->dirty_first = UINT32_MAX;
	s->dirty_end = 0;
}

static void choose(struct screen *s)
{
	s->ink = pixel_of(s->mode.format, s->inverse ? s->paper_colour : s->ink_colour);
	s->paper = pixel_of(s->mode.format, s->inverse ? s->ink_colour : s->paper_colour);
}

/* Cells of a row, emptied. */
static void clear_cells(struct screen *s, uint32_t row, uint32_t first, uint32_t end)
{
	fill(s, first * SCREEN_CELL_WIDTH, row * SCREEN_CELL_HEIGHT,
	     end == s->columns ? s->mode.width : (end - first) * SCREEN_CELL_WIDTH,
	     SCREEN_CELL_HEIGHT, s->paper);
}

static void clear_rows(struct screen *s, uint32_t first, uint32_t end)
{
	uint32_t y = first * SCREEN_CELL_HEIGHT;

	if (first < end)
		fill(s, 0, y, s->mode.width,
		     end == s->rows ? s->mode.height - y : (end - first) * SCREEN_CELL_HEIGHT,
		     s->paper);
}

int screen_open(struct screen *s, const struct screen_mode *mode)
{
	if ((uintptr_t)mode->base % 4 || mode->width < SCREEN_CELL_WIDTH ||
	    mode->width > SIDE_MAX || mode->height < SCREEN_CELL_HEIGHT ||
	    mode->height > SIDE_MAX || mode->stride / mode->format->bytes < mode->width ||
	    mode->stride > 4 * SIDE_MAX ||
	    (mode->format->bytes != 3 && mode->stride % mode->format->bytes))
		return -EINVAL;
	*s = (struct screen){ .mode = *mode, .dirty_first = UINT32_MAX, .ink_colour = GREY };
	s->columns = mode->width / SCREEN_CELL_WIDTH;
	s->rows = mode->height / SCREEN_CELL_HEIGHT;
	choose(s);
	clear_rows(s, 0, s->rows);
	screen_flush(s);
	return 0;
}

static void new_line(struct screen *s)
{
	uint64_t step = (uint64_t)SCREEN_CELL_HEIGHT * s->mode.stride;

	s->wraps = false;
	if (++s->row < s->rows)
		return;
	s->row = s->rows - 1;
	memmove(s->mode.base, s->mode.base + step, step * s->row);
	dirty(s, 0, s->row * SCREEN_CELL_HEIGHT);
	clear_cells(s, s->row, 0, s->columns);
}

static const uint8_t *glyph_of(uint32_t character)
{
	if (character >= 0x20 && character < 0x7f)
		return font_glyphs[character - 0x20];
	if (character >= 0xa0 && character < 0x100)
		return font_glyphs[character - 0xa0 + 0x7f - 0x20];
	return font_glyphs[GLYPH_OTHER];
}

static void show(struct screen *s, uint32_t character)
{
	const uint8_t *glyph = glyph_of(character);
	unsigned bytes = s->mode.format->bytes;
	uint32_t y;
	uint8_t *at;

	if (s->wraps) {
		s->column = 0;
		new_line(s);
	}
	y = s->row * SCREEN_CELL_HEIGHT;
	at = line(s, y) + (uint64_t)s->column * SCREEN_CELL_WIDTH * bytes;
	for (unsigned i = 0; i < SCREEN_CELL_HEIGHT; i++, at += s->mode.stride)
		for (unsigned bit = 0; bit < SCREEN_CELL_WIDTH; bit++)
			put_pixels(at + bit * bytes, bytes,
				   glyph[i] & 0x80 >> bit ? s->ink : s->paper, 1);
	dirty(s, y, y + SCREEN_CELL_HEIGHT);
	if (++s->column == s->columns) {
		s->column--;
		s->wraps = true;
	}
}

static void colour(struct screen *s, uint32_t n)
{
	if (n == 0) {
		s->ink_colour = GREY;
		s->paper_colour = BLACK;
		s->inverse = false;
	} else if (n == 1) {
		s->ink_colour |= BIT(3);
	} else if (n == 7 || n == 27) {
		s->inverse = n == 7;
	} else if (n == 22) {
		s->ink_colour &= (uint8_t)~BIT(3);
	} else if (n >= 30 && n <= 37) {
		s->ink_colour = (uint8_t)((s->ink_colour & BIT(3)) | (n - 30));
	} else if (n == 39) {
		s->ink_colour = GREY;
	} else if (n >= 40 && n <= 47) {
		s->paper_colour = (uint8_t)(n - 40);
	} else if (n == 49) {
		s->paper_colour = BLACK;
	}
}

/* Before the cursor, behind it, or all: as ED and EL number them. */
static void erase(struct screen *s, bool rows)
{
	uint32_t what = s->arg[0];

	if (what > 2)
		return;
	if (rows && what)
		clear_rows(s, 0, what == 2 ? s->rows : s->row);
	if (rows && !what)
		clear_rows(s, s->row + 1, s->rows);
	clear_cells(s, s->row, what ? 0 : s->column, what == 1 ? s->column + 1 : s->columns);
}

static void control(struct screen *s, char final)
{
	uint32_t n = MAX(s->arg[0], 1u);

	if (s->private_csi)
		return;
	if (final != 'm')
		s->wraps = false;
	switch (final) {
	case 'A':
		s->row -= MIN(n, s->row);
		break;
	case 'B':
		s->row = MIN(s->row + n, s->rows - 1);
		break;
	case 'C':
		s->column = MIN(s->column + n, s->columns - 1);
		break;
	case 'D':
		s->column -= MIN(n, s->column);
		break;
	case 'H':
	case 'f':
		s->row = MIN(n, s->rows) - 1;
		s->column = MIN(MAX(s->arg[1], 1u), s->columns) - 1;
		break;
	case 'J':
	case 'K':
		erase(s, final == 'J');
		break;
	case 'm':
		for (unsigned i = 0; i <= s->args; i++)
			colour(s, s->arg[i]);
		choose(s);
		break;
	default:
		break;
	}
}

static void sequence(struct screen *s, char c)
{
	if (s->state == SCREEN_ESCAPE) {
		s->state = c == '[' ? SCREEN_CSI : SCREEN_TEXT;
		memset(s->arg, 0, sizeof(s->arg));
		s->args = 0;
		s->private_csi = false;
	} else if (c >= '0' && c <= '9') {
		s->arg[s->args] = MIN(s->arg[s->args] * 10 + (uint32_t)(c - '0'), 9999u);
	} else if (c == ';') {
		s->args = MIN(s->args + 1, SCREEN_ARGS - 1u);
	} else if (c >= 0x20 && c < 0x40) {
		s->private_csi = true; /* '?' and what else is not ours */
	} else {
		s->state = SCREEN_TEXT;
		control(s, c);
	}
}

/* A byte of text; of UTF-8 the character is shown with its last one. */
static void text(struct screen *s, uint8_t c)
{
	if (s->more && (c & 0xc0) == 0x80) {
		s->character = s->character << 6 | (c & 0x3f);
		if (!--s->more)
			show(s, s->character);
		return;
	}
	if (s->more)
		show(s, UINT32_MAX); /* the one before was cut off */
	s->more = 0;
	if (c < 0x80) {
		show(s, c);
	} else if (c >= 0xc2 && c < 0xf5) {
		s->more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
		s->character = c & (0x3f >> s->more);
	} else {
		show(s, UINT32_MAX);
	}
}

static void put(struct screen *s, char c)
{
	switch (c) {
	case '\n':
		s->column = 0;
		new_line(s);
		break;
	case '\r':
		s->column = 0;
		s->wraps = false;
		break;
	case '\b':
		s->column -= s->column && !s->wraps;
		s->wraps = false;
		break;
	case '\t':
		s->column = MIN(ALIGN_DOWN(s->column, TAB) + TAB, s->columns - 1);
		break;
	case '\033':
		s->state = SCREEN_ESCAPE;
		break;
	default:
		if (s->state != SCREEN_TEXT)
			sequence(s, c);
		else if ((uint8_t)c >= 0x20 && c != 0x7f)
			text(s, (uint8_t)c);
	}
}

void screen_write(struct screen *s, const char *bytes, size_t count)
{
	while (count--)
		put(s, *bytes++);
	screen_flush(s);
}
