/* SPDX-License-Identifier: BSD-2-Clause */
/* Reset and power-off where neither PSCI nor the board has them: what the device tree says. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * power_by_tree() - each way that the tree has, one after the other
 * @off: syscon-poweroff, gpio-poweroff; else syscon-reboot, gpio-restart, the first watchdog
 * @why: what became of the last
 *
 * Returns only where the machine goes on.
 *
 * Errors: -ENODEV the tree has none that Loft knows; -ETIMEDOUT it was done, and nothing happened;
 *         what else was wrong with the node
 */
int power_by_tree(bool off, struct why *why);
