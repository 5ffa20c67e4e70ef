// SPDX-License-Identifier: BSD-2-Clause
/* Any bytes as lz4, into exactly the room that the first two bytes say. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/pack/lz4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t limit, out;
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
	if (size >= 4)
		memcpy(from, size & 1 ? "\x04\x22\x4d\x18" : "\x02\x21\x4c\x18", 4);
	if (!unlz4(to, limit, from, size, &out, &why) && out > limit)
		abort();
	if (!unlz4_block(to, to, limit, data, size, &out) && out > limit)
		abort();
	free(to);
	free(from);
	return 0;
}
