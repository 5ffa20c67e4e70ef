/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/**
 * pl011_divisor() - what makes a PL011 run at a speed
 * @clock_hz: of UARTCLK
 * @baud:     bits per second, not 0
 *
 * Return: the divisor clock_hz / (16 * baud) in 64ths, rounded to the nearest; 0 where the clock
 *         is too slow for it (below 1) or too fast (65536 or more)
 * Spec:   PrimeCell UART (PL011) TRM, DDI 0183 G, 3.3.6 "Fractional baud rate register"
 */
uint32_t pl011_divisor(uint32_t clock_hz, uint32_t baud);

/**
 * pl011_set_speed() - off, the speed, 8 data bits without parity, FIFOs, and on again
 * @base:     of the UART's registers
 * @clock_hz: of UARTCLK
 * @baud:     bits per second, not 0
 *
 * Waits a bounded time for what is still leaving the UART.
 *
 * Errors: -ERANGE  no divisor makes this speed from this clock; nothing was written
 */
int __must_check pl011_set_speed(paddr_t base, uint32_t clock_hz, uint32_t baud);
