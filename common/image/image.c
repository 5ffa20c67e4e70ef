/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/image.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/map/place.h"
#include "lib/base/le.h"

#define HEAD_SIZE             544 /* reaches every magic of the table */
#define LINUX_HEADER_SIZE     64
#define LINUX_MAGIC_OFFSET    0x38
#define LINUX_MAGIC           0x644d5241 /* "ARM\x64" */
#define LINUX_FLAG_BIG_ENDIAN BIT(0)
#define LINUX_FLAG_ANYWHERE   BIT(3)

/* Kernels whose header says no size: offset, longest file, memory used beyond it. */
#define OLD_TEXT_OFFSET (512 * KIB)
#define OLD_FILE_MAX    (32 * MIB)
#define OLD_BSS         (8 * MIB)

#define UNPACK          "unpack it, or pack it with gzip"
#define BOOTS           "Loft boots ELF, arm64 Image, %sand gzip of these"
#define BOOTS_ZIMAGE    (IS_ENABLED(CONFIG_AARCH32) ? "zImage, " : "")

/*
 * The first row that fits is taken. An arm64 Image with an EFI stub begins like a PE file, so do
 * EFI zboot images and x86 kernels: the precise come before the general.
 */
static const struct image_format formats[] = {
	{ "ELF", NULL, IMAGE_ELF, 0, 4, "\177ELF" },
	{ "arm64 Image", NULL, IMAGE_LINUX, LINUX_MAGIC_OFFSET, 4, "ARM\x64" },
	{ "gzip", NULL, IMAGE_GZIP, 0, 2, "\x1f\x8b" },
	{ "AArch32 zImage", NULL, IS_ENABLED(CONFIG_AARCH32) ? IMAGE_ZIMAGE : IMAGE_UNSUPPORTED,
	  0x24, 4, "\x18\x28\x6f\x01" },
	{ "AArch32 zImage, big-endian", NULL, IMAGE_UNSUPPORTED, 0x24, 4, "\x01\x6f\x28\x18" },
	{ "RISC-V Image", NULL, IMAGE_UNSUPPORTED, LINUX_MAGIC_OFFSET, 4, "RSC\x05" },
	{ "x86 bzImage", NULL, IMAGE_UNSUPPORTED, 0x202, 4, "HdrS" },
	{ "EFI zboot image", "boot the Image or Image.gz in it", IMAGE_UNSUPPORTED, 4, 4, "zimg" },
	{ "PE/COFF program for EFI", "boot its ELF or Image", IMAGE_UNSUPPORTED, 0, 2, "MZ" },
	{ "uImage", NULL, IMAGE_UNSUPPORTED, 0, 4, "\x27\x05\x19\x56" },
	{ "device tree or FIT", NULL, IMAGE_UNSUPPORTED, 0, 4, "\xd0\x0d\xfe\xed" },
	{ "Android boot image", NULL, IMAGE_UNSUPPORTED, 0, 8, "ANDROID!" },
	{ "lz4", UNPACK, IMAGE_UNSUPPORTED, 0, 4, "\x04\x22\x4d\x18" },
	{ "lz4 (legacy frame)", UNPACK, IMAGE_UNSUPPORTED, 0, 4, "\x02\x21\x4c\x18" },
	{ "zstd", UNPACK, IMAGE_UNSUPPORTED, 0, 4, "\x28\xb5\x2f\xfd" },
	{ "xz", UNPACK, IMAGE_UNSUPPORTED, 0, 6,
	  "\xfd"
	  "7zXZ" },
	{ "bzip2", UNPACK, IMAGE_UNSUPPORTED, 0, 3, "BZh" },
	{ "lzop", UNPACK, IMAGE_UNSUPPORTED, 0, 4, "\x89LZO" },
	{ "lzma", UNPACK, IMAGE_UNSUPPORTED, 0, 3, "\x5d" },
	{ "cpio archive (a ramdisk?)", NULL, IMAGE_UNSUPPORTED, 0, 6, "070701" },
	{ "archive of objects (ar)", "link it", IMAGE_UNSUPPORTED, 0, 7, "!<arch>" },
};

static int refuse_unknown(const char *name, const uint8_t *head, uint64_t size, struct why *why)
{
	uint8_t b[8] = { 0 };

	memcpy(b, head, MIN(size, (uint64_t)sizeof(b)));
	return refuse(why, -ENOEXEC,
		      "%s: no known format: 0x%" PRIx64
		      " bytes, beginning %02x %02x %02x %02x %02x %02x %02x %02x; " BOOTS,
		      name, size, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], BOOTS_ZIMAGE);
}

int image_identify(struct source *source, const struct image_format **format, struct why *why)
{
	uint8_t head[HEAD_SIZE];
	uint64_t size = MIN(source->size, (uint64_t)HEAD_SIZE);
	int err;

	if (size == 0)
		return refuse(why, -ENODATA, "%s: is empty", source->name);
	err = source_read(source, 0, head, size, why);
	if (err)
		return err;
	for (unsigned i = 0; i < ARRAY_SIZE(formats); i++) {
		const struct image_format *f = &formats[i];

		if (f->offset > size || f->length > size - f->offset ||
		    memcmp(head + f->offset, f->magic, f->length) != 0)
			continue;
		*format = f;
		if (f->kind != IMAGE_UNSUPPORTED)
			return 0;
		return refuse(why, -ENOEXEC, "%s: this is %s; " BOOTS "%s%s", source->name, f->name,
			      BOOTS_ZIMAGE, f->advice ? ": " : "", f->advice ? f->advice : "");
	}
	return refuse_unknown(source->name, head, source->size, why);
}

static int check_linux(const struct linux_image *image, const char *name, struct why *why)
{
	if (!IS_ALIGNED(image->text_offset, 4 * KIB))
		return refuse(why, -EINVAL,
			      "%s: Image text_offset 0x%" PRIx64 " is not a multiple of 4096", name,
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
