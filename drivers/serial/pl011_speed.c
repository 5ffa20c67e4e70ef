/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/serial/pl011_speed.h"

#include <errno.h>

#include <arch/io.h>

#include "drivers/serial/pl011.h"

#define FRACTION_BITS 6 /* UARTFBRD */
#define DIVISOR_MAX   ((UINT64_C(1) << (16 + FRACTION_BITS)) - 1)

uint32_t pl011_divisor(uint32_t clock_hz, uint32_t baud)
{
	/* clock * 64 / (16 * baud) */
	uint64_t divisor = (UINT64_C(4) * clock_hz + baud / 2) / baud;

	return divisor >> FRACTION_BITS && divisor <= DIVISOR_MAX ? (uint32_t)divisor : 0;
}

int pl011_set_speed(paddr_t base, uint32_t clock_hz, uint32_t baud)
{
	uint32_t divisor = pl011_divisor(clock_hz, baud);

	if (!divisor)
		return -ERANGE;
	if (mmio_read32(base + UARTCR) & UARTCR_UARTEN)
		(void)!pl011_drain(base);
	mmio_write32(base + UARTCR, 0);
	mmio_write32(base + UARTIBRD, divisor >> FRACTION_BITS);
	mmio_write32(base + UARTFBRD, divisor & ((1U << FRACTION_BITS) - 1));
	/* Latches the divisors, so it follows them (section 3.3.6). */
	mmio_write32(base + UARTLCR_H, UARTLCR_H_WLEN_8 | UARTLCR_H_FEN);
	pl011_enable(base);
	return 0;
}
