/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/arm64/pgtable/foreign.h"

#include <errno.h>

#include "arch/arm64/pgtable/tree.h"

/* One half of a regime, as TCR and TTBR describe it. */
struct half {
	struct pt_format format;
	unsigned va_bits, oa_bits;
	uint64_t ttbr;
	bool disabled, ignore_top_byte, flat_rights;
};

static unsigned oa_bits_of(uint64_t ips)
{
	static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48, 52, 56 };

	return bits[ips & 7];
}

static uint32_t granule_of(unsigned tg, bool tg1)
{
	static const uint8_t shift[2][4] = {
		{ [TCR_TG0_4K] = 12, [TCR_TG0_16K] = 14, [TCR_TG0_64K] = 16 },
		{ [TCR_TG1_4K] = 12, [TCR_TG1_16K] = 14, [TCR_TG1_64K] = 16 },
	};

	return shift[tg1][tg & 3] ? BIT(shift[tg1][tg & 3]) : 0;
}

static void half_fields(const struct pt_foreign *regime, bool upper, struct half *half,
			uint32_t *granule, bool *ds)
{
	uint64_t tcr = regime->tcr;

	if (!regime->two_halves) {
		half->oa_bits = oa_bits_of(TCR_EL2_PS_GET(tcr));
		half->ignore_top_byte = tcr & TCR_EL2_TBI;
		half->flat_rights = tcr & TCR_EL2_HPD;
		*ds = tcr & TCR_EL2_DS;
	} else {
		half->oa_bits = oa_bits_of(TCR_EL1_IPS_GET(tcr));
		half->disabled = tcr & (upper ? TCR_EL1_EPD1 : TCR_EL1_EPD0);
		half->ignore_top_byte = tcr & (upper ? TCR_EL1_TBI1 : TCR_EL1_TBI0);
		half->flat_rights = tcr & (upper ? TCR_EL1_HPD1 : TCR_EL1_HPD0);
		*ds = tcr & TCR_EL1_DS;
	}
	half->ttbr = upper ? regime->ttbr1 : regime->ttbr0;
	half->va_bits = 64 - (upper ? TCR_EL1_T1SZ_GET(tcr) : TCR_EL1_T0SZ_GET(tcr));
	*granule = granule_of(upper ? TCR_EL1_TG1_GET(tcr) : TCR_EL1_TG0_GET(tcr), upper);
}

static int half_decode(const struct pt_foreign *regime, bool upper, struct half *half)
{
	const struct pt_format *format;
	uint32_t granule;
	bool ds, wide;

	*half = (struct half){ 0 };
	half_fields(regime, upper, half, &granule, &ds);

	/* 64 KiB descriptors are wide where the output addresses are; the others by TCR.DS. */
	wide = granule == 64 * KIB ? half->oa_bits >= 52 : ds;
	format = pt_format_find(granule, wide ? 52 : 48);
	if (!format)
		return -EINVAL;
	half->format = *format;
	if (wide && granule == 64 * KIB)
		half->format.block_level = 1;
	/* 48 bits hold without wide descriptors; 52-bit input with 64 KiB does not need them. */
	if (half->va_bits > (wide || granule == 64 * KIB ? 52u : 48u) || half->va_bits < 16 ||
	    half->va_bits <= half->format.page_shift)
		return -EINVAL;
	if (half->oa_bits > half->format.pa_bits)
		half->oa_bits = half->format.pa_bits;
	return 0;
}

static bool in_half(const struct half *half, vaddr_t va, bool upper)
{
	unsigned top = half->ignore_top_byte ? 55 : 63;
	uint64_t above = va & MASK(top, half->va_bits);

	return above == (upper ? MASK(top, half->va_bits) : 0);
}

static enum pt_meaning meaning_of(const struct pt_format *format, uint64_t descriptor, int level)
{
	if (!(descriptor & DESC_VALID))
		return PT_STEP_INVALID;
	if (level == 3)
		return descriptor & DESC_TABLE_OR_PAGE ? PT_STEP_PAGE : PT_STEP_RESERVED;
	if (descriptor & DESC_TABLE_OR_PAGE)
		return PT_STEP_TABLE;
	return level >= format->block_level ? PT_STEP_BLOCK : PT_STEP_RESERVED;
}

/* taken: the attribute bits of all table descriptors on the way, or-ed. */
static uint32_t rights_of(uint64_t leaf, uint64_t taken, bool two_halves)
{
	bool write = !(leaf & DESC_AP_RO) && !(taken & DESC_APTABLE_RO);
	bool el0 = two_halves && (leaf & DESC_AP_EL0) && !(taken & DESC_APTABLE_NO_EL0);
	bool xn = (leaf & DESC_XN) || (taken & DESC_UXNTABLE);
	bool pxn = (leaf & DESC_PXN) || (taken & DESC_PXNTABLE);
	uint32_t rights = PT_RIGHT_READ;

	if (write)
		rights |= PT_RIGHT_WRITE;
	if (leaf & DESC_AF)
		rights |= PT_RIGHT_ACCESSED;
	if (!two_halves)
		return xn ? rights : rights | PT_RIGHT_EXEC;
	/* What EL0 can write, EL1 never executes. */
	if (!pxn && !(el0 && write))
		rights |= PT_RIGHT_EXEC;
	if (el0)
		rights |= PT_RIGHT_EL0;
	if (!xn)
		rights |= PT_RIGHT_EL0_EXEC;
	return rights;
}

static int walk_half(const struct pt_foreign *regime, const struct half *half, vaddr_t va,
		     struct pt_trace *trace)
{
	const struct pt_format *format = &half->format;
	uint64_t offset = va & (BIT(half->va_bits) - 1);
	int level = pt_start_level(format, half->va_bits);
	unsigned shift = pt_level_shift(format, level);
	uint64_t root_size = BIT(half->va_bits - shift) * sizeof(uint64_t);
	paddr_t table = half->ttbr & TTBR_BADDR & ~(root_size - 1);
	uint64_t taken = 0;

	if (half->oa_bits >= 52) /* bits 51:48 stand in 5:2, and the table is 64-byte aligned */
		table = (table & TTBR_BADDR_52) | FIELD_GET(5, 2, half->ttbr) << 48;
	if (table >> half->oa_bits)
		return -ENXIO;
	for (;; level++, shift -= pt_stride(format)) {
		struct pt_step *step = &trace->step[trace->step_count++];
		paddr_t pa;

		/* The root's index has what bits there are: offset has no more. */
		*step = (struct pt_step){ .level = level,
					  .table = table,
					  .meaning = PT_STEP_UNREADABLE };
		step->index = (offset >> shift) & (BIT(pt_stride(format)) - 1);
		if (regime->read(regime->ctx, table + step->index * sizeof(uint64_t),
				 &step->descriptor)) {
			step->descriptor = 0;
			return -EFAULT;
		}
		step->meaning = meaning_of(format, step->descriptor, level);
		if (step->meaning == PT_STEP_INVALID || step->meaning == PT_STEP_RESERVED)
			return -ENOENT;

		pa = pt_address_decode(format, step->descriptor);
		if (pa >> half->oa_bits)
			return -ENXIO;
		if (step->meaning != PT_STEP_TABLE) {
			trace->leaf_size = BIT(shift);
			trace->pa = (pa & ~(BIT(shift) - 1)) | (offset & (BIT(shift) - 1));
			trace->rights = rights_of(step->descriptor, taken, regime->two_halves);
			trace->attr_index = DESC_ATTRINDX_GET(step->descriptor);
			return 0;
		}
		if (!half->flat_rights)
			taken |= step->descriptor;
		table = pa;
	}
}

int pt_walk_foreign(const struct pt_foreign *regime, vaddr_t va, struct pt_trace *trace)
{
	struct half half;
	int err;

	/* By field: a fault report may run with the MMU off, where memset() would use DC ZVA. */
	trace->step_count = 0;
	trace->upper = regime->two_halves && (va & BIT(55));
	trace->va_bits = trace->page_shift = trace->oa_bits = trace->attr_index = 0;
	trace->pa = 0;
	trace->leaf_size = 0;
	trace->rights = 0;
	err = half_decode(regime, trace->upper, &half);
	if (err)
		return err;
	trace->va_bits = half.va_bits;
	trace->page_shift = half.format.page_shift;
	trace->oa_bits = half.oa_bits;
	if (half.disabled)
		return -EACCES;
	if (!in_half(&half, va, trace->upper))
		return -ERANGE;
	return walk_half(regime, &half, va, trace);
}

const char *pt_meaning_name(enum pt_meaning meaning)
{
	switch (meaning) {
	case PT_STEP_INVALID:
		return "invalid";
	case PT_STEP_RESERVED:
		return "reserved";
	case PT_STEP_TABLE:
		return "table";
	case PT_STEP_BLOCK:
		return "block";
	case PT_STEP_PAGE:
		return "page";
	case PT_STEP_UNREADABLE:
		return "unreadable";
	}
	return "?";
}

const char *pt_walk_result(int err)
{
	switch (err) {
	case 0:
		return "translates";
	case -EFAULT:
		return "a table lies where there is no memory";
	case -ERANGE:
		return "in neither half of the address space";
	case -EACCES:
		return "walks of this half are disabled (TCR.EPD)";
	case -EINVAL:
		return "TCR makes no sense";
	case -ENXIO:
		return "an address beyond TCR.IPS";
	default:
		return "not mapped";
	}
}
