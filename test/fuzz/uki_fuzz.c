// SPDX-License-Identifier: BSD-2-Clause
/*
 * A unified kernel image that lies: a right one, of which some bytes are others, or any bytes. What
 * is said to be inside of the file is.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/image/uki.h"
#include "lib/base/span.h"

static const uint8_t right[] = {
	[0] = 'M',
	[1] = 'Z',
	[0x3c] = 0x40,
	[0x40] = 'P',
	[0x41] = 'E',
	[0x44] = 0x64,
	[0x45] = 0xaa,
	[0x46] = 3,
	[0x54] = 8,
	/* sections from 0x60 on: name, size, address, size and offset in the file */
	[0x60] = '.',
	'l',
	'i',
	'n',
	'u',
	'x',
	[0x68] = 0x80,
	[0x70] = 0x80,
	[0x75] = 2,
	[0x88] = '.',
	'i',
	'n',
	'i',
	't',
	'r',
	'd',
	[0x90] = 0x11,
	[0x98] = 0x80,
	[0x9c] = 0x80,
	[0x9d] = 2,
	[0xb0] = '.',
	'c',
	'm',
	'd',
	'l',
	'i',
	'n',
	'e',
	[0xb8] = 9,
	[0xc0] = 0x80,
	[0xc5] = 3,
	[0xd7] = 0,
};

static void try_file(const uint8_t *bytes, size_t size)
{
	struct uki_section section;
	struct source source;
	struct why why = { "" };
	struct uki uki;
	unsigned n = 0;
	int rc;

	source_mem(&source, "file", bytes, size);
	(void)uki_is(&source);
	if (uki_open(&source, &uki, &why)) {
		if (!why.text[0])
			abort();
		return;
	}
	while (!(rc = uki_section(&source, &uki, n, &section, &why))) {
		if (!span_fits(size, section.offset, section.size) || ++n > UKI_SECTIONS_MAX)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *file;
	size_t all = size;

	if (!size)
		return 0;
	if (data[0] & 1) { /* it says how many bytes there are, and then places and values */
		all = sizeof(right) + data[0] * 4u;
		file = calloc(1, all);
		memcpy(file, right, sizeof(right));
		for (size_t i = 1; i + 1 < size; i += 2)
			file[data[i] % sizeof(right)] = data[i + 1];
	} else {
		file = malloc(size);
		memcpy(file, data, size);
	}
	try_file(file, all);
	free(file);
	return 0;
}
