// SPDX-License-Identifier: BSD-2-Clause
#include "common/image/image.h"
#include "common/image/packed.h"
#include "lib/pack/gunzip.h"

PACKING(packing_gzip) = { "gzip", "gunzip", gunzip_hint, false, gunzip };

static int unwrap(struct source *packed, struct source *inner, struct why *why)
{
	return packed_unwrap_all(&packing_gzip, packed, inner, why);
}

IMAGE_WRAPPING(image_gzip) = { "gzip", { 0, 2, "\x1f\x8b" }, unwrap };
