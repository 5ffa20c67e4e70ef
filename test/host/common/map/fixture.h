/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/*
 * The facts of a boot, for the tests of map_plan(): QEMU's virt with a small kernel, to be changed
 * at will.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/map/plan.h"

#define VIRT_39 UINT64_C(0xffffff8000000000)
#define DRAM    UINT64_C(0x40000000)
#define TEXT    UINT64_C(0x40080000)
#define UART    UINT64_C(0x09000000)
#define VECTORS UINT64_C(0x47ff0000)

struct boot {
	struct memmap mem;
	struct window window[160];
	struct elf_image image;
	struct boot_params params;
	struct map_request request;
	struct map_plan plan;
	struct why why;
};

static inline void boot_segment(struct boot *b, vaddr_t va, paddr_t pa, uint64_t size,
				uint32_t flags)
{
	struct elf_image *image = &b->image;
	vaddr_t last = va + (size - 1);

	if (!image->segment_count) {
		image->va_lowest = va;
		image->va_last = last;
		image->distance = va - pa;
		image->same_distance = true;
	}
	image->va_lowest = va < image->va_lowest ? va : image->va_lowest;
	image->va_last = last > image->va_last ? last : image->va_last;
	image->same_distance &= va - pa == image->distance;
	image->segment[image->segment_count] = (struct elf_segment){ .vaddr = va,
								     .paddr = pa,
								     .memsz = size,
								     .filesz = size,
								     .flags = flags,
								     .phdr = image->segment_count };
	image->segment_count++;
}

static inline void boot_window(struct boot *b, paddr_t start, uint64_t size)
{
	b->window[b->request.window_count++] = (struct window){ start, size };
}

static inline void boot_set(struct boot *b, uint64_t key, uint64_t value)
{
	b->params.value[key] = value;
	b->params.given |= BIT(key);
}

static inline void boot_bank(struct boot *b, paddr_t start, uint64_t size)
{
	assert_int_equal(memmap_add_bank(&b->mem, start, size, NULL), 0);
}

/* Everything but memory, windows and segments. */
static inline void boot_empty(struct boot *b)
{
	memset(b, 0, sizeof(*b));
	b->request = (struct map_request){ .mem = &b->mem,
					   .window = b->window,
					   .image = &b->image,
					   .params = &b->params,
					   .granule = 4096,
					   .virt_start = VIRT_39,
					   .console = UART,
					   .vectors = VECTORS,
					   .switch_page = VECTORS };
}

static inline void boot_virt(struct boot *b)
{
	boot_empty(b);
	boot_bank(b, DRAM, 128 * MIB);
	boot_segment(b, VIRT_39 + TEXT, TEXT, 0x5123, ELF_R | ELF_X);
	boot_segment(b, VIRT_39 + TEXT + 0x6000, TEXT + 0x6000, 0x1000, ELF_R);
	boot_segment(b, VIRT_39 + TEXT + 0x7000, TEXT + 0x7000, 0x8001, ELF_R | ELF_W);
	for (unsigned i = 0; i < 32; i++)
		boot_window(b, 0xa003e00 - i * 0x200, 0x200);
	boot_window(b, 0x9000000, 0x1000);
	boot_window(b, 0x9030000, 0x1000);
	boot_window(b, 0x8000000, 0x10000);
	boot_window(b, 0x4010000000, 0x10000000);
}
