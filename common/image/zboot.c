// SPDX-License-Identifier: BSD-2-Clause
/*
 * EFI zboot kernels, a PE file that would unpack what it carries: Loft takes that out by itself.
 * Spec: Linux, the EFI zboot header: "MZ", "zimg" at 4, offset and size of what is packed at 8 and
 * 12, the name of the compression at 24, up to 56
 */
#include <errno.h>
#include <string.h>

#include "common/image/image.h"
#include "common/image/packed.h"
#include "lib/base/le.h"
#include "lib/base/span.h"

#define HEADER_SIZE 56
#define NAME_AT     24

static int unwrap(struct source *packed, struct source *inner, struct why *why)
{
	uint8_t head[HEADER_SIZE + 1] = { 0 };
	const char *name = (const char *)head + NAME_AT;
	struct packed_part part = { .exact = true };
	const struct packing *packing;
	int rc = source_read(packed, 0, head, HEADER_SIZE, why);

	if (rc)
		return rc;
	part.offset = get_le32(head + 8);
	part.size = get_le32(head + 12);
	if (part.offset < HEADER_SIZE || !part.size ||
	    !span_fits(packed->size, part.offset, part.size))
		return refuse(why, -EINVAL,
			      "EFI zboot image: its 0x%llx packed bytes at 0x%llx are not inside "
			      "the 0x%llx that there are",
			      (unsigned long long)part.size, (unsigned long long)part.offset,
			      (unsigned long long)packed->size);
	/* As Linux's build calls them: zstd22, xzkern. */
	if (IS_ENABLED(CONFIG_ZSTD) && !strncmp(name, "zstd", 4))
		packing = packing_find("zstd");
	else if (IS_ENABLED(CONFIG_XZ) && !strncmp(name, "xz", 2))
		packing = packing_find("xz");
	else
		packing = packing_find(name);
	if (!packing)
		return refuse(why, -ENOTSUP,
			      "EFI zboot image: packed with '%s', which this Loft does not unpack",
			      name);
	return packed_unwrap(packing, packed, part, inner, why);
}

IMAGE_WRAPPING(image_zboot) = { "EFI zboot", { 4, 4, "zimg" }, unwrap };
