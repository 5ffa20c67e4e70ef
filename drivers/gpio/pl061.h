/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARM PrimeCell PL061 general purpose input/output: eight lines.
 *
 * Spec: Arm DDI 0190 "PrimeCell General Purpose Input/Output (PL061) TRM", chapter 3
 */
#pragma once

#include "lib/base/types.h"

#define PL061_COMPATIBLE "arm,pl061"
#define PL061_LINES	 8

/** pl061_get() - the level at a line, driven by it or by what it is wired to */
bool pl061_get(paddr_t base, unsigned int line);

/** pl061_set() - the level that a line drives; seen outside once it is an output */
void pl061_set(paddr_t base, unsigned int line, bool level);

/** pl061_is_output(), pl061_direct() - which way a line goes */
bool pl061_is_output(paddr_t base, unsigned int line);
void pl061_direct(paddr_t base, unsigned int line, bool output);
