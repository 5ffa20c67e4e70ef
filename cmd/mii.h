/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

#define MII_DUMPED 6 /* registers whose bits have names */

/** mii_dump() - print a register's bits with their names; @reg is less than MII_DUMPED */
void mii_dump(unsigned int reg, uint16_t value);
