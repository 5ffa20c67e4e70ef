// SPDX-License-Identifier: BSD-2-Clause
/*
 * Android images that lie: right headers, of which some bytes are others, or any bytes. What is
 * said to be inside of the file is.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/span.h"
#include "lib/pack/android.h"

#define FILE_SIZE 0x8000

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void try_file(const uint8_t *bytes, size_t size)
{
	struct android_image image;
	struct android_range piece;
	struct why why = { "" };
	unsigned n = 0;
	bool other;

	if (android_parse(bytes, size, &image, &why)) {
		must(why.text[0]);
		return;
	}
	must(image.end <= size);
	must(span_fits(ANDROID_HEAD_SIZE, image.cmdline.offset, image.cmdline.size));
	for (unsigned i = 0; i < ANDROID_PARTS; i++)
		must(span_fits(size, image.part[i].offset, image.part[i].size));
	while (!android_piece(&image, bytes, n++, &piece, &other, &why))
		must(span_fits(size, piece.offset, piece.size) && n < size);
}

static void put(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void make(uint8_t *file, unsigned kind)
{
	static const uint16_t sizes[] = { 0, 1648, 1660, 1580, 1584, 2112, 2128 };

	memcpy(file, kind < 5 ? "ANDROID!" : "VNDRBOOT", 8);
	if (kind >= 5) {
		put(file + 8, kind - 2);
		put(file + 12, 2048);
		put(file + 24, 0x900);
		put(file + 2096, sizes[kind]);
		put(file + 2100, 0x40);
		if (kind == 6) {
			put(file + 2112, 108);
			put(file + 2116, 1);
			put(file + 2120, 108);
			put(file + 2124, 9);
			put(file + 5 * 2048, 0x800);
		}
		return;
	}
	put(file + 40, kind);
	put(file + 8, 0x1001);
	put(file + (kind < 3 ? 16 : 12), 0x10);
	put(file + (kind < 3 ? 36 : 20), kind < 3 ? 2048 : sizes[kind]);
	put(file + 1644, sizes[kind]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A place counts among the bytes that say something. */
static size_t place(unsigned value)
{
	static const uint16_t beginnings[] = { 0, 1632, 2096, 5 * 2048 };

	return beginnings[value >> 6] + value % 64;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t all = size;
	uint8_t *file;

	if (size < 2)
		return 0;
	if (data[0] < 224) { /* a kind, a length, places and values */
		all = FILE_SIZE >> (data[1] % 4);
		file = calloc(1, FILE_SIZE);
		make(file, data[0] % 7);
		for (size_t i = 2; i + 1 < size; i += 2)
			file[place(data[i])] = data[i + 1];
		file = realloc(file, all);
	} else {
		file = malloc(size);
		memcpy(file, data, size);
		memcpy(file, size % 2 ? "ANDROID!" : "VNDRBOOT", MIN(size, (size_t)8));
	}
	try_file(file, all);
	free(file);
	return 0;
}
