/* SPDX-License-Identifier: BSD-2-Clause */
/* What the hand-over sets up at EL2 and EL1, for those who print it. */
#pragma once

#include "lib/base/types.h"

/**
 * struct el2_row - one rule, judged on this CPU
 * @what:    in words
 * @reg:     the register it acts on
 * @spec:    where it is written down
 * @gate:    the ID fields that decide, with what they hold here: "PFR0.SVE 1 (>= 1)"; "always"
 * @bits:    set where it applies, or cleared if @clears
 * @applies: here
 */
struct el2_row {
	const char *what, *reg, *spec;
	char gate[80];
	uint64_t bits;
	bool clears;
	bool applies;
};

/**
 * struct el2_result - one register as the hand-over writes it
 * @value: whole
 * @note:  what else there is to say; "" mostly
 */
struct el2_result {
	const char *reg;
	uint64_t value;
	const char *note;
};

/**
 * enum el2_list - which rules, or writes
 */
enum el2_list {
	EL2_LIST_EL1, /* EL1's own registers */
	EL2_LIST_EL2, /* EL2's, for a kernel at EL1 */
	EL2_LIST_VHE, /* EL2's, for a kernel at EL2: rules on top of the former, writes whole */
};

/**
 * el2_each_rule() - show every rule of a list
 * @gicv3: the device tree has a GICv3; else what the CPU says of one does not count
 */
void el2_each_rule(enum el2_list list, bool gicv3, void (*show)(const struct el2_row *));

/**
 * el2_each_result() - show every register that results, in order of application
 *
 * At EL1 the registers of EL2 are what would be written as far as EL1 can tell: the few ID
 * registers that a hypervisor may withhold count as 0.
 */
void el2_each_result(enum el2_list list, bool gicv3, void (*show)(const struct el2_result *));

/**
 * el2_restart() - from EL1, by the stub at EL2: go on at EL2 with the MMU off
 * @pc: physical; @argument becomes its x0
 *
 * Returns where the stub is not there any more.
 */
void el2_restart(paddr_t pc, uint64_t argument);

/** el2_is_usable() - false where HCR_EL2.E2H is fixed at 1: kernels at EL1 are not entered then */
bool el2_is_usable(void);

/** el2_vhe_usable() - true where HCR_EL2.E2H can be 1 */
bool el2_vhe_usable(void);
