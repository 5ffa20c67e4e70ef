/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "arch/census.h"
#include "lib/base/why.h"

#define CENSUS_TIMEOUT_MS 500

/**
 * census_take() - start a CPU that is off, hear what it is, and see it go off again
 * @mpidr:  of the CPU, as its node's `reg` has it
 * @census: receives what the CPU wrote
 * @why:    the sentence for an error
 *
 * At most a second: half for it to come, half for it to go.
 *
 * Errors: -ETIMEDOUT it was started and does not come, or does not go; what memmap_alloc() and
 *         psci_call() return
 */
int __must_check census_take(uint64_t mpidr, struct census *census, struct why *why);

/** census_comes() - wait CENSUS_TIMEOUT_MS at most until a CPU has told what it is; did it? */
bool census_comes(struct census *page);
