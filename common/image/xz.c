// SPDX-License-Identifier: BSD-2-Clause
#include "lib/pack/xz.h"

#include "common/image/image.h"
#include "common/image/packed.h"

static struct xz_work work __noinit;
/* Read from memory: it lies further than code reaches (arch/arm64/loft.lds). */
static struct xz_work *const volatile far = &work;

static int unpack(void *to, uint64_t room, const void *bytes, uint64_t size, uint64_t *made,
		  struct why *why)
{
	return unxz(far, to, room, bytes, size, made, why);
}

PACKING(packing_xz) = { "xz", "unxz", NULL, false, unpack };

static int unwrap(struct source *packed, struct source *inner, struct why *why)
{
	return packed_unwrap_all(&packing_xz, packed, inner, why);
}

IMAGE_WRAPPING(image_xz) = { "xz",
			     { 0, 6,
			       "\xfd"
			       "7zXZ" },
			     unwrap };
