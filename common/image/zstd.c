// SPDX-License-Identifier: BSD-2-Clause
#include "lib/pack/zstd.h"

#include <errno.h>

#include "common/image/image.h"
#include "common/image/packed.h"

static struct zstd_work work __noinit;

static int hint_of(const void *bytes, uint64_t size, uint64_t limit, uint64_t *hint,
		   struct why *why)
{
	int rc = unzstd_hint(bytes, size, hint, why);

	if (!rc && *hint > limit)
		return refuse(why, -EFBIG,
			      "zstd: unpacks to 0x%llx bytes, there is room for 0x%llx",
			      (unsigned long long)*hint, (unsigned long long)limit);
	return rc;
}

static int unpack(void *to, uint64_t room, const void *bytes, uint64_t size, uint64_t *made,
		  struct why *why)
{
	return unzstd(&work, to, room, bytes, size, made, why);
}

PACKING(packing_zstd) = { "zstd", "unzstd", hint_of, true, unpack };

static int unwrap(struct source *packed, struct source *inner, struct why *why)
{
	return packed_unwrap_all(&packing_zstd, packed, inner, why);
}

IMAGE_WRAPPING(image_zstd) = { "zstd", { 0, 4, "\x28\xb5\x2f\xfd" }, unwrap };
