/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs before the MMU is on and from flash: no data of its own. */
#include "arch/cache.h"

#include "arch/arm64/cpu/sysreg.h"
#include "arch/barrier.h"

/*
 * EACH_LINE() - one cache instruction on count lines from at on, at being aligned
 *
 * Sixteen lines a round: 2.125 instructions a line.  The memory clobber keeps the compiler's stores
 * before and its loads after.  A macro because the instruction is part of the assembly text.
 */
#define STEP_(instruction) instruction ", %0\n\tadd %0, %0, %1\n\t"
#define STEPS_(instruction) \
	STEP_(instruction) STEP_(instruction) STEP_(instruction) STEP_(instruction)
#define EACH_LINE(instruction, at, count, line) \
	do { \
		uintptr_t at_ = (at); \
		uint64_t left_ = (count); \
		for (uint64_t rounds_ = left_ / 16; rounds_; rounds_--) \
			__asm__ volatile(STEPS_(instruction) STEPS_(instruction) \
						 STEPS_(instruction) STEPS_(instruction)         \
					 : "+r"(at_) \
					 : "r"(line) \
					 : "memory"); \
		for (left_ %= 16; left_; left_--) \
			__asm__ volatile(STEP_(instruction) : "+r"(at_) : "r"(line) : "memory"); \
	} while (0)

static unsigned dcache_shift(uint64_t ctr)
{
	return 2 + (unsigned)ID_GET(CTR_EL0_DminLine, ctr);
}

static unsigned icache_shift(uint64_t ctr)
{
	return 2 + (unsigned)ID_GET(CTR_EL0_IminLine, ctr);
}

/* Lines of 1 << shift bytes that hold a byte of the range. */
static uint64_t lines(const void *start, uint64_t size, unsigned shift)
{
	uint64_t before = (uintptr_t)start & (BIT(shift) - 1);

	return size ? (before + size + BIT(shift) - 1) >> shift : 0;
}

static uintptr_t first_line(const void *start, unsigned shift)
{
	return (uintptr_t)start >> shift << shift;
}

void cache_clean_poc(const void *start, uint64_t size)
{
	unsigned shift = dcache_shift(sysreg_read(ctr_el0));

	/*
	 * CIVAC, not CVAC: on Cortex-A53 a clean may lose to an eviction (errata 819472, 827319
	 * up to r0p2; 855873 from r0p3 on), a clean with invalidation does not.
	 */
	EACH_LINE("dc civac", first_line(start, shift), lines(start, size, shift), BIT(shift));
	dsb(sy); /* lines in memory before a device or a CPU with its MMU off is told */
}

void cache_clean_inval_poc(const void *start, uint64_t size)
{
	unsigned shift = dcache_shift(sysreg_read(ctr_el0));

	EACH_LINE("dc civac", first_line(start, shift), lines(start, size, shift), BIT(shift));
	dsb(sy); /* lines in memory, copies gone before the next owner writes there */
}

void cache_inval_poc(void *start, uint64_t size)
{
	unsigned shift = dcache_shift(sysreg_read(ctr_el0));
	uintptr_t first = first_line(start, shift);
	uintptr_t end = (uintptr_t)start + size;
	uintptr_t last = end >> shift << shift; /* the line that end is in */
	uint64_t count = lines(start, size, shift);

	/* Lines at the ends that hold others' bytes too are written back. */
	if (count && first != (uintptr_t)start) {
		__asm__ volatile("dc civac, %0" : : "r"(first) : "memory");
		first += BIT(shift);
		count--;
	}
	if (count && last != end) {
		__asm__ volatile("dc civac, %0" : : "r"(last) : "memory");
		count--;
	}
	EACH_LINE("dc ivac", first, count, BIT(shift));
	dsb(sy); /* copies gone before the range is read, or walked as tables */
}

void cache_sync_code(const void *start, uint64_t size)
{
	uint64_t ctr = sysreg_read(ctr_el0);
	unsigned shift = dcache_shift(ctr);

	if (!(ctr & CTR_EL0_IDC))
		/* CIVAC for CVAU: as in cache_clean_poc(), and what is at the PoC is at the PoU. */
		EACH_LINE("dc civac", first_line(start, shift), lines(start, size, shift),
			  BIT(shift));
	dsb(ish); /* code at the PoU before old instructions are dropped */
	shift = icache_shift(ctr);
	if (!(ctr & CTR_EL0_DIC)) {
		EACH_LINE("ic ivau", first_line(start, shift), lines(start, size, shift),
			  BIT(shift));
		dsb(ish); /* old instructions gone before this CPU fetches again */
	}
	isb(); /* nothing prefetched from before the dsb is executed */
}
