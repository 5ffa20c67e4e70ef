/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The filter for ARM64 code. Calls of one function, and ADRPs of one page, are the same bytes
 * wherever they stand when they name the place and not the way to it.
 */
#include "lib/base/le.h"
#include "lib/base/wide.h"
#include "lib/pack/xz_parts.h"

#define BL_MASK	  UINT32_C(0xfc000000)
#define BL	  UINT32_C(0x94000000)
#define BL_WAY	  UINT32_C(0x03ffffff)

#define ADRP_MASK UINT32_C(0x9f000000)
#define ADRP	  UINT32_C(0x90000000)
#define ADRP_KEPT UINT32_C(0x9000001f)
/* Of its 21 bits the filter takes 18 with their sign: pages as near as 512 MiB. */
#define NEAR	  UINT32_C(0x20000)
#define NOT_NEAR  UINT32_C(0x1c0000)

static uint32_t adrp(uint32_t is, uint32_t page)
{
	uint32_t to = (is >> 29 & 3) | (is >> 3 & 0x1ffffc);

	if ((to + NEAR) & NOT_NEAR)
		return is;
	to -= page;
	is = (is & ADRP_KEPT) | (to & 3) << 29 | (to & 0x3fffc) << 3;
	return to & NEAR ? is | 0xe00000 : is;
}

void xz_arm64(uint8_t *code, uint64_t size, uint32_t begin)
{
	for (uint64_t at = 0; size - at >= 4; at += 4) {
		uint32_t is = wide_load32(code + at), pc = begin + (uint32_t)at;

		if ((is & BL_MASK) == BL)
			is = BL | ((is - (pc >> 2)) & BL_WAY);
		else if ((is & ADRP_MASK) == ADRP)
			is = adrp(is, pc >> 12);
		else
			continue;
		put_le32(code + at, is);
	}
}
