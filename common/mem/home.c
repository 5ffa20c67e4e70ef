// SPDX-License-Identifier: BSD-2-Clause
#include "common/mem/home.h"

#include <string.h>

#include "arch/sections.h"
#include "arch/exception.h"

#define IMAGE_HEADER_SIZE 64

/* In .data, so that it reads false from flash, where there is no .bss. */
struct loft loft __attribute__((section(".data.loft")));
struct mmu_regs loft_regs __attribute__((aligned(64)));

bool loft_at_home(void)
{
	return loft.at_home;
}

bool loft_is_whole(void)
{
	return !loft.cold;
}

uint64_t loft_offset(const void *symbol)
{
	return (uint64_t)((const char *)symbol - __image_start);
}

uint64_t loft_file_size(void)
{
	return loft_offset(__data_end);
}

bool loft_is_header(const void *header)
{
	return !memcmp(header, __image_start, IMAGE_HEADER_SIZE);
}

int loft_map_uncached(paddr_t start, uint64_t size)
{
	const struct pt_region r = { start, start, size, PT_UNCACHED, NULL };

	return mmu_extend(&loft.map, &r);
}
