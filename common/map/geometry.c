/* SPDX-License-Identifier: BSD-2-Clause */
/* The first step of map_plan(): which address space. */
#include <errno.h>
#include <inttypes.h>

#include "common/map/plan.h"

/* First address of the upper half of a size. */
static vaddr_t upper_base(unsigned va_bits)
{
	return ~UINT64_C(0) << va_bits;
}

static paddr_t dram_last(const struct memmap *mem)
{
	return mem->bank_count ? mem_range_last(&mem->bank[mem->bank_count - 1]) : 0;
}

/* The smallest of the protocol's sizes that covers the lowest upper (or highest lower) address. */
static unsigned bits_for(uint32_t granule, bool identity, vaddr_t va)
{
	const struct pt_size *size;

	for (unsigned i = 0; (size = pt_size_get(i)); i++)
		if (size->granule == granule &&
		    (identity ? !(va >> size->va_bits) : va >= upper_base(size->va_bits)))
			return size->va_bits;
	return 0;
}

/*
 * Is VIRT_START + PA in the half for every bank? One bank after the other: between them it may be
 * as it will.
 */
static bool reaches_dram(const struct memmap *mem, vaddr_t virt_start, unsigned va_bits)
{
	for (unsigned i = 0; i < mem->bank_count; i++) {
		uint64_t offset = virt_start + mem->bank[i].start - upper_base(va_bits);

		if (offset >> va_bits || mem->bank[i].size > BIT(va_bits) - offset)
			return false;
	}
	return true;
}

/*
 * The kernel's own distance, where it makes a linear map. With VA_BITS absent the half is made to
 * cover VIRT_START, so that has to be an upper address of some size; with VA_BITS given only the
 * sums have to be.
 */
static bool common_distance(const struct map_request *request, uint32_t granule, unsigned va_bits)
{
	const struct elf_image *image = request->image;

	if (!image->same_distance || request->displacement || !IS_ALIGNED(image->distance, granule))
		return false;
	if (!va_bits)
		va_bits = bits_for(granule, false, image->distance);
	/* littlekernel: 0xffff000000100000 at 0x40100000 would take 52 bits, its image only 48 */
	if (request->va_bits_max && va_bits > request->va_bits_max)
		return false;
	return va_bits && reaches_dram(request->mem, image->distance, va_bits);
}

static int choose_start(const struct map_request *request, struct map_plan *plan, unsigned va_bits,
			struct why *why)
{
	const struct boot_params *params = request->params;

	plan->distance = false;
	if (plan->identity) {
		plan->virt_start = boot_params_get(params, LOFT_NOTE_VIRT_START, 0);
		if (plan->virt_start)
			return refuse(why, -EINVAL,
				      "VIRT_START is 0x%" PRIx64 ": with IDENTITY it can only be 0",
				      plan->virt_start);
	} else if (boot_params_has(params, LOFT_NOTE_VIRT_START)) {
		plan->virt_start = params->value[LOFT_NOTE_VIRT_START];
	} else if (common_distance(request, plan->granule, va_bits)) {
		plan->virt_start = request->image->distance;
		plan->distance = true;
	} else {
		plan->virt_start = request->virt_start;
	}
	if (!IS_ALIGNED(plan->virt_start, plan->granule))
		return refuse(why, -EINVAL,
			      "VIRT_START 0x%" PRIx64
			      " is not a multiple of the granule 0x%" PRIx32,
			      plan->virt_start, plan->granule);
	return 0;
}

static int choose_bits(const struct map_request *request, struct map_plan *plan, struct why *why)
{
	const struct elf_image *image = request->image;
	vaddr_t va;

	if (plan->identity) {
		paddr_t last = dram_last(request->mem);

		va = image->va_last > last ? image->va_last : last;
	} else {
		va = image->va_lowest < plan->virt_start ? image->va_lowest : plan->virt_start;
	}
	plan->va_bits = bits_for(plan->granule, plan->identity, va);
	if (plan->va_bits)
		return 0;
	return refuse(why, -ERANGE,
		      "no VA_BITS with a granule of 0x%" PRIx32 " covers 0x%" PRIx64 " (%s)",
		      plan->granule, va,
		      plan->identity           ? "the highest address of image and DRAM"
		      : va == plan->virt_start ? "VIRT_START"
					       : "the kernel's lowest address");
}

int map_plan_geometry(const struct map_request *request, struct map_plan *plan, struct why *why)
{
	const struct boot_params *params = request->params;
	unsigned va_bits = boot_params_get(params, LOFT_NOTE_VA_BITS, 0);
	int err;

	plan->granule = boot_params_get(params, LOFT_NOTE_GRANULE, request->granule);
	plan->identity = boot_params_get(params, LOFT_NOTE_FLAGS, 0) & LOFT_FLAG_IDENTITY;
	if (!bits_for(plan->granule, true, 0))
		return refuse(why, -ENOTSUP, "GRANULE 0x%" PRIx32 " is none of 4, 16 and 64 KiB",
			      plan->granule);
	if (va_bits && !pt_size_known(plan->granule, va_bits))
		return refuse(why, -ENOTSUP, "VA_BITS %u do not exist with a granule of 0x%" PRIx32,
			      va_bits, plan->granule);
	err = choose_start(request, plan, va_bits, why);
	if (err)
		return err;
	plan->va_bits = va_bits;
	return va_bits ? 0 : choose_bits(request, plan, why);
}
