/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text on a linear framebuffer: white on black, in cells of 8x16 pixels. Understands what Loft's
 * own menus and line editor send of ECMA-48: CUU to CUB, CUP, ED, EL, SGR of 16 colours and
 * inverse; other sequences are passed over. UTF-8, of which Latin-1 has glyphs.
 *
 * No device inside: whoever has one fills in struct screen_mode.
 */
#pragma once

#include <stddef.h>

#include "lib/base/types.h"

#define SCREEN_CELL_WIDTH  8
#define SCREEN_CELL_HEIGHT 16
#define SCREEN_ARGS	   4

/** struct screen_format - a pixel, in memory as a little-endian number of @bytes */
struct screen_format {
	char name[12]; /* as simple-framebuffer's `format` has it */
	uint8_t bytes;
	uint8_t red_at, red_bits, green_at, green_bits, blue_at, blue_bits;
	uint32_t opaque; /* alpha's bits */
};

/**
 * struct screen_mode - a framebuffer
 * @base:     mapped as Normal memory
 * @stride:   bytes from a line to the next
 * @coherent: who shows it sees the CPU's caches, or it is not cached
 */
struct screen_mode {
	uint8_t *base;
	uint32_t width, height, stride;
	const struct screen_format *format;
	bool coherent;
};

/** struct screen - its text; the caller's, and nobody reads it */
struct screen {
	struct screen_mode mode;
	uint32_t columns, rows, column, row;
	uint32_t dirty_first, dirty_end; /* pixel lines drawn since the last flush */
	uint32_t ink, paper;
	uint8_t ink_colour, paper_colour;
	bool inverse;
	bool wraps; /* the last column is full, the next glyph is the next line's */
	enum { SCREEN_TEXT, SCREEN_ESCAPE, SCREEN_CSI } state;
	uint32_t arg[SCREEN_ARGS];
	unsigned args;
	bool private_csi;
	uint32_t character; /* UTF-8: what has come of it, ... */
	unsigned more;	    /* ... and how many bytes are to come */
};

/** screen_format() - by the name that a device tree gives it; NULL: unknown */
const struct screen_format *screen_format(const char *name);

/**
 * screen_open() - clear a framebuffer, and begin at its top
 *
 * Errors: -EINVAL  @base is not 4-byte aligned; less than a cell, more than 16384 pixels on a
 *         side, or a stride that is short of a line or no multiple of a pixel
 */
int __must_check screen_open(struct screen *s, const struct screen_mode *mode);

/** screen_write() - show text; it can be seen when this returns */
void screen_write(struct screen *s, const char *bytes, size_t count);

/** screen_rect() - a filled rectangle in one of 16 colours (VGA's), cut at the edges, in pixels */
void screen_rect(struct screen *s, uint32_t x, uint32_t y, uint32_t width, uint32_t height,
		 unsigned colour);

/** screen_flush() - what screen_rect() drew can be seen */
void screen_flush(struct screen *s);
