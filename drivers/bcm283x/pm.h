/* SPDX-License-Identifier: BSD-2-Clause */
/* The watchdog, which is all that resets these chips. */
#pragma once

#include "lib/base/types.h"

#define PM_RSTC	   0x1c
#define PM_RSTS	   0x20
#define PM_WDOG	   0x24
#define PM_PASSWORD 0x5a000000

/* The same in plain writes, for who has no more code than that. */
#define PM_WDOG_SOON	   (PM_PASSWORD | 10) /* ticks of about 15 us */
#define PM_RSTC_FULL_RESET (PM_PASSWORD | 2 << 4)
#define PM_RSTS_HALT	   (PM_PASSWORD | 0x555)

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
