/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "arch/arm64/el2/el2.h"

extern const struct el2_rule el3_rules[];
extern const unsigned el3_rules_count;

/**
 * el3_plan() - what EL3 owes the normal world
 *
 * SCTLR_EL3 and VBAR_EL3 are start-up's own and not in the list.
 */
unsigned el3_plan(const struct id_regs *ids, struct el2_write out[EL2_WRITES_MAX]);
