/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other CPUs' way through Loft (secondary.S). Each CPU of the FDT has a block of
 * SECONDARY_STRIDE bytes, so that nothing that can be written is shared:
 *
 *   +0x0000  struct secondary_cpu
 *   +0x1000  its SP_ELx grows down from here
 *   +0x2000  its SP_EL0 grows down from here
 */
#pragma once

#define SECONDARY_PAGE_OFFSET	  0xd00 /* in the early vectors' page */
#define SECONDARY_STRIDE	  0x2000
#define SECONDARY_FAULT_STACK_TOP 0x1000
#define SECONDARY_STATE		  8

/* secondary_cpu.state */
#define SECONDARY_WAITS	   0 /* not seen yet */
#define SECONDARY_LEFT	   1 /* set up, on its way into the kernel's map */
#define SECONDARY_WRONG_EL 16 /* + the EL that it came up at: parked */

#ifndef __ASSEMBLER__

#include <assert.h>
#include <stddef.h>

#include "include/loft/boot.h"
#include "lib/base/types.h"

/**
 * struct secondary_cpu - one CPU, at the start of its block
 * @mpidr: its affinity fields
 * @state: written by the CPU alone: with the MMU off SECONDARY_WRONG_EL + n, else through the cache
 * @release: its word of the spin table; 0: it is started by PSCI
 * @mailbox: with PARK_SECONDARIES or a spin table; in lines of its own, as @state is
 */
struct secondary_cpu {
	uint64_t mpidr, state, release;
	char pad[512 - 24];
	struct loft_mailbox mailbox;
};

static_assert(offsetof(struct secondary_cpu, state) == SECONDARY_STATE, "secondary.S stores it");

/** struct secondary_slots - the words at the end of the page's part; addresses are physical */
struct secondary_slots {
	uint64_t cpus;	/* the first block */
	uint64_t count; /* of blocks */
	uint64_t el;	/* CurrentEL that is wanted */
	uint64_t hcr;	/* and there, if that is EL2, HCR_EL2 as Loft has it */
	uint64_t regs;	/* struct mmu_regs of Loft's map there */
	uint64_t main;	/* void main(paddr_t context, struct secondary_cpu *) */
	uint64_t apply; /* mmu_apply() */
};

/* As it stands in Loft's text; position-independent. loft.lds checks that one page holds both. */
extern const char secondary_page[], secondary_page_high[], secondary_page_slots[],
	secondary_page_end[];

#endif
