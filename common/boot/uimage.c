// SPDX-License-Identifier: BSD-2-Clause
/* Legacy images of mkimage: a kernel, or several files of which the first is one; a program. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arch/mem.h"
#include "common/boot/container.h"
#include "common/console/console.h"
#include "common/fdt/fdt.h"
#include "common/fdt/overlay.h"
#include "common/handoff/handoff.h"
#include "common/image/show.h"
#include "lib/pack/uimage.h"

#define PARTS "kernel, ramdisk, device tree"

static const char *packing_of(const struct uimage *image, struct why *why)
{
	static const char *const names[] = {
		"none", "gzip", "bzip2", "lzma", "lzo", "lz4", "zstd"
	};

	if (image->compression < ARRAY_SIZE(names))
		return names[image->compression];
	refuse(why, -ENOTSUP, "uImage: compression %u is unknown", image->compression);
	return NULL;
}

static int check_kind(const struct uimage *image, struct why *why)
{
	const bool other = image->arch == UIMAGE_ARCH_ARM && IS_ENABLED(CONFIG_AARCH32);

	if (image->arch != UIMAGE_ARCH_ARM64 && !other)
		return refuse(why, -ENOEXEC, "Unsupported Architecture 0x%x (%s)", image->arch,
			      uimage_arch_name(image->arch));
	switch (image->type) {
	case UIMAGE_TYPE_STANDALONE:
	case UIMAGE_TYPE_KERNEL:
	case UIMAGE_TYPE_MULTI:
	case UIMAGE_TYPE_KERNEL_NOLOAD:
		return 0;
	case UIMAGE_TYPE_SCRIPT:
		return refuse(why, -ENOEXEC,
			      "Wrong Image Type for bootm command: a script, which "
			      "source runs");
	default:
		return refuse(why, -ENOEXEC, "Wrong Image Type for bootm command: %s",
			      uimage_type_name(image->type));
	}
}

static int check_data(const struct uimage *image, struct why *why)
{
	int err;

	if (!container_verify())
		return 0;
	printf("   Verifying Checksum ... ");
	err = uimage_check_data(image, console_ctrlc);
	if (!err)
		printf("OK\n");
	else
		printf("\n");
	return err ? refuse(why, err, err == -EINTR ? "interrupted" : "Bad Data CRC") : 0;
}

/* The header of a file of any size, then all that it says there is. */
static int read_image(struct boot *b, struct uimage *image, struct why *why)
{
	uint8_t header[UIMAGE_HEADER_SIZE];
	const uint8_t *bytes;
	int err = source_read(b->source, 0, header, sizeof(header), why);

	if (err)
		return err;
	err = uimage_parse(header, UINT64_MAX, image);
	if (err)
		return refuse(why, err, "%s: Bad Header Checksum", b->source->name);
	uimage_print(image);
	if (!image->size)
		return refuse(why, -ENODATA, "%s: the uImage has no data", b->source->name);
	err = container_take(b, UIMAGE_HEADER_SIZE + (uint64_t)image->size, "uImage", &bytes, why);
	if (!err)
		image->data = bytes + UIMAGE_HEADER_SIZE;
	return err;
}

/* Ramdisk and tree behind the kernel; an empty one is none. */
static int take_parts(struct boot *b, const struct uimage *image, struct why *why)
{
	const uint8_t *data;
	struct why none;
	uint32_t size;
	void *tree;
	int err;

	if (image->type != UIMAGE_TYPE_MULTI)
		return 0;
	uimage_print_parts(image);
	if (!uimage_part(image, 3, &data, &size, &none))
		return refuse(why, -ENOTSUP, "uImage: more parts than " PARTS);
	err = uimage_part(image, 1, &data, &size, why);
	if (err == -ENOENT)
		return 0;
	if (err)
		return err;
	if (size)
		container_ramdisk(b, data, size);
	err = uimage_part(image, 2, &data, &size, why);
	if (err)
		return err == -ENOENT ? 0 : err;
	if (b->tree)
		return 0;
	err = fdt_take(data, size, &tree, why);
	b->tree = tree;
	return err;
}

/* A program, which may return. */
static int run_program(struct boot *b, const struct container_kernel *program, struct why *why)
{
	const paddr_t to = program->raw.load;
	char *const argv[] = { (char *)(uintptr_t) "bootm", NULL };
	uint64_t rc;
	int err = container_boot_kernel(b, program, why);

	if (!err)
		err = memmap_claim(&machine.mem, to, b->source->size, MEM_LOADED, "program", why);
	if (err)
		return err;
	b->done = true;
	if (b->req->dry_run)
		return 0;
	err = source_read(b->source, 0, (void *)to, b->source->size, why);
	if (err || b->req->load_only)
		return err;
	printf("## Starting application at 0x%08llx ...\n", (unsigned long long)program->raw.entry);
	err = handoff_go(program->raw.entry, 1, argv, &rc, why);
	if (!err)
		printf("## Application terminated, rc = 0x%llx\n", (unsigned long long)rc);
	return err;
}

static int open_uimage(struct boot *b, struct why *why)
{
	struct container_kernel kernel = { .name = "uImage's kernel" };
	struct uimage image;
	uint32_t size;
	int err;

	printf("## Booting kernel from Legacy Image at %08llx ...\n",
	       (unsigned long long)(uintptr_t)b->source->mem);
	err = read_image(b, &image, why);
	if (!err)
		err = check_kind(&image, why);
	if (!err)
		err = check_data(&image, why);
	if (!err)
		err = uimage_part(&image, 0, &kernel.data, &size, why);
	if (!err)
		err = take_parts(b, &image, why);
	if (err)
		return err;
	kernel.size = size;
	kernel.packing = packing_of(&image, why);
	if (!kernel.packing)
		return -ENOTSUP;
	kernel.raw = (struct boot_raw){ &boot_raw_kernel, image.load, image.entry };
	return image.type == UIMAGE_TYPE_STANDALONE ? run_program(b, &kernel, why)
						    : container_boot_kernel(b, &kernel, why);
}

IMAGE_KERNEL(kernel_uimage) = {
	.name = "uImage",
	.magic = { 0, 4, "\x27\x05\x19\x56" },
	.open = open_uimage,
};
