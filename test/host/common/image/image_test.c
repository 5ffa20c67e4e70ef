// SPDX-License-Identifier: BSD-2-Clause
/* common/image/image.h: what bytes are, and where an arm64 Image goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/image/image.h"
#include "common/image/linux.h"

#define DRAM UINT64_C(0x40000000)

static uint8_t head[1024];
static struct source source;
static struct why why;

/* Rows as the files that boot and unwrap have them. */
IMAGE_KERNEL(elf) = { "ELF file", { 0, 4, "\177ELF" }, NULL, NULL, false, NULL };
IMAGE_KERNEL(arm64_image) = { "arm64 Image", { 0x38, 4, "ARM\x64" }, NULL, NULL, false, NULL };
IMAGE_KERNEL(zimage) = {
	"AArch32 zImage", { 0x24, 4, "\x18\x28\x6f\x01" }, NULL, NULL, false, NULL
};

/* What is wrapped begins behind the magic. */
static int strip(struct source *packed, struct source *inner, struct why *why_not)
{
	if (packed->size == 3)
		return refuse(why_not, -ENODATA, "shell: nothing in it");
	source_mem(inner, "inside", (const char *)packed->mem + 3, packed->size - 3);
	return 0;
}

IMAGE_WRAPPING(gzip) = { "gzip", { 0, 2, "\x1f\x8b" }, strip };
IMAGE_WRAPPING(shell) = { "shell", { 0, 3, "S1:" }, strip };
IMAGE_WRAPPING(shell2) = { "shell2", { 0, 3, "S2:" }, strip };
IMAGE_WRAPPING(shell3) = { "shell3", { 0, 3, "S3:" }, strip };

static int identify(uint64_t size, struct image_format *format)
{
	uint8_t *copy = malloc(size + 1);
	int err;

	memcpy(copy, head, size);
	source_mem(&source, "kernel", copy, size);
	why.text[0] = '\0';
	err = image_identify(&source, format, &why);
	free(copy);
	return err;
}

struct kind_case {
	unsigned offset;
	const char *magic;
	unsigned length;
	const char *name; /* NULL: refused */
	const char *sentence;
};

#define TAKES "; Loft boots ... of these"
#define PACK  ": unpack it, or pack it with gzip"

static const struct kind_case kinds[] = {
	{ 0, "\177ELF", 4, "ELF file", "" },
	{ 0x38, "ARM\x64", 4, "arm64 Image", "" },
	{ 0, "\x1f\x8b\x08", 3, "gzip", "" },
	{ 0x24, "\x18\x28\x6f\x01", 4, "AArch32 zImage", "" },
	{ 0x24, "\x01\x6f\x28\x18", 4, NULL, "kernel: this is AArch32 zImage, big-endian" TAKES },
	{ 0x202, "HdrS", 4, NULL, "kernel: this is x86 bzImage" TAKES },
	{ 0x38, "RSC\x05", 4, NULL, "kernel: this is RISC-V Image" TAKES },
	{ 0, "MZ\0\0zimg", 8, NULL,
	  "kernel: this is EFI zboot image" TAKES ": boot the Image in it" },
	{ 0, "MZ", 2, NULL,
	  "kernel: this is PE/COFF program for EFI" TAKES ": boot its ELF or Image" },
	{ 0, "\x27\x05\x19\x56", 4, NULL,
	  "kernel: this is uImage" TAKES
	  ": take the kernel out of it: dumpimage -T kernel -p 0 -o Image FILE" },
	{ 0, "\xd0\x0d\xfe\xed", 4, NULL,
	  "kernel: this is device tree or FIT" TAKES
	  ": take the kernel out of it: dumpimage -T flat_dt -p 0 -o Image FILE" },
	{ 0, "\x04\x22\x4d\x18", 4, NULL, "kernel: this is lz4" TAKES PACK },
	{ 0, "\x02\x21\x4c\x18", 4, NULL, "kernel: this is lz4 (legacy frame)" TAKES PACK },
	{ 0, "\x28\xb5\x2f\xfd", 4, NULL, "kernel: this is zstd" TAKES PACK },
	{ 0,
	  "\xfd"
	  "7zXZ",
	  6, NULL, "kernel: this is xz" TAKES PACK },
	{ 0, "070701", 6, NULL, "kernel: this is cpio archive (a ramdisk?)" TAKES },
};

/* The names of the rows, whose order is the linker's, become "...". */
static const char *sentence(void)
{
	static char text[sizeof(why.text)];
	const char *from = strstr(why.text, "Loft boots "), *to = strstr(why.text, " of these");

	if (!from || !to)
		return why.text;
	assert_non_null(strstr(from, "arm64 Image, "));
	assert_non_null(strstr(from, ", and "));
	assert_non_null(strstr(from, "gzip"));
	snprintf(text, sizeof(text), "%.*s...%s", (int)(from + 11 - why.text), why.text, to);
	return text;
}

static const char *name_of(const struct image_format *format)
{
	return format->kernel     ? format->kernel->name
	       : format->wrapping ? format->wrapping->name
				  : NULL;
}

static void test_kinds(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct kind_case *c = &kinds[i];
		struct image_format format;
		int err;

		memset(head, 0, sizeof(head));
		memcpy(head + c->offset, c->magic, c->length);
		err = identify(sizeof(head), &format);
		assert_string_equal(sentence(), c->sentence);
		assert_int_equal(err, c->name ? 0 : -ENOEXEC);
		if (c->name)
			assert_string_equal(name_of(&format), c->name);
		else
			assert_null(name_of(&format));
		/* no longer than its magic: the same; one byte shorter: unknown, or less precise */
		assert_int_equal(identify(c->offset + c->length, &format), err);
		assert_int_equal(identify(c->offset + 1, &format), -ENOEXEC);
	}
}

static void test_image_with_efi_stub(void **state)
{
	struct image_format format;

	(void)state;
	memset(head, 0, sizeof(head));
	memcpy(head, "MZ", 2);
	memcpy(head + 0x38, "ARM\x64", 4);
	assert_int_equal(identify(64, &format), 0);
	assert_string_equal(name_of(&format), "arm64 Image");
}

static void test_unknown(void **state)
{
	struct image_format format;

	(void)state;
	memset(head, 0, sizeof(head));
	memcpy(head, "hello", 5);
	assert_int_equal(identify(5, &format), -ENOEXEC);
	assert_string_equal(sentence(),
			    "kernel: no known format: 0x5 bytes, beginning 68 65 6c 6c 6f "
			    "00 00 00" TAKES);
	assert_null(name_of(&format));
	assert_int_equal(identify(0, &format), -ENODATA);
	assert_string_equal(why.text, "kernel: is empty");
}

/* ---- layers ---- */

static struct image_parcels parcels;
static const struct image_kernel *kernel;

static int unwrap(const char *bytes, uint64_t size)
{
	source_mem(&source, "file", bytes, size);
	why.text[0] = '\0';
	kernel = NULL;
	return image_unwrap(&source, &parcels, &kernel, &why);
}

static void test_layers(void **state)
{
	(void)state;
	assert_int_equal(unwrap("\177ELF", 4), 0);
	assert_ptr_equal(image_inner(&parcels, &source), &source);
	assert_int_equal(unwrap("S1:S2:\177ELF", 10), 0);
	assert_string_equal(kernel->name, "ELF file");
	assert_int_equal(parcels.count, 2);
	assert_int_equal(image_inner(&parcels, &source)->size, 4);
	assert_string_equal(image_inner(&parcels, &source)->name, "inside");
	assert_int_equal(unwrap("S1:S2:S3:\x1f\x8b.\177ELF", 16), 0);
	assert_int_equal(unwrap("S1:S2:S1:\177ELF", 13), -ENOEXEC);
	assert_string_equal(why.text, "file: shell inside shell");
	assert_int_equal(unwrap("S1:nothing", 10), -ENOEXEC);
	assert_int_equal(unwrap("S1:", 3), -ENODATA);
	assert_string_equal(why.text, "shell: nothing in it");
	assert_null(kernel);
}

static void test_may_be(void **state)
{
	(void)state;
	source_mem(&source, "file", "\177ELF", 4);
	assert_true(image_may_be(&source, "ELF file") && image_may_be(&source, NULL));
	assert_false(image_may_be(&source, "arm64 Image"));
	source_mem(&source, "file", "S1:?", 4);
	assert_true(image_may_be(&source, "arm64 Image"));
	source_mem(&source, "file", "?", 1);
	assert_false(image_may_be(&source, NULL));
}

/* ---- arm64 Image ---- */

static void put64(unsigned at, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		head[at + i] = (uint8_t)(value >> (8 * i));
}

static void image(uint64_t text_offset, uint64_t image_size, uint64_t flags)
{
	memset(head, 0, sizeof(head));
	put64(8, text_offset);
	put64(16, image_size);
	put64(24, flags);
	memcpy(head + 0x38, "ARM\x64", 4);
}

static struct linux_image linux_image;

static int header(uint64_t size)
{
	source_mem(&source, "Image", head, size);
	why.text[0] = '\0';
	return image_linux_header(&source, &linux_image, &why);
}

static void test_header(void **state)
{
	(void)state;
	image(0, 0x2000000, 0xa);
	assert_int_equal(header(64), 0);
	assert_true(linux_image.text_offset == 0 && linux_image.image_size == 0x2000000);
	assert_int_equal(linux_image.page_size, 4096);
	assert_true(linux_image.anywhere);
	image(0x80000, 0x1000, 6);
	assert_int_equal(header(64), 0);
	assert_int_equal(linux_image.page_size, 65536);
	assert_false(linux_image.anywhere);
	image(0x1234567, 0, 0); /* before 3.17: the offset has no defined byte order */
	assert_int_equal(header(64), 0);
	assert_true(linux_image.text_offset == 0x80000);
	assert_int_equal(linux_image.page_size, 0);
}

static void test_header_refused(void **state)
{
	(void)state;
	image(0, 0x1000, 0);
	assert_int_equal(header(63), -ENODATA);
	assert_string_equal(why.text,
			    "Image: truncated: 0x3f bytes are no arm64 Image header of 64");
	head[0x38] = 'a';
	assert_int_equal(header(64), -ENOEXEC);
	assert_string_equal(why.text, "Image: no arm64 Image: 0x644d5261 at 0x38, not 0x644d5241");
	image(0, 0x1000, 0xb);
	assert_int_equal(header(64), -ENOEXEC);
	assert_string_equal(why.text, "Image: a big-endian kernel (Image flags 0xb); Loft boots "
				      "little-endian");
	image(0x80001, 0x1000, 0xa);
	assert_int_equal(header(64), -EINVAL);
	assert_string_equal(why.text, "Image: Image text_offset 0x80001 is not a multiple of 4");
	image(0x80000, 63, 0xa);
	assert_int_equal(header(64), -EINVAL);
	assert_string_equal(why.text, "Image: image_size 0x3f is below its own header's 64");
}

static struct memmap map;
static struct linux_plan plan;

static int plan_image(uint64_t text_offset, uint64_t image_size, uint64_t file_size,
		      const void *mem)
{
	image(text_offset, image_size, 0xa);
	assert_int_equal(header(1024), 0);
	source.size = file_size; /* a plan reads nothing */
	source.mem = mem;
	return image_linux_plan(&source, &linux_image, &map, &plan, &why);
}

static void test_plan(void **state)
{
	(void)state;
	memset(&map, 0, sizeof(map));
	assert_int_equal(memmap_add_bank(&map, DRAM, 128 * MIB, NULL), 0);
	assert_int_equal(memmap_claim(&map, DRAM + 120 * MIB, 8 * MIB, 0, "Loft", NULL), 0);
	assert_int_equal(plan_image(0, 32 * MIB, 30 * MIB, NULL), 0);
	assert_true(plan.load == DRAM && plan.copy == 30 * MIB && plan.size == 32 * MIB);
	assert_int_equal(plan_image(0x80000, 32 * MIB, 30 * MIB, NULL), 0);
	assert_true(plan.load == DRAM + 0x80000);
	/* bytes beyond image_size are none of the kernel's: a size that nobody knows */
	assert_int_equal(plan_image(0, 32 * MIB, 1 * GIB, NULL), 0);
	assert_true(plan.copy == 32 * MIB);
	assert_int_equal(plan_image(0, 0, 10 * MIB, NULL), 0);
	assert_true(plan.load == DRAM + 0x80000 && plan.copy == 10 * MIB && plan.size == 18 * MIB);
	assert_int_equal(plan_image(0, 0, UINT64_MAX, NULL), 0);
	assert_true(plan.copy == 32 * MIB && plan.size == 40 * MIB);
	/* the file may lie where the kernel goes, a ramdisk may not */
	assert_int_equal(memmap_claim(&map, DRAM + MIB, 8 * MIB, MEM_LOADED, "Image", NULL), 0);
	assert_int_equal(plan_image(0, 10 * MIB, 8 * MIB, (void *)(uintptr_t)(DRAM + MIB)), 0);
	assert_true(plan.load == DRAM);
	assert_int_equal(memmap_claim(&map, DRAM + 9 * MIB, MIB, MEM_LOADED, "initrd", NULL), 0);
	assert_int_equal(plan_image(0, 10 * MIB, 8 * MIB, (void *)(uintptr_t)(DRAM + MIB)), 0);
	assert_true(plan.load == DRAM + 10 * MIB);
}

static void test_plan_refused(void **state)
{
	(void)state;
	memset(&map, 0, sizeof(map));
	assert_int_equal(memmap_add_bank(&map, DRAM, 128 * MIB, NULL), 0);
	assert_int_equal(plan_image(0, 128 * MIB, MIB, NULL), 0);
	assert_int_equal(plan_image(0x1000, 128 * MIB, MIB, NULL), -ENOMEM);
	assert_string_equal(why.text,
			    "no free DRAM of 0x8000000 bytes at a multiple of 2 MiB + 0x1000");
	assert_int_equal(plan_image(0, UINT64_MAX, MIB, NULL), -ENOMEM);
	assert_int_equal(plan_image(UINT64_MAX - 0xfff, UINT64_MAX, MIB, NULL), -ENOMEM);
	assert_int_equal(plan_image(UINT64_MAX - 0xfff, 64, MIB, NULL), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),          cmocka_unit_test(test_image_with_efi_stub),
		cmocka_unit_test(test_layers), cmocka_unit_test(test_may_be),
		cmocka_unit_test(test_unknown),        cmocka_unit_test(test_header),
		cmocka_unit_test(test_header_refused), cmocka_unit_test(test_plan),
		cmocka_unit_test(test_plan_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
