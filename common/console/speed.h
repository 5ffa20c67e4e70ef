/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define CONSOLE_BAUD 115200 /* as firmware leaves it, and as the boards set it */

/** console_baud() - the speed that the console's line has, in bits per second, as far as known */
unsigned int console_baud(void);

/**
 * console_check_baud() - can the console's UART have this speed?
 *
 * Within 2 %: two ends that are that far apart understand each other.
 *
 * Errors: -ENODEV no UART whose speed can be set, or its clock is not known; -ERANGE its clock does
 * not make this speed
 */
int __must_check console_check_baud(unsigned int baud, struct why *why);

/**
 * console_set_baud() - change it, when what was printed has left
 *
 * Errors: as console_check_baud(); nothing has changed then
 */
int __must_check console_set_baud(unsigned int baud, struct why *why);
