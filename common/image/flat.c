// SPDX-License-Identifier: BSD-2-Clause
#include "common/image/flat.h"

#include "lib/base/le.h"

static const struct {
	uint32_t mask, value;
} beginnings[] = {
	{ 0x7c000000, 0x14000000 }, /* b, bl */
	{ 0x7e000000, 0x34000000 }, /* cbz, cbnz */
	{ 0x7e000000, 0x36000000 }, /* tbz, tbnz */
	{ 0xffc00000, 0xd5000000 }, /* msr, mrs, barriers, hints */
	{ 0x1f000000, 0x10000000 }, /* adr, adrp */
	{ 0x1f800000, 0x12800000 }, /* movz, movn, movk */
	{ 0x1f800000, 0x11000000 }, /* add, sub: sub sp, sp, #16 */
	{ 0x1f000000, 0x0a000000 }, /* mov, and, orr, eor of registers */
	{ 0x3bf80000, 0x18000000 }, /* ldr of a literal near by: lz4 and xz begin like one afar */
	{ 0xfe000000, 0xa8000000 }, /* stp, ldp of 64-bit registers */
};

static bool is_text(const uint8_t *head)
{
	for (unsigned i = 0; i < FLAT_HEAD_SIZE; i++)
		if ((head[i] < ' ' && head[i] != '\n' && head[i] != '\r' && head[i] != '\t') ||
		    head[i] > '~')
			return false;
	return true;
}

bool flat_is_code(const uint8_t head[FLAT_HEAD_SIZE])
{
	const uint32_t first = get_le32(head);

	if (is_text(head))
		return false;
	for (unsigned i = 0; i < ARRAY_SIZE(beginnings); i++)
		if ((first & beginnings[i].mask) == beginnings[i].value)
			return true;
	return false;
}
