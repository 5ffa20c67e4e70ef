/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/image.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HEAD_SIZE 544 /* reaches every magic of the tables */

#define BOOTS_SIZE 160

#define UNPACK "unpack it, or pack it with gzip"

/*
 * Known by name only, so that a refusal can say what it is. The first row that fits is taken, after
 * those of the tables: x86 kernels and EFI zboot images begin like a PE file, so the precise come
 * before the general.
 */
static const struct {
	const char *name, *advice;
	struct image_magic magic;
} known[] = {
	{ "AArch32 zImage", NULL, { 0x24, 4, "\x18\x28\x6f\x01" } },
	{ "AArch32 zImage, big-endian", NULL, { 0x24, 4, "\x01\x6f\x28\x18" } },
	{ "RISC-V Image", NULL, { 0x38, 4, "RSC\x05" } },
	{ "x86 bzImage", NULL, { 0x202, 4, "HdrS" } },
	{ "EFI zboot image", "boot the Image in it", { 4, 4, "zimg" } },
	{ "PE/COFF program for EFI", "boot its ELF or Image", { 0, 2, "MZ" } },
	{ "uImage",
	  "take the kernel out of it: dumpimage -T kernel -p 0 -o Image FILE",
	  { 0, 4, "\x27\x05\x19\x56" } },
	{ "device tree or FIT",
	  "take the kernel out of it: dumpimage -T flat_dt -p 0 -o Image FILE",
	  { 0, 4, "\xd0\x0d\xfe\xed" } },
	{ "Android boot image", NULL, { 0, 8, "ANDROID!" } },
	{ "Android vendor_boot image",
	  "it is the ramdisk of its boot image: bootm BOOT VENDOR_BOOT",
	  { 0, 8, "VNDRBOOT" } },
	{ "lz4", UNPACK, { 0, 4, "\x04\x22\x4d\x18" } },
	{ "lz4 (legacy frame)", UNPACK, { 0, 4, "\x02\x21\x4c\x18" } },
	{ "zstd", UNPACK, { 0, 4, "\x28\xb5\x2f\xfd" } },
	{ "xz",
	  UNPACK,
	  { 0, 6,
	    "\xfd"
	    "7zXZ" } },
	{ "bzip2", UNPACK, { 0, 3, "BZh" } },
	{ "lzop", UNPACK, { 0, 4, "\x89LZO" } },
	{ "lzma", UNPACK, { 0, 3, "\x5d" } },
	{ "cpio archive (a ramdisk?)", NULL, { 0, 6, "070701" } },
	{ "archive of objects (ar)", "link it", { 0, 7, "!<arch>" } },
};

static bool fits(const struct image_magic *m, const uint8_t *head, uint64_t size)
{
	return m->offset <= size && m->length <= size - m->offset &&
	       !memcmp(head + m->offset, m->bytes, m->length);
}

/* What Loft boots, for a refusal: "ELF file, arm64 Image, and gzip of these". */
static const char *boots(char *text, size_t size)
{
	const char *between = ", and ";
	size_t at = 0;

	text[0] = '\0';
	TABLE_FOREACH(image_kernel_table, struct image_kernel, k) {
		at += (size_t)snprintf(text + at, size - at, "%s%s", at ? ", " : "", k->name);
		at = MIN(at, size - 1);
	}
	TABLE_FOREACH(image_wrapping_table, struct image_wrapping, w) {
		at += (size_t)snprintf(text + at, size - at, "%s%s", between, w->name);
		at = MIN(at, size - 1);
		between = "/";
	}
	return text;
}

static int refuse_unknown(const char *name, const uint8_t *head, uint64_t size, struct why *why)
{
	uint8_t b[8] = { 0 };
	char text[BOOTS_SIZE];

	if (IS_ENABLED(CONFIG_LOCKED)) /* bootm of any address would show what lies there */
		return refuse(why, -ENOEXEC, "%s: no known format", name);
	memcpy(b, head, MIN(size, (uint64_t)sizeof(b)));
	return refuse(why, -ENOEXEC,
		      "%s: no known format: 0x%" PRIx64
		      " bytes, beginning %02x %02x %02x %02x %02x %02x %02x %02x; Loft boots %s of "
		      "these",
		      name, size, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7],
		      boots(text, sizeof(text)));
}

static int refuse_known(const char *name, const uint8_t *head, uint64_t size, struct why *why)
{
	char text[BOOTS_SIZE];

	for (unsigned i = 0; i < ARRAY_SIZE(known); i++) {
		if (fits(&known[i].magic, head, size))
			return refuse(why, -ENOEXEC, "%s: this is %s; Loft boots %s of these%s%s",
				      name, known[i].name, boots(text, sizeof(text)),
				      known[i].advice ? ": " : "",
				      known[i].advice ? known[i].advice : "");
	}
	return 0;
}

int image_identify(struct source *source, struct image_format *format, struct why *why)
{
	uint8_t head[HEAD_SIZE];
	uint64_t size = MIN(source->size, (uint64_t)HEAD_SIZE);
	int err;

	*format = (struct image_format){ 0 };
	if (size == 0)
		return refuse(why, -ENODATA, "%s: is empty", source->name);
	err = source_read(source, 0, head, size, why);
	if (err)
		return err;
	TABLE_FOREACH(image_kernel_table, struct image_kernel, kernel) {
		if (!kernel->is && fits(&kernel->magic, head, size)) {
			format->kernel = kernel;
			return 0;
		}
	}
	TABLE_FOREACH(image_wrapping_table, struct image_wrapping, wrapping) {
		if (fits(&wrapping->magic, head, size)) {
			format->wrapping = wrapping;
			return 0;
		}
	}
	TABLE_FOREACH(image_kernel_table, struct image_kernel, kernel) {
		if (kernel->is && fits(&kernel->magic, head, size) && kernel->is(source)) {
			format->kernel = kernel;
			return 0;
		}
	}
	err = refuse_known(source->name, head, size, why);
	return err ? err : refuse_unknown(source->name, head, source->size, why);
}

static int unwrap_layer(struct source *packed, const struct image_wrapping *wrapping,
			struct image_parcels *parcels, const char *outside, struct why *why)
{
	for (unsigned i = 0; i < parcels->count; i++) {
		if (parcels->layer[i].wrapping == wrapping)
			return refuse(why, -ENOEXEC, "%s: %s inside %s", outside, wrapping->name,
				      wrapping->name);
	}
	if (parcels->count == IMAGE_LAYERS_MAX)
		return refuse(why, -ENOEXEC, "%s: more than %d layers", outside, IMAGE_LAYERS_MAX);
	parcels->layer[parcels->count].wrapping = wrapping;
	return wrapping->unwrap(packed, &parcels->layer[parcels->count++].inner, why);
}

int image_unwrap(struct source *source, struct image_parcels *parcels,
		 const struct image_kernel **kernel, struct why *why)
{
	struct image_format format;
	int rc;

	parcels->count = 0;
	for (;;) {
		struct source *here = image_inner(parcels, source);

		rc = image_identify(here, &format, why);
		if (rc)
			return rc;
		if (format.kernel)
			break;
		rc = unwrap_layer(here, format.wrapping, parcels, source->name, why);
		if (rc)
			return rc;
	}
	*kernel = format.kernel;
	return 0;
}

struct source *image_inner(struct image_parcels *parcels, struct source *source)
{
	return parcels->count ? &parcels->layer[parcels->count - 1].inner : source;
}

bool image_may_be(struct source *source, const char *kernel)
{
	struct image_format format;

	return !image_identify(source, &format, NULL) &&
	       (format.wrapping || !kernel || format.kernel->any ||
		!strcmp(format.kernel->name, kernel));
}
