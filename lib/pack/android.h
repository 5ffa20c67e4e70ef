/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Android's boot images, versions 0 to 4, and vendor_boot images, 3 and 4: a header, and parts that
 * begin on pages.
 * Spec: AOSP, Boot image header and Vendor boot partitions
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define ANDROID_HEAD_SIZE 2128 /* of the longest header */

enum android_part {
	ANDROID_KERNEL,
	ANDROID_RAMDISK,
	ANDROID_SECOND, /* a second loader, which nobody has any more */
	ANDROID_DTBO,   /* of recovery */
	ANDROID_DTB,    /* one tree behind the other */
	ANDROID_TABLE,  /* of the ramdisk's pieces */
	ANDROID_BOOTCONFIG,
	ANDROID_PARTS,
};

/**
 * struct android_image - a checked header
 * @vendor:  a vendor_boot image
 * @part:    offset and size in the file, inside of it; size 0: it has none
 * @end:     of the last one
 * @cmdline, @extra: in the header; @size is all of the field, it may end before by a NUL
 * @id:      digest of the parts, in the header; 0: this version has none
 * @entries: of the table
 */
struct android_image {
	bool vendor;
	unsigned version, entries;
	uint32_t page;
	struct android_range {
		uint64_t offset, size;
	} part[ANDROID_PARTS], cmdline, extra;
	uint64_t end;
	unsigned id;
};

/** android_is() - do @size bytes begin as a boot image, or as a vendor_boot image? */
bool android_is(const uint8_t *head, uint64_t size);
bool android_is_vendor(const uint8_t *head, uint64_t size);

/**
 * android_parse() - check a header
 * @head:  ANDROID_HEAD_SIZE bytes of the file, or all of it where it has fewer
 * @size:  of the file
 *
 * Errors: -ENOEXEC neither of the two; -ENOTSUP a version that nobody knows; -ENODATA a part is not
 *         inside of the file; -EINVAL the header contradicts itself
 */
int __must_check android_parse(const uint8_t *head, uint64_t size, struct android_image *image,
			       struct why *why);

/**
 * android_piece() - a piece of a vendor_boot image's ramdisk, by its table
 * @file:  the image's bytes, at least @image->end
 * @n:     from 0
 * @piece: where it is in the file
 * @other: is it for recovery only?
 *
 * Without a table there is one piece, the whole.
 *
 * Errors: -ENOENT without a sentence: there are fewer; -EINVAL it is outside of the ramdisk
 */
int __must_check android_piece(const struct android_image *image, const uint8_t *file, unsigned n,
			       struct android_range *piece, bool *other, struct why *why);
