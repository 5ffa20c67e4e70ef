/* SPDX-License-Identifier: BSD-2-Clause */
/* Any legacy image: its parts lie inside, or are refused. Any regular expression: it ends. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/regex.h"
#include "lib/pack/uimage.h"

static void try_uimage(const uint8_t *data, size_t size)
{
	struct uimage image = { .type = data[0] % 8, .data = data, .size = (uint32_t)size };
	const uint8_t *part;
	struct why why;
	uint32_t bytes;
	unsigned int i;

	for (i = 0; i < 70 && !uimage_part(&image, i, &part, &bytes, &why); i++) {
		if (part < data || bytes > size - (size_t)(part - data))
			abort();
	}
	if (size >= UIMAGE_HEADER_SIZE)
		(void)!uimage_parse(data, size, &image);
}

static void try_regex(const uint8_t *data, size_t size)
{
	static struct regex_work work;
	char text[256], out[512];
	struct regex re;
	struct why why;
	size_t half = size / 2;

	if (size >= sizeof(text))
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	text[half] = '\0';
	if (regex_compile(&re, text, &why)) {
		if (!why.text[0])
			abort();
		return;
	}
	if (half < size &&
	    regex_replace(&re, text + half + 1, "<\\0\\1>", true, out, sizeof(out), &work) >= 0)
		(void)strlen(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	try_uimage(data, size);
	try_regex(data, size);
	return 0;
}
