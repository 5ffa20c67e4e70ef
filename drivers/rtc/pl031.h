/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARM PrimeCell PL031 real time clock: a counter of seconds since 1970.
 *
 * Spec: Arm DDI 0224 "PrimeCell Real Time Clock (PL031) TRM", chapter 3
 */
#pragma once

#include "lib/base/types.h"

#define PL031_COMPATIBLE "arm,pl031"

/** pl031_read() - seconds since 1970-01-01 00:00:00 UTC */
uint32_t pl031_read(paddr_t base);

/** pl031_write() - set the clock, and start it if it stands */
void pl031_write(paddr_t base, uint32_t seconds);
