// SPDX-License-Identifier: BSD-2-Clause
#include "lib/pack/android.h"

#include <errno.h>
#include <string.h>

#include "lib/base/le.h"
#include "lib/base/span.h"

#define VERSION_AT	  40 /* in boot images of all versions */
#define PAGE_AT		  36
#define PAGE_MIN	  2048
#define PAGE_MAX	  65536
#define PAGE_FIXED	  4096 /* from version 3 on */
#define CMDLINE_AT	  64
#define CMDLINE_SIZE	  512
#define ID_AT		  576
#define EXTRA_AT	  608
#define EXTRA_SIZE	  1024
#define DTBO_AT		  1632
#define SIZE_AT		  1644 /* of the header, in versions 1 and 2 */
#define DTB_AT		  1648
#define V3_SIZE_AT	  20
#define V3_CMDLINE_AT	  44
#define V3_CMDLINE_SIZE	  1536
#define V3_SIZE		  1580
#define VENDOR_VERSION_AT 8
#define VENDOR_PAGE_AT	  12
#define VENDOR_RAMDISK_AT 24
#define VENDOR_CMDLINE_AT 28
#define VENDOR_CMDLINE    2048
#define VENDOR_SIZE_AT	  2096
#define VENDOR_DTB_AT	  2100
#define VENDOR_V3_SIZE	  2112
/* What mkbootimg of Android 10 and 11 writes there; the headers are as long as others'. */
#define VENDOR_V3_SAYS 2108
#define V3_SAYS	       1596
#define VENDOR_TABLE_AT	  2112 /* from version 4 on: size, entries, size of one, bootconfig */
#define ENTRY_SIZE	  108
#define ENTRY_RECOVERY	  2

static const char *const part_names[ANDROID_PARTS] = { "kernel",        "ramdisk", "second loader",
						       "recovery DTBO", "dtb",     "ramdisk table",
						       "bootconfig" };

static const char *name_of(const struct android_image *image)
{
	return image->vendor ? "Android vendor_boot image" : "Android boot image";
}

bool android_is(const uint8_t *head, uint64_t size)
{
	return size >= 8 && !memcmp(head, "ANDROID!", 8);
}

bool android_is_vendor(const uint8_t *head, uint64_t size)
{
	return size >= 8 && !memcmp(head, "VNDRBOOT", 8);
}

/* Bytes of a version's header. */
static unsigned header_size(const struct android_image *image)
{
	static const uint16_t boot[] = { 1632, 1648, 1660, V3_SIZE, 1584 };
	static const uint16_t vendor[] = { VENDOR_V3_SIZE, 2128 };

	return image->vendor ? vendor[image->version - 3] : boot[image->version];
}

/* The version, and whether its header is there and says that it is as long as that. */
static int check_header(const uint8_t *head, uint64_t size, struct android_image *image,
			struct why *why)
{
	const unsigned version_at = image->vendor ? VENDOR_VERSION_AT : VERSION_AT;
	unsigned wanted, says, at;

	if (!span_fits(size, version_at, 4))
		return refuse(why, -ENODATA, "%s: truncated: 0x%llx bytes are no header",
			      name_of(image), (unsigned long long)size);
	image->version = get_le32(head + version_at);
	if (image->version > 4 || (image->vendor && image->version < 3))
		return refuse(why, -ENOTSUP, "%s: header version %u at 0x%x, known are %u to 4",
			      name_of(image), image->version, version_at, image->vendor ? 3 : 0);
	wanted = header_size(image);
	if (size < wanted)
		return refuse(why, -ENODATA,
			      "%s: truncated: its header has 0x%x bytes, 0x%llx are there",
			      name_of(image), wanted, (unsigned long long)size);
	if (!image->version)
		return 0;
	at = image->vendor ? VENDOR_SIZE_AT : image->version < 3 ? SIZE_AT : V3_SIZE_AT;
	says = get_le32(head + at);
	if (says == wanted || (wanted == V3_SIZE && says == V3_SAYS) ||
	    (wanted == VENDOR_V3_SIZE && says == VENDOR_V3_SAYS))
		return 0;
	return refuse(why, -EINVAL, "%s: header version %u has 0x%x bytes, and says 0x%x at 0x%x",
		      name_of(image), image->version, wanted, says, at);
}

static void set(struct android_image *image, enum android_part part, const uint8_t *size)
{
	image->part[part].size = get_le32(size);
}

static void read_old(const uint8_t *head, struct android_image *image)
{
	image->page = get_le32(head + PAGE_AT);
	set(image, ANDROID_KERNEL, head + 8);
	set(image, ANDROID_RAMDISK, head + 16);
	set(image, ANDROID_SECOND, head + 24);
	if (image->version >= 1)
		set(image, ANDROID_DTBO, head + DTBO_AT);
	if (image->version >= 2)
		set(image, ANDROID_DTB, head + DTB_AT);
	image->cmdline = (struct android_range){ CMDLINE_AT, CMDLINE_SIZE };
	image->extra = (struct android_range){ EXTRA_AT, EXTRA_SIZE };
	image->id = ID_AT;
}

static void read_new(const uint8_t *head, struct android_image *image)
{
	image->page = PAGE_FIXED;
	set(image, ANDROID_KERNEL, head + 8);
	set(image, ANDROID_RAMDISK, head + 12);
	image->cmdline = (struct android_range){ V3_CMDLINE_AT, V3_CMDLINE_SIZE };
}

static int read_vendor(const uint8_t *head, struct android_image *image, struct why *why)
{
	const uint8_t *table = head + VENDOR_TABLE_AT;

	image->page = get_le32(head + VENDOR_PAGE_AT);
	set(image, ANDROID_RAMDISK, head + VENDOR_RAMDISK_AT);
	set(image, ANDROID_DTB, head + VENDOR_DTB_AT);
	image->cmdline = (struct android_range){ VENDOR_CMDLINE_AT, VENDOR_CMDLINE };
	if (image->version < 4)
		return 0;
	set(image, ANDROID_TABLE, table);
	set(image, ANDROID_BOOTCONFIG, table + 12);
	image->entries = get_le32(table + 4);
	if ((image->entries && get_le32(table + 8) != ENTRY_SIZE) ||
	    image->part[ANDROID_TABLE].size != (uint64_t)image->entries * ENTRY_SIZE)
		return refuse(why, -EINVAL,
			      "%s: its ramdisk table at 0x%x: 0x%llx bytes for %u entries of 0x%x,"
			      " which have 0x%x each",
			      name_of(image), VENDOR_TABLE_AT,
			      (unsigned long long)image->part[ANDROID_TABLE].size, image->entries,
			      get_le32(table + 8), ENTRY_SIZE);
	return 0;
}

/* Each part begins on the first page behind the one before. */
static int lay_out(uint64_t size, struct android_image *image, struct why *why)
{
	uint64_t at = ALIGN_UP((uint64_t)header_size(image), image->page);

	image->end = header_size(image);
	for (unsigned i = 0; i < ANDROID_PARTS; i++) {
		struct android_range *part = &image->part[i];

		if (!part->size)
			continue;
		part->offset = at;
		if (!span_fits(size, at, part->size))
			return refuse(why, -ENODATA,
				      "%s: truncated: its %s, 0x%llx bytes at 0x%llx, is not inside"
				      " of 0x%llx",
				      name_of(image), part_names[i], (unsigned long long)part->size,
				      (unsigned long long)at, (unsigned long long)size);
		image->end = span_end(at, part->size);
		at = ALIGN_UP(image->end, image->page); /* below 2^36: parts have 32 bits */
	}
	return 0;
}

int android_parse(const uint8_t *head, uint64_t size, struct android_image *image, struct why *why)
{
	int rc;

	*image = (struct android_image){ .vendor = android_is_vendor(head, size) };
	if (!image->vendor && !android_is(head, size))
		return refuse(why, -ENOEXEC, "no Android boot image");
	rc = check_header(head, size, image, why);
	if (!rc && image->vendor)
		rc = read_vendor(head, image, why);
	else if (!rc && image->version >= 3)
		read_new(head, image);
	else if (!rc)
		read_old(head, image);
	if (rc)
		return rc;
	if (image->page < PAGE_MIN || image->page > PAGE_MAX || image->page & (image->page - 1))
		return refuse(why, -EINVAL,
			      "%s: pages of 0x%x bytes at 0x%x, they have a power of two from 0x%x"
			      " to 0x%x",
			      name_of(image), image->page, image->vendor ? VENDOR_PAGE_AT : PAGE_AT,
			      PAGE_MIN, PAGE_MAX);
	rc = lay_out(size, image, why);
	if (!rc && image->part[ANDROID_DTBO].size &&
	    get_le64(head + DTBO_AT + 4) != image->part[ANDROID_DTBO].offset)
		return refuse(why, -EINVAL,
			      "%s: its recovery DTBO is at 0x%llx, and the header says 0x%llx at"
			      " 0x%x",
			      name_of(image), (unsigned long long)image->part[ANDROID_DTBO].offset,
			      (unsigned long long)get_le64(head + DTBO_AT + 4), DTBO_AT + 4);
	return rc;
}

int android_piece(const struct android_image *image, const uint8_t *file, unsigned n,
		  struct android_range *piece, bool *other, struct why *why)
{
	const struct android_range *whole = &image->part[ANDROID_RAMDISK];
	const uint8_t *entry;

	*other = false;
	if (!image->entries) {
		*piece = *whole;
		return n || !whole->size ? -ENOENT : 0;
	}
	if (n >= image->entries)
		return -ENOENT;
	entry = file + image->part[ANDROID_TABLE].offset + (size_t)n * ENTRY_SIZE;
	piece->size = get_le32(entry);
	piece->offset = get_le32(entry + 4);
	*other = get_le32(entry + 8) == ENTRY_RECOVERY;
	if (!span_fits(whole->size, piece->offset, piece->size))
		return refuse(
			why, -EINVAL,
			"%s: piece %u of its ramdisk, 0x%llx bytes at 0x%llx, is not inside of"
			" 0x%llx",
			name_of(image), n, (unsigned long long)piece->size,
			(unsigned long long)piece->offset, (unsigned long long)whole->size);
	piece->offset += whole->offset;
	return 0;
}
