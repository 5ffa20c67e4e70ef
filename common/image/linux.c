/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/linux.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/image/place.h"
#include "lib/base/le.h"

#define LINUX_FLAG_BIG_ENDIAN BIT(0)
#define LINUX_FLAG_ANYWHERE   BIT(3)

/* Kernels whose header says no size: offset, longest file, memory used beyond it. */
#define OLD_TEXT_OFFSET (512 * KIB)
#define OLD_FILE_MAX    (32 * MIB)
#define OLD_BSS         (8 * MIB)

static int check_linux(const struct linux_image *image, const char *name, struct why *why)
{
	/* Linux's is a multiple of its page; Unikraft's, 0xfffc0, is not, and needs not be. */
	if (image->text_offset % 4)
		return refuse(why, -EINVAL,
			      "%s: Image text_offset 0x%" PRIx64 " is not a multiple of 4", name,
			      image->text_offset);
	if (image->image_size && image->image_size < LINUX_HEADER_SIZE)
		return refuse(why, -EINVAL,
			      "%s: image_size 0x%" PRIx64 " is below its own header's 64", name,
			      image->image_size);
	return 0;
}

int image_linux_header(struct source *source, struct linux_image *image, struct why *why)
{
	static const uint32_t page_sizes[] = { 0, 4096, 16384, 65536 };
	uint8_t h[LINUX_HEADER_SIZE];
	uint64_t flags;
	int err;

	if (source->size < sizeof(h))
		return refuse(why, -ENODATA,
			      "%s: truncated: 0x%" PRIx64 " bytes are no arm64 Image header of 64",
			      source->name, source->size);
	err = source_read(source, 0, h, sizeof(h), why);
	if (err)
		return err;
	if (get_le32(h + LINUX_MAGIC_OFFSET) != LINUX_MAGIC)
		return refuse(why, -ENOEXEC,
			      "%s: no arm64 Image: 0x%08" PRIx32 " at 0x38, not 0x644d5241",
			      source->name, get_le32(h + LINUX_MAGIC_OFFSET));
	flags = get_le64(h + 24);
	if (flags & LINUX_FLAG_BIG_ENDIAN)
		return refuse(why, -ENOEXEC,
			      "%s: a big-endian kernel (Image flags 0x%" PRIx64
			      "); Loft boots little-endian",
			      source->name, flags);
	*image = (struct linux_image){
		.text_offset = get_le64(h + 8),
		.image_size = get_le64(h + 16),
		.page_size = page_sizes[FIELD_GET(2, 1, flags)],
		.anywhere = flags & LINUX_FLAG_ANYWHERE,
	};
	if (image->image_size == 0)
		image->text_offset = OLD_TEXT_OFFSET;
	return check_linux(image, source->name, why);
}

int image_linux_plan(const struct source *source, const struct linux_image *image,
		     const struct memmap *map, struct linux_plan *plan, struct why *why)
{
	uint64_t most = image->image_size ? image->image_size : OLD_FILE_MAX;
	struct load_range file = { (uintptr_t)source->mem, 0 };

	plan->copy = MIN(source->size, most);
	plan->size = image->image_size ? image->image_size : plan->copy + OLD_BSS;
	if (source->mem)
		file.size = plan->copy;
	return place_find(map, &file, true, plan->size, image->text_offset, &plan->load, why);
}
