/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#define CENSUS_EL      8
#define CENSUS_MIDR    16
#define CENSUS_MPIDR   24
#define CENSUS_CONDUIT 32
#define CENSUS_RELEASE 40
#define CENSUS_SIZE    48

#ifndef __ASSEMBLER__

#include <assert.h>

#include "lib/base/types.h"

/**
 * struct census - what a CPU that was started for this writes down before it goes off, or waits,
 * again
 * @seen:    1 once the rest is there
 * @el:      the exception level that it came up at, as CurrentEL has it
 * @midr:    MIDR_EL1
 * @mpidr:   MPIDR_EL1
 * @conduit: what it calls CPU_OFF by: enum psci_conduit
 * @release: or its word of the spin table
 *
 * Written with its MMU off, so in memory proper: nothing else may share the lines.
 */
struct census {
	uint64_t seen, el, midr, mpidr, conduit, release;
};
static_assert(sizeof(struct census) == CENSUS_SIZE, "census_spin.S has room for one");

/** census_entry - where PSCI CPU_ON sends the CPU, with the struct census as context_id */
extern const char census_entry[];

/**
 * census_spin to census_spin_end - where its word sends a CPU of a spin table
 *
 * Position-independent: a copy for each CPU, with its struct census at census_spin_told.
 */
extern const char census_spin[], census_spin_told[], census_spin_end[];

/** census_poke() - with the MMU off: write the word at @where, and tell the CPUs */
void census_poke(uint64_t where, uint64_t what);

#endif
