/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/*
 * How a virtual address splits, by granule (4 KiB shown at 48 bits):
 *
 *	63        48 47      39 38      30 29      21 20      12 11         0
 *	+-----------+----------+----------+----------+----------+------------+
 *	| all equal | level 0  | level 1  | level 2  | level 3  | in page    |
 *	+-----------+----------+----------+----------+----------+------------+
 *
 * Each level below the root takes page_shift - 3 bits (a table is one granule of 8-byte
 * descriptors). The walk starts at the level at which the rest of the bits fits, so the root may be
 * smaller.
 */

/**
 * struct pt_format - one descriptor format: a granule, and how wide its addresses are
 *
 * @page_shift:	 log2 of the granule
 * @va_bits_max: widest input address that this format translates
 * @pa_bits:	 widest output address that a descriptor holds
 * @high_from:	 output address bits from here up stand elsewhere in the descriptor,
 * @high_to:	 from this bit on,
 * @high_count:	 so many of them (0: none, the address stands where it is)
 * @block_level: lowest level that may hold a leaf
 * @contiguous:	 log2 of how many neighbouring leaves the contiguous hint joins, by 3 - level; 0: no
 *		 hint there
 * @ds:		 TCR_ELx.DS must be 1 (FEAT_LPA2: shareability moves from the descriptor to TCR)
 * @tg0, @tg1:	 encodings of the granule in TCR_ELx.TG0 and TCR_EL1.TG1, which differ
 *
 * Aligned, so that a copy is a pair of registers and no call of memcpy().
 * Spec: Arm ARM DDI 0487 J.a, D8.2 "Translation process", D8.3 "Translation table descriptor
 *	 formats"
 */
struct pt_format {
	_Alignas(8) uint8_t page_shift;
	uint8_t va_bits_max, pa_bits;
	uint8_t high_from, high_to, high_count;
	int8_t block_level;
	uint8_t ds, tg0, tg1;
	uint8_t contiguous[4];
};

/** struct pt_size - a geometry that the boot protocol names; a kernel may ask for no other */
struct pt_size {
	uint32_t granule;
	uint8_t va_bits;
};

/* The smallest TCR_ELx.TnSZ that every CPU takes is 39, so 25 bits of input address */
#define PT_VA_BITS_MIN 25
#define PT_VA_BITS_MAX 52

/**
 * pt_format_find() - the descriptor format for a granule and an input address size
 * @granule: bytes
 * @va_bits: any size from 25 to 52, not only those of the boot protocol
 *
 * Return: the narrowest format that has both; NULL: there is none
 */
const struct pt_format *pt_format_find(uint32_t granule, unsigned va_bits);

/**
 * pt_size_get() - the n-th geometry of the boot protocol; by granule, then ascending size; NULL: no
 * more
 */
const struct pt_size *pt_size_get(unsigned n);

/** pt_size_known() - is this a geometry of the boot protocol? */
bool pt_size_known(uint32_t granule, unsigned va_bits);

/**
 * enum pt_support - why a CPU has, or has not, a geometry
 */
enum pt_support {
	PT_SUPPORTED,
	PT_NO_GRANULE, /* ID_AA64MMFR0_EL1.TGran* lacks the granule */
	PT_NO_LVA,     /* ID_AA64MMFR2_EL1.VARange lacks 52 bits with 64 KiB */
	PT_NO_LPA2,    /* ID_AA64MMFR0_EL1.TGran4/TGran16 lacks 52 bits */
	PT_NO_FORMAT,  /* no CPU has it: not a granule, or a size it cannot have */
};

/**
 * pt_size_support() - has a CPU a geometry?
 * @mmfr0: ID_AA64MMFR0_EL1
 * @mmfr2: ID_AA64MMFR2_EL1
 */
enum pt_support pt_size_support(uint32_t granule, unsigned va_bits, uint64_t mmfr0, uint64_t mmfr2);
