// SPDX-License-Identifier: BSD-2-Clause
/* Any bytes: what are they, and if an arm64 Image or a zImage, where would it go? */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/image/image.h"
#include "common/image/linux.h"
#include "common/image/zimage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DRAM UINT64_C(0x40000000)

IMAGE_KERNEL(elf) = { "ELF file", { 0, 4, "\177ELF" }, NULL, NULL, false, NULL };

static int strip(struct source *packed, struct source *inner, struct why *why)
{
	if (packed->size < 3)
		return refuse(why, -1, "too short");
	source_mem(inner, "inside", (const char *)packed->mem + 3, packed->size - 3);
	return 0;
}

IMAGE_WRAPPING(gzip) = { "gzip", { 0, 2, "\x1f\x8b" }, strip };

static void must(bool holds)
{
	if (!holds)
		abort();
}

static const struct memmap *memory(void)
{
	static struct memmap map;

	if (map.bank_count == 0) {
		must(memmap_add_bank(&map, DRAM, 256 * MIB, NULL) == 0);
		must(memmap_claim(&map, DRAM + 16 * MIB, 0x1000, 0, "Loft", NULL) == 0);
	}
	return &map;
}

static void check_linux(struct source *source, uint64_t lies_at)
{
	const struct memmap *map = memory();
	struct linux_image image;
	struct linux_plan plan;

	if (image_linux_header(source, &image, NULL))
		return;
	source->mem = (void *)(uintptr_t)lies_at; /* a plan reads nothing */
	if (image_linux_plan(source, &image, map, &plan, NULL))
		return;
	must(plan.copy <= source->size && plan.copy <= plan.size);
	must(memmap_check_free(map, plan.load, plan.size, "x", NULL) == 0);
}

static void check_zimage(struct source *source, uint64_t lies_at)
{
	const struct memmap *map = memory();
	struct zimage image;
	struct zimage_plan plan;

	if (zimage_header(source, &image, NULL))
		return;
	must(image.size <= source->size && image.unpacked);
	source->mem = (void *)(uintptr_t)lies_at;
	if (zimage_plan(source, &image, map, &plan, NULL))
		return;
	must(plan.base == DRAM && plan.load + plan.size <= DRAM + 128 * MIB);
	must(plan.load >= plan.unpack + plan.unpack_size && plan.unpack >= DRAM);
	must(memmap_check_free(map, plan.load, plan.size, "x", NULL) == 0);
	must(memmap_check_free(map, plan.unpack, plan.unpack_size, "x", NULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct image_kernel *kernel = NULL;
	struct image_parcels parcels;
	struct source source;
	struct why why;
	uint8_t *copy = malloc(size);

	memcpy(copy, data, size);
	source_mem(&source, "kernel", copy, size);
	if (image_unwrap(&source, &parcels, &kernel, &why) == 0)
		must(kernel && parcels.count <= IMAGE_LAYERS_MAX);
	if (size >= 64)
		memcpy(copy + 0x38, "ARM\x64", 4);
	check_linux(&source, size & 1 ? DRAM + 0x200000 : 0);
	if (size >= 64) {
		memcpy(copy + 0x24, "\x18\x28\x6f\x01", 4);
		memset(copy + 0x28, 0, 4);
	}
	source_mem(&source, "zImage", copy, size);
	check_zimage(&source, size & 1 ? DRAM + 0x200000 : 0);
	free(copy);
	return 0;
}
