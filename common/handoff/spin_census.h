/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "arch/census.h"
#include "common/fdt/cpus.h"
#include "lib/base/why.h"

/**
 * spin_census_take() - what a CPU is that waits in a spin table
 * @number:  its place among the CPUs of the tree
 * @release: of its struct cpu_node, not 0
 * @census:  receives what the CPU wrote
 * @why:     the sentence for an error
 *
 * It is asked once, and from then on waits for the same word in reserved memory of Loft's instead
 * of where firmware had it. Behind CONFIG_SPIN_CENSUS.
 *
 * Errors: -ETIMEDOUT it does not come; what memmap_alloc() returns
 */
int __must_check spin_census_take(unsigned number, paddr_t release, struct census *census,
				  struct why *why);
