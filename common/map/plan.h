/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "arch/arm64/pgtable/pgtable.h"
#include "common/image/elf.h"
#include "common/fdt/fdt.h"
#include "common/mem/memmap.h"
#include "common/image/note.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/*
 * What a kernel finds mapped: from the facts of one boot to a list of regions for pt_map(). Pure.
 *
 *	linear map  every bank less no-map, at VIRT_START + PA: data
 *	image	    every segment at p_vaddr with its own rights; where that is VIRT_START + PA
 *		    it takes the linear map's place, elsewhere the linear alias has no more rights
 *	devices	    register windows at VIRT_START + PA
 *	vectors	    one granule of Loft's, code
 *	framebuffer outside DRAM, at VIRT_START + PA: not cached
 *	console	    the UART's granule at CONSOLE_VA
 *
 * Spec: doc/boot-protocol.md, "What a kernel may ask" and "The map"
 */

#define MAP_REGIONS_MAX     256
#define MAP_LOW_REGIONS_MAX 160

/*
 * A register window larger than this is a mistake in the tree; PCI's of 64 bits has 512 GiB on
 * QEMU's virt. Whether there is room is VA_BITS' question.
 */
#define MAP_WINDOW_MAX (1024 * GIB)

/**
 * struct map_request - the facts
 * @mem:		banks and, of the owned ranges, those with MEM_NOMAP
 * @window:		register windows, any order, may overlap
 * @console:		the UART's registers; 0: there is none
 * @screen:		a framebuffer outside DRAM; size 0: there is none
 * @image:		the kernel
 * @displacement:	added to every p_paddr (place_plan()); 0 where p_paddr stands
 * @params:		VIRT_START, VA_BITS, GRANULE, FLAGS and CONSOLE_VA, checked
 *			(boot_params_check())
 * @granule:		GRANULE where params has none (CONFIG_KERNEL_GRANULE)
 * @va_bits_max:	the most bits of address that this CPU has with that granule; 0: not known
 * @virt_start:		VIRT_START where neither params nor the segments tell
 *			(CONFIG_KERNEL_VIRT_START)
 * @vectors:		PA of the granule with the early vectors, in DRAM
 * @switch_page:	PA of the granule with the code that turns the kernel's map on, in DRAM; may
 *			be @vectors
 */
struct map_request {
	const struct memmap *mem;
	const struct window *window;
	unsigned window_count;
	paddr_t console;
	struct mem_range screen;
	const struct elf_image *image;
	uint64_t displacement;
	const struct boot_params *params;
	uint32_t granule;
	unsigned va_bits_max;
	vaddr_t virt_start;
	paddr_t vectors;
	paddr_t switch_page;
};

/**
 * struct map_plan - the kernel's map
 * @region:	   sorted by va, not overlapping: for TTBR1, or with @identity for TTBR0
 * @low:	   sorted likewise: for TTBR0 while the switch runs (the switch page alone) or for
 *		   good (KEEP_IDMAP). None with @identity, whose one map has the switch page too
 * @distance:	   VIRT_START is the segments' common p_vaddr - p_paddr, which nobody asked for
 * @va_bits:	   of @region
 * @low_va_bits:   of @low: @va_bits, or more where DRAM lies higher
 * @keep_low:	   KEEP_IDMAP: @low stays in force
 * @windows_left_out: register windows that the address space has no room for, or that make no
 *		   sense: not mapped, worth a warning
 * @window_left_out: the first of them
 */
struct map_plan {
	struct pt_region region[MAP_REGIONS_MAX];
	struct pt_region low[MAP_LOW_REGIONS_MAX];
	unsigned count, low_count;
	vaddr_t virt_start;
	uint32_t granule;
	unsigned va_bits, low_va_bits;
	bool identity, keep_low, distance;
	unsigned windows_left_out;
	struct window window_left_out;
};

/**
 * map_plan() - plan a kernel's map
 * @plan: filled; some 17 KiB, so not on the stack, of which 16 KiB are used for lists
 * @why:  the refusal's sentence
 *
 * Errors: -EINVAL   what was asked contradicts itself: W+X, rights that differ in a granule,
 *		     addresses that are not congruent modulo the granule, CONSOLE_VA misaligned or
 *		     without a console
 *	   -ERANGE   something does not fit the address space that was asked for
 *	   -EEXIST   two mappings meet at one virtual address
 *	   -ENXIO    image, vectors or switch page not in mapped DRAM
 *	   -ENOTSUP  no such geometry
 *	   -ENOSPC   more regions than MAP_REGIONS_MAX
 */
int __must_check map_plan(const struct map_request *request, struct map_plan *plan,
			  struct why *why);

/**
 * map_plan_geometry() - only the first step: choose GRANULE, VIRT_START and VA_BITS; sets those
 * fields of @plan
 *
 * VIRT_START when absent: the segments' common p_vaddr - p_paddr, if it is a multiple of the
 * granule, lies in the upper half of a size that the CPU has and reaches all DRAM; else
 * request->virt_start. With IDENTITY it
 * is 0. VA_BITS when absent: the smallest size that the protocol has for the granule and that
 * covers the lowest VA and VIRT_START (with IDENTITY: the highest VA and all DRAM).
 *
 * Errors: -EINVAL, -ERANGE, -ENOTSUP as map_plan()
 */
int __must_check map_plan_geometry(const struct map_request *request, struct map_plan *plan,
				   struct why *why);

#define MAP_SLIDE (2 * MIB) /* a random slide is a multiple of it */

/**
 * map_slide() - how far up a static PIE is moved by a random number
 * @plan:   with its geometry (map_plan_geometry())
 * @random: any number; all bits of it count
 *
 * The image ends in the half, and off the linear map and the devices. 0, where it was linked, is
 * always one of the answers.
 *
 * Return: bytes, a multiple of MAP_SLIDE
 */
uint64_t map_slide(const struct map_request *request, const struct map_plan *plan, uint64_t random);

/**
 * map_plan_audit() - W^X over the plan; with ALLOW_WX a kernel may be an offender by its own wish
 */
int __must_check map_plan_audit(const struct map_plan *plan, struct pt_wx *first);
