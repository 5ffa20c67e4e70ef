/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#define CENSUS_EL      8
#define CENSUS_MIDR    16
#define CENSUS_MPIDR   24
#define CENSUS_CONDUIT 32

#ifndef __ASSEMBLER__

#include "lib/types.h"

/**
 * struct census - what a CPU that was started for this writes down before it goes off again
 * @seen:    1 once the rest is there
 * @el:      the exception level that it came up at, as CurrentEL has it
 * @midr:    MIDR_EL1
 * @mpidr:   MPIDR_EL1
 * @conduit: what it calls CPU_OFF by: enum psci_conduit
 *
 * Written with its MMU off, so in memory proper: nothing else may share the lines.
 */
struct census {
	uint64_t seen, el, midr, mpidr, conduit;
};

/** census_entry - where PSCI CPU_ON sends the CPU, with the struct census as context_id */
extern const char census_entry[];

#endif
