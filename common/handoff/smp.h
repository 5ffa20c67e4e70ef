/* SPDX-License-Identifier: BSD-2-Clause */
/* The other CPUs of a kernel that is entered mapped: between common/handoff/handoff.c and smp.c. */
#pragma once

#include "arch/arm64/el2/el2.h"
#include "common/fdt/cpus.h"
#include "common/handoff/state.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * boot_cpus() - memory that the other CPUs come through, where there are any and PSCI or a
 * spin table starts them
 *
 * boot->cpus.size tells whether there are: then Loft, the early vectors and the switch map, which
 * they use too, must not be reclaimed.
 * Errors: as memmap_alloc()
 */
int __must_check boot_cpus(struct boot *boot, struct why *why);

/** boot_cpus_entry() - loft,secondary-entry, 0 where there are no other CPUs */
paddr_t boot_cpus_entry(const struct boot *boot);

/**
 * boot_cpus_mailbox() - with PARK_SECONDARIES or a spin table the mailbox of a CPU
 * @boot: a struct boot, as fdt_finish_tree() hands it on
 * @n:    of boot_cpus_mailboxes(), in the tree's order
 *
 * Return: 0 for a CPU without, as the boot CPU
 */
uint64_t boot_cpus_mailbox(const void *boot, unsigned n);

/** boot_cpus_mailboxes() - how many CPUs there are, if one of them has a mailbox */
unsigned boot_cpus_mailboxes(const struct boot *boot);

/** boot_cpus_frames() - boot->cpu_frames of them for early faults; 0 where no other CPUs are */
paddr_t boot_cpus_frames(const struct boot *boot);

/** boot_cpus_fill() - the code behind the early vectors, and its words */
void boot_cpus_fill(const struct boot *boot);

/** boot_cpus_clean() - what the other CPUs read or write past the caches, and no stack of theirs */
void boot_cpus_clean(const struct boot *boot);

/**
 * boot_cpus_release() - all tables are finished and clean: other CPUs may go on into the kernel
 *
 * With PARK_SECONDARIES they are started here, and waited for; who does not come is reported.
 */
void boot_cpus_release(const struct boot *boot);

/**
 * boot_levels() - EL2 and EL1 of this CPU, by its own ID registers, as a kernel shall find them
 * @h:        its sctlr_el2 is filled
 * @entry_el: of the kernel
 * @gicv3:    false: the CPU interface stays in its v2 mode
 * @writes:   scratch, EL2_WRITES_MAX
 *
 * TPIDR_EL0 becomes 0: nothing of the C library after it. No state is shared between CPUs.
 */
void boot_levels(struct handoff *h, unsigned entry_el, bool gicv3, struct el2_write *writes);
