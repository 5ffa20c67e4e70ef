/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/psci.h"
#include "lib/base/types.h"

/**
 * smccc_call() - any call to firmware or hypervisor
 * @conduit: PSCI_SMC or PSCI_HVC; where nobody takes the instruction it is UNDEFINED, a fault
 * @x:       x0 to x7 of the call; x0 to x3 become what it returned
 *
 * Spec: Arm DEN 0028 "SMC Calling Convention", 2.6
 */
void smccc_call(enum psci_conduit conduit, uint64_t x[8]);
