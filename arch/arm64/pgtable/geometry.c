/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/arm64/pgtable/geometry.h"

#include "arch/arm64/cpu/sysreg_vmsa.h"

/* Narrow before wide: the first row that fits is taken. */
static const struct pt_format formats[] = {
	/* page va  pa  high bits  block ds tg0 tg1 contiguous */
	{ 12, 48, 48, 48, 0, 0, 1, 0, TCR_TG0_4K, TCR_TG1_4K, { 4, 4, 4 } },
	{ 14, 48, 48, 48, 0, 0, 2, 0, TCR_TG0_16K, TCR_TG1_16K, { 7, 5 } },
	{ 16, 48, 48, 48, 0, 0, 2, 0, TCR_TG0_64K, TCR_TG1_64K, { 5, 5 } },
	/* FEAT_LPA2 */
	{ 12, 52, 52, 50, 8, 2, 0, 1, TCR_TG0_4K, TCR_TG1_4K, { 4, 4, 4 } },
	{ 14, 52, 52, 50, 8, 2, 1, 1, TCR_TG0_16K, TCR_TG1_16K, { 7, 5 } },
	/* FEAT_LVA; 4 TiB blocks want FEAT_LPA */
	{ 16, 52, 52, 48, 12, 4, 2, 0, TCR_TG0_64K, TCR_TG1_64K, { 5, 5 } },
};

static const struct pt_size sizes[] = {
	{ 4096, 39 },  { 4096, 48 },  { 4096, 52 },  { 16384, 36 }, { 16384, 47 },
	{ 16384, 48 }, { 16384, 52 }, { 65536, 42 }, { 65536, 48 }, { 65536, 52 },
};

const struct pt_format *pt_format_find(uint32_t granule, unsigned va_bits)
{
	if (va_bits < PT_VA_BITS_MIN)
		return NULL;
	for (unsigned i = 0; i < ARRAY_SIZE(formats); i++)
		if (BIT(formats[i].page_shift) == granule && va_bits <= formats[i].va_bits_max)
			return &formats[i];
	return NULL;
}

const struct pt_size *pt_size_get(unsigned n)
{
	return n < ARRAY_SIZE(sizes) ? &sizes[n] : NULL;
}

bool pt_size_known(uint32_t granule, unsigned va_bits)
{
	for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++)
		if (sizes[i].granule == granule && sizes[i].va_bits == va_bits)
			return true;
	return false;
}

enum pt_support pt_size_support(uint32_t granule, unsigned va_bits, uint64_t mmfr0, uint64_t mmfr2)
{
	const struct pt_format *format = pt_format_find(granule, va_bits);
	unsigned tgran4 = ID_AA64MMFR0_TGRAN4(mmfr0);
	unsigned tgran16 = ID_AA64MMFR0_TGRAN16(mmfr0);
	bool wide = va_bits > 48;

	if (!format)
		return PT_NO_FORMAT;
	switch (format->page_shift) {
	case 12: /* a signed field: 15 is -1 */
		if (tgran4 >= 8)
			return PT_NO_GRANULE;
		return wide && tgran4 < 1 ? PT_NO_LPA2 : PT_SUPPORTED;
	case 14:
		if (tgran16 < 1)
			return PT_NO_GRANULE;
		return wide && tgran16 < 2 ? PT_NO_LPA2 : PT_SUPPORTED;
	default: /* a signed field */
		if (ID_AA64MMFR0_TGRAN64(mmfr0) >= 8)
			return PT_NO_GRANULE;
		return wide && ID_AA64MMFR2_VARANGE(mmfr2) < 1 ? PT_NO_LVA : PT_SUPPORTED;
	}
}
