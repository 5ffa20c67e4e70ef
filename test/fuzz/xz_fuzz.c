// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any bytes as xz, into exactly the room that the first two bytes say: a file as it is; or a block
 * of LZMA2 behind headers that stand, since checksums keep most inputs out; with the filter, too.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/crc32.h"
#include "lib/base/le.h"
#include "lib/pack/xz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD 12

static struct xz_work work;

static size_t wrap(uint8_t *to, const uint8_t *data, size_t size, bool arm64)
{
	static const uint8_t plain[] = { 2, 0, 0x21, 1, 40, 0, 0, 0 };
	static const uint8_t filtered[] = { 2, 1, 0x0a, 0, 0x21, 1, 22, 0 };

	memcpy(to,
	       "\xfd"
	       "7zXZ\0\0",
	       HEAD - 4);
	put_le32(to + 8, crc32(0, to + 6, 2));
	memcpy(to + HEAD, arm64 ? filtered : plain, 8);
	put_le32(to + HEAD + 8, crc32(0, to + HEAD, 8));
	memcpy(to + HEAD + 12, data, size);
	return HEAD + 12 + size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t limit, out;
	struct why why;
	uint8_t *from, *to;

	if (size < 3)
		return 0;
	limit = (uint64_t)data[0] << 8 | data[1];
	from = malloc(size + 32);
	to = malloc(limit);
	if (data[2] & 3) {
		size = wrap(from, data + 3, size - 3, data[2] & 2);
		from = realloc(from, size);
	} else {
		size -= 3;
		memcpy(from, data + 3, size);
		from = realloc(from, size ? size : 1);
	}
	if (!unxz(&work, to, limit, from, size, &out, &why) && out > limit)
		abort();
	free(to);
	free(from);
	return 0;
}
