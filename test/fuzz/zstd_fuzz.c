// SPDX-License-Identifier: BSD-2-Clause
/* Any bytes as zstd, into exactly the room that the first two bytes say. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/pack/zstd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct zstd_work work;

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
	if (size >= 6 && size % 8) { /* most inputs should pass the header, as one packed block */
		memcpy(from, "\x28\xb5\x2f\xfd\0\x58", 6);
		if (size >= 9) {
			uint32_t block = (uint32_t)(size - 9) << 3 | 5;

			memcpy(from + 6, &block, 3);
		}
	}
	(void)unzstd_hint(from, size, &hint, &why);
	if (!unzstd(&work, to, limit, from, size, &out, &why) && out > limit)
		abort();
	free(to);
	free(from);
	return 0;
}
