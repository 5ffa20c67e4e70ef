/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/** struct psci_ids - function numbers of firmware older than PSCI 0.2; 0: the standard's */
struct psci_ids {
	uint32_t cpu_on, off, reset;
};

/** enum psci_conduit - the instruction that reaches the firmware: /psci "method" of the FDT */
enum psci_conduit { PSCI_NONE, PSCI_HVC, PSCI_SMC };
