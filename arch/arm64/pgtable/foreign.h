/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/*
 * A walk over tables that this program did not build: a kernel's, in a fault report, or any that
 * `mmu` is asked about. Everything read is hostile: a walk takes at most five steps whatever the
 * tables hold.
 */

#define PT_STEPS_MAX 5

/**
 * pt_read_fn - read a descriptor; 0, or an error where the address cannot be read: it is no memory,
 * say
 */
typedef int (*pt_read_fn)(void *ctx, paddr_t pa, uint64_t *descriptor);

/**
 * struct pt_foreign - a translation regime as its registers describe it
 * @two_halves: EL1&0, or EL2 with E2H: TCR in EL1's layout, TTBR1 counts. Otherwise EL2 without E2H
 */
struct pt_foreign {
	uint64_t tcr, ttbr0, ttbr1;
	bool two_halves;
	pt_read_fn read;
	void *ctx;
};

/** enum pt_meaning - what one descriptor is */
enum pt_meaning {
	PT_STEP_INVALID,  /* bit 0 clear */
	PT_STEP_RESERVED, /* valid, but no table, block or page at this level */
	PT_STEP_TABLE,
	PT_STEP_BLOCK,
	PT_STEP_PAGE,
	PT_STEP_UNREADABLE, /* the callback refused; the descriptor is 0 */
};

/** struct pt_step - one descriptor read */
struct pt_step {
	int level;
	paddr_t table;
	unsigned index;
	uint64_t descriptor;
	enum pt_meaning meaning;
};

/* Rights at the leaf, what table descriptors take away taken away */
#define PT_RIGHT_READ     BIT(0)
#define PT_RIGHT_WRITE    BIT(1)
#define PT_RIGHT_EXEC     BIT(2)
#define PT_RIGHT_EL0      BIT(3) /* EL0 reads, and writes where PT_RIGHT_WRITE */
#define PT_RIGHT_EL0_EXEC BIT(4)
#define PT_RIGHT_ACCESSED BIT(5) /* AF; without it an access faults (unless hardware sets it) */

/** struct pt_trace - what pt_walk_foreign() found; va to pa only where it returned 0 */
struct pt_trace {
	struct pt_step step[PT_STEPS_MAX];
	unsigned step_count;
	bool upper; /* TTBR1 */
	unsigned va_bits, page_shift;
	unsigned oa_bits; /* widest output address, by TCR.IPS and the descriptors */
	paddr_t pa; /* of va itself */
	uint64_t leaf_size;
	uint32_t rights;     /* PT_RIGHT_* */
	unsigned attr_index; /* byte of MAIR */
};

/**
 * pt_walk_foreign() - translate an address as the hardware would, noting each step
 * @va:	   any; its top byte counts unless TCR.TBI of its half says otherwise
 * @trace: written always, as far as the walk came
 *
 * Errors: -ENOENT  no translation: the last step's meaning says why
 *	   -EFAULT  a table could not be read: the last step's table
 *	   -ERANGE  the address is in neither half
 *	   -EACCES  walks of its half are disabled (TCR.EPDn)
 *	   -EINVAL  TCR makes no sense: TnSZ or TGn
 *	   -ENXIO   an address in TTBR or in a descriptor is wider than TCR.IPS (an address size
 *		    fault)
 * Spec: Arm ARM DDI 0487 J.a, D8.2 "Translation process", D8.3 "Translation table descriptor
 *	 formats"
 */
int __must_check pt_walk_foreign(const struct pt_foreign *regime, vaddr_t va,
				 struct pt_trace *trace);

/** pt_meaning_name() - "invalid", "table", ... */
const char *pt_meaning_name(enum pt_meaning meaning);

/** pt_walk_result() - what pt_walk_foreign() returned, in words: "translates", "not mapped", ... */
const char *pt_walk_result(int err);
