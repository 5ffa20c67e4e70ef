// SPDX-License-Identifier: BSD-2-Clause
/* Any bytes as gzip, into exactly the room that the first two bytes say. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/pack/gunzip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t limit, out, hint;
	struct why why;
	uint8_t *from, *to;

	if (size < 2)
		return 0;
	limit = (uint64_t)data[0] << 8 | data[1];
	data += 2;
	size -= 2;
	from = malloc(size);
	to = malloc(limit);
	memcpy(from, data, size);
	if (size >= 4) /* most inputs should pass the fixed header */
		memcpy(from, "\x1f\x8b\x08", 3);
	(void)gunzip_hint(from, size, limit, &hint, &why);
	if (gunzip(to, limit, from, size, &out, &why) == 0 && out > limit)
		abort();
	free(to);
	free(from);
	return 0;
}
