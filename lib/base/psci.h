/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/** enum psci_conduit - the instruction that reaches the firmware: /psci "method" of the FDT */
enum psci_conduit { PSCI_NONE, PSCI_HVC, PSCI_SMC };
