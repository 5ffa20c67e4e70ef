/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room arch/arm64/pgtable: PURE: regions to descriptors and registers' values, and back.
 * In:    regions, geometry, zeroed memory
 * Out:   tables, what an address leads to, MAIR, TCR, TTBR, SCTLR
 * Uses:  cpu
 */
#pragma once

#include <assert.h>

#include "arch/arm64/pgtable/geometry.h"
#include "arch/arm64/cpu/sysreg_vmsa.h"
#include "lib/base/types.h"

/*
 * The translation-table builder: regions in, descriptors out. A pure function of its arguments: no
 * system register, no allocator, no log, no mutable static, no pointer in static data. It runs
 * before the MMU is on, out of flash, and as it is on the host.
 *
 * pgtable.c builds, regs.c computes the registers that go with the tables (both run with
 * the MMU off); walk.c reads tables back; foreign.h reads tables built by others.
 */

/**
 * enum pt_kind - what a mapping is for; rights and memory type follow. All are inaccessible to EL0.
 */
enum pt_kind {
	PT_CODE,     /* Normal write-back, read and execute */
	PT_RODATA,   /* Normal write-back, read */
	PT_DATA,     /* Normal write-back, read and write */
	PT_UNCACHED, /* Normal non-cacheable, read and write */
	PT_DEVICE,   /* Device-nGnRE, read and write */
	PT_CODE_RW,  /* Normal write-back, everything: only for kernels that insist (ALLOW_WX) */
};
#define PT_KIND_COUNT (PT_CODE_RW + 1)

static inline bool pt_kind_writes(enum pt_kind kind)
{
	return kind >= PT_DATA;
}

static inline bool pt_kind_executes(enum pt_kind kind)
{
	return kind == PT_CODE || kind == PT_CODE_RW;
}

/** enum pt_regime - whose translation regime: the two encode rights differently */
enum pt_regime {
	PT_EL1,     /* EL1&0: execution at EL1 by PXN, never at EL0 (UXN always set) */
	PT_EL2,     /* EL2 without E2H: one XN, one range of addresses */
	PT_EL2_E2H, /* EL2&0, HCR_EL2.{E2H,TGE} set: everything as in EL1&0, one level higher */
};

/**
 * struct pt_arena - memory for tables
 * @mem:      zeroed by the caller; granule-aligned
 * @pa:	      its physical address; granule-aligned
 * @capacity: in granules
 * @used:     in granules; the caller sets 0, pt_init() and pt_map() take the next
 *
 * Several trees may share one arena if their granules are equal.
 */
struct pt_arena {
	uint64_t *mem;
	paddr_t pa;
	unsigned capacity, used;
};

/** struct pt - one tree; filled by pt_init(), read-only to others */
struct pt {
	struct pt_arena *arena;
	uint64_t *root;
	paddr_t root_pa;
	vaddr_t base;	      /* 0, or for an upper half all ones above va_bits */
	uint64_t table_first; /* the descriptor of a table where the arena begins */
	struct pt_format format;
	enum pt_regime regime;
	uint8_t va_bits;
	uint8_t root_shift, leaf_shift; /* log2 of what one descriptor covers in the root, and */
	int8_t start_level, leaf_level; /* at the lowest level that may hold leaves */
};

/** struct pt_region - maps [va, va + size) to [pa, pa + size); name is for people */
struct pt_region {
	vaddr_t va;
	paddr_t pa;
	uint64_t size;
	enum pt_kind kind;
	const char *name;
};

/**
 * struct pt_leaf - a leaf, or from pt_walk() a run of them
 * @descriptor: of the (first) leaf, as the walker reads it
 * @level:	of the (first) leaf, -1 to 3
 * @count:	how many leaves of level 0 to 3 are in the run
 */
struct pt_leaf {
	vaddr_t va;
	paddr_t pa;
	uint64_t size;
	uint64_t descriptor;
	int level;
	enum pt_kind kind;
	unsigned count[4];
};

/**
 * pt_init() - start an empty tree; takes its root from the arena
 * @granule: bytes: 4096, 16384 or 65536
 * @va_bits: size of the input address, 25 to 52: TnSZ is 64 - va_bits
 * @upper:   translates the top 2^va_bits bytes (TTBR1), not the bottom ones (TTBR0)
 *
 * Errors: -EINVAL  no format has this granule and size; EL2 has no upper half; arena misaligned,
 *		    beyond the addresses that a descriptor holds, or across a multiple of 2^48: all
 *		    tables have the same address bits above 47
 *	   -ENOMEM  arena full
 */
int __must_check pt_init(struct pt *pt, struct pt_arena *arena, enum pt_regime regime,
			 uint32_t granule, unsigned va_bits, bool upper);

/**
 * pt_map() - add one region to a tree
 * @pt: from pt_init(), not in use by any MMU
 *
 * The largest leaves that fit are taken: a block only where va, pa and what is left of size are all
 * multiples of it. Groups of leaves that the contiguous hint may join get it by the same rule. All
 * of a group comes from one region and is written once, so there is no break-before-make.
 *
 * Units:   bytes; va, pa and size are multiples of the granule
 * Effects: writes only inside pt->arena; no TLB or cache maintenance
 * Errors:  -EINVAL  unaligned, empty, or no such kind
 *	    -ERANGE  the virtual range is not inside the half that the tree translates (so it does
 *		     not wrap), or the physical one does not fit the descriptors
 *	    -EEXIST  something in the range is mapped already; earlier leaves of the range stay
 *		     mapped
 *	    -ENOMEM  arena full; earlier leaves of the range stay mapped
 * Spec:    Arm ARM DDI 0487 J.a, D8.3 "Translation table descriptor formats"
 */
int __must_check pt_map(struct pt *pt, const struct pt_region *region);

/**
 * pt_unmap() - take out what pt_map() put in
 * @va, @size: whole leaves
 *
 * Tables stay where they are. A tree that an MMU uses needs its TLBs invalidated afterwards.
 *
 * Errors: -ENOENT nothing is mapped there, or a leaf reaches over an end; what comes before it in
 *         the range is gone
 */
int __must_check pt_unmap(struct pt *pt, vaddr_t va, uint64_t size);

/**
 * pt_tables_needed() - how many granules pt_init() and pt_map() will take for these regions
 *
 * Exact where the regions are sorted by va, an upper bound otherwise. Regions that pt_map() would
 * refuse give any number. A half is not named: only the va_bits low bits of addresses count.
 *
 * Return: tables, the root included; 0: no such geometry
 */
unsigned pt_tables_needed(const struct pt_region *region, unsigned count, uint32_t granule,
			  unsigned va_bits);

/**
 * pt_query() - walk to the leaf that translates an address
 * @leaf: written always; va and pa are those of the leaf's start, size its size
 *
 * Errors: -ENOENT  nothing there: level, descriptor, va and size tell where the walk ended and what
 *		    it covers
 *	   -ERANGE  va is outside the half; leaf->level is then the start level
 */
int __must_check pt_query(const struct pt *pt, vaddr_t va, struct pt_leaf *leaf);

/**
 * pt_walk() - visit everything mapped, ascending
 * @fn: called for each longest run of leaves with the same kind and contiguous va and pa; non-zero
 *	ends the walk
 *
 * Return: 0, or what fn returned
 */
int pt_walk(const struct pt *pt, int (*fn)(void *ctx, const struct pt_leaf *run), void *ctx);

/**
 * struct pt_wx - a physical page that is writable through one name and executable through another
 */
struct pt_wx {
	paddr_t pa;
	vaddr_t exec_va, write_va;
};

/**
 * pt_audit_wx() - the W^X audit of live trees, by reading them back
 * @low, @high: either may be NULL
 * @first:	the first offender; written with -EPERM only
 *
 * A PT_CODE_RW leaf is its own offender.
 * Errors: -EPERM  there is an offender
 */
int __must_check pt_audit_wx(const struct pt *low, const struct pt *high, struct pt_wx *first);

/** pt_audit_regions() - the same over lists of regions, before there are tables */
int __must_check pt_audit_regions(const struct pt_region *low, unsigned low_count,
				  const struct pt_region *high, unsigned high_count,
				  struct pt_wx *first);

/**
 * struct mmu_regs - everything to write to turn the MMU on; the assembly loads it by pairs
 *
 * For EL2 the same fields are MAIR_EL2 and so on, and without E2H ttbr1 is not written.
 */
struct mmu_regs {
	uint64_t mair, tcr;
	uint64_t ttbr0, ttbr1;
	uint64_t sctlr, vbar;
};

/**
 * pt_mmu_regs() - the registers that go with a pair of trees
 * @low:     TTBR0's tree; NULL: its walks are disabled (EPD0) and TTBR0 is 0
 * @high:    TTBR1's tree; NULL: likewise
 * @parange: ID_AA64MMFR0_EL1.PARange
 * @regs:    filled except vbar, which is 0
 *
 * Errors: -EINVAL  no tree, regimes differ, or one needs TCR.DS and the other must not have it
 * Spec:   Arm ARM DDI 0487 J.a, D19.2 "TCR_EL1", "TCR_EL2", "TTBR0_EL1", "SCTLR_EL1"
 */
int __must_check pt_mmu_regs(const struct pt *low, const struct pt *high, unsigned parange,
			     struct mmu_regs *regs);

#define MMU_REGS_CHECK(field, offset)                                                         \
	static_assert(offsetof(struct mmu_regs, field) == (offset), "assembly loads it from " \
								    "there")
MMU_REGS_CHECK(mair, MMU_REGS_MAIR);
MMU_REGS_CHECK(tcr, MMU_REGS_TCR);
MMU_REGS_CHECK(ttbr0, MMU_REGS_TTBR0);
MMU_REGS_CHECK(ttbr1, MMU_REGS_TTBR1);
MMU_REGS_CHECK(sctlr, MMU_REGS_SCTLR);
MMU_REGS_CHECK(vbar, MMU_REGS_VBAR);
