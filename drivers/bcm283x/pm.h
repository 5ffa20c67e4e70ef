/* SPDX-License-Identifier: BSD-2-Clause */
/* The watchdog, which is all that resets these chips. */
#pragma once

#include "lib/types.h"

/**
 * pm_reset() - let the watchdog expire at once
 * @pm: its registers
 *
 * Errors: -ETIMEDOUT  nothing happened within 100 ms
 */
int pm_reset(paddr_t pm);

/**
 * pm_poweroff() - the same, with a note to the boot ROM to stay down
 * @pm: its registers
 *
 * The machine has no switch for its power: the firmware stops, and stays so until power comes anew.
 *
 * Errors: as pm_reset()
 */
int pm_poweroff(paddr_t pm);
