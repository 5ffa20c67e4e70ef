// SPDX-License-Identifier: BSD-2-Clause
#include "common/image/image.h"
#include "common/image/packed.h"
#include "lib/pack/lz4.h"

PACKING(packing_lz4) = { "lz4", "unlz4", NULL, false, unlz4 };

static int unwrap(struct source *packed, struct source *inner, struct why *why)
{
	return packed_unwrap_all(&packing_lz4, packed, inner, why);
}

IMAGE_WRAPPING(image_lz4) = { "lz4", { 0, 4, "\x04\x22\x4d\x18" }, unwrap };
IMAGE_WRAPPING(image_lz4_legacy) = { "lz4 -l", { 0, 4, "\x02\x21\x4c\x18" }, unwrap };
