/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Arithmetic on levels and descriptors that the builder and the walkers share; not for others. */

#include "arch/arm64/pgtable/pgtable.h"
#include "arch/arm64/cpu/sysreg_vmsa.h"

/* Bits of the input address that one level takes. */
static inline unsigned pt_stride(const struct pt_format *format)
{
	return format->page_shift - 3u;
}

/* log2 of the bytes that one descriptor of a level covers. */
static inline unsigned pt_level_shift(const struct pt_format *format, int level)
{
	return format->page_shift + (unsigned)(3 - level) * pt_stride(format);
}

/* The level whose table, of at most a granule, takes what the levels below it leave. */
static inline int pt_start_level(const struct pt_format *format, unsigned va_bits)
{
	int level = 3;

	while (pt_level_shift(format, level) + pt_stride(format) < va_bits)
		level--;
	return level;
}

/* The output address as it stands in a descriptor. */
static inline uint64_t pt_address_encode(const struct pt_format *format, paddr_t pa)
{
	return (pa & (BIT(format->high_from) - 1)) | (pa >> format->high_from) << format->high_to;
}

/* The output address of a descriptor; of a block too, whose lower address bits are zero. */
static inline paddr_t pt_address_decode(const struct pt_format *format, uint64_t descriptor)
{
	uint64_t high = descriptor >> format->high_to & (BIT(format->high_count) - 1);

	return (descriptor & MASK(format->high_from - 1, format->page_shift)) |
	       high << format->high_from;
}

/*
 * The table that a descriptor of ours points to. All of an arena has the same folded address bits,
 * so descriptors differ as addresses do.
 */
static inline uint64_t *pt_table(const struct pt *pt, uint64_t descriptor)
{
	return pt->arena->mem + (descriptor - pt->table_first) / sizeof(uint64_t);
}

/* Descriptor bits of a leaf of this kind, all but its address and bit 1. */
uint64_t pt_leaf_bits(const struct pt *pt, enum pt_kind kind);
