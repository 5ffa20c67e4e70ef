// SPDX-License-Identifier: BSD-2-Clause
#include "lib/ksyms.h"

#include <string.h>

static const char *name_at(uint32_t index)
{
	const char *name = ksym_names;

	/* A fault report has the time; two bytes an entry are dearer. */
	while (index--)
		name += strlen(name) + 1;
	return name;
}

const char *ksym_lookup(uint32_t offset_in_image, uint32_t *offset_in_symbol)
{
	uint32_t below = 0, above = ksym_count;

	/* Entries before `below` start at or before the offset, those from `above` on after it. */
	while (below < above) {
		uint32_t middle = below + (above - below) / 2;

		if (ksym_words[middle] <= offset_in_image / 4)
			below = middle + 1;
		else
			above = middle;
	}
	if (below == 0)
		return NULL;
	*offset_in_symbol = offset_in_image - 4 * (uint32_t)ksym_words[below - 1];
	return name_at(below - 1);
}
