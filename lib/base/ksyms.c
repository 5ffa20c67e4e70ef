// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/ksyms.h"

#include <stddef.h>

#define LONG_STEP 255

static char name[KSYM_NAME_MAX];

/*
 * Puts what a code stands for behind the first characters, of which there are then as many as it
 * returns. mksyms.py has no name that is longer than the array.
 */
static unsigned put(unsigned length, uint8_t code)
{
	if (code >= ksym_first_pair) {
		const uint8_t *pair = &ksym_pairs[2 * (code - ksym_first_pair)];

		return put(put(length, pair[0]), pair[1]);
	}
	name[length] = ksym_characters[code];
	return length + 1;
}

/* From the first name on: a fault report has the time, and an index would take room. */
static const char *name_at(uint32_t index)
{
	const uint8_t *code = ksym_names;

	for (;; index--) {
		unsigned length = 0;

		do
			length = put(length, *code++);
		while (name[length - 1]);
		if (!index)
			return name;
	}
}

const char *ksym_lookup(uint32_t offset_in_image, uint32_t *offset_in_symbol)
{
	const uint8_t *step = ksym_steps;
	uint32_t index = 0, here = 0;

	for (uint32_t next = 0; index < ksym_count; index++) {
		do
			next += 4 * *step;
		while (*step++ == LONG_STEP);
		if (next > offset_in_image)
			break;
		here = next;
	}
	if (!index)
		return NULL;
	*offset_in_symbol = offset_in_image - here;
	return name_at(index - 1);
}
