/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/console/speed.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include <arch/io.h>

#include "common/console/console.h"
#include "common/console/init.h"
#include "common/fdt/cell.h"
#include "common/fdt/fdt.h"
#include "drivers/serial/pl011.h"
#include "drivers/serial/pl011_speed.h"
#include "drivers/serial/serial.h"

#define OFF_BY 50 /* one in so many is too far from the speed */

static unsigned int now = CONSOLE_BAUD;

unsigned int console_baud(void)
{
	return now;
}

/* The first of the node's clocks is UARTCLK (binding arm,pl011); 0 where it has no fixed one. */
static uint32_t clock_of_tree(paddr_t base)
{
	for (unsigned int i = 0; i < machine.dev_count; i++)
		if (machine.dev[i].base == base)
			return fdt_fixed_clock(machine.fdt, machine.dev[i].node);
	return 0;
}

/*
 * Else from the divisor that somebody has set for the speed that the line has. An emulated UART
 * that nobody has set up may have none, or the smallest: they tell nothing.
 */
static uint32_t clock_of_divisor(paddr_t base)
{
	const uint64_t divisor =
		(uint64_t)mmio_read32(base + UARTIBRD) << 6 | mmio_read32(base + UARTFBRD);
	const uint64_t clock = divisor * now / 4;

	return divisor > 2 << 6 && clock <= UINT32_MAX ? (uint32_t)clock : 0;
}

static int find_clock(uint32_t *clock, struct why *why)
{
	const struct serial *serial = console_serial();

	if (!serial->ops || strcmp(serial->ops->compatible, "arm,pl011"))
		return refuse(why, -ENODEV, "the console's UART has no speed that Loft can set");
	*clock = clock_of_tree(serial->base);
	if (!*clock)
		*clock = clock_of_divisor(serial->base);
	if (!*clock)
		return refuse(why, -ENODEV, "the clock of the console's UART is not known");
	return 0;
}

int console_check_baud(unsigned int baud, struct why *why)
{
	uint32_t clock, divisor, real;
	int err = find_clock(&clock, why);

	if (err)
		return err;
	divisor = baud ? pl011_divisor(clock, baud) : 0;
	real = divisor ? (uint32_t)(UINT64_C(4) * clock / divisor) : 0;
	if (!real || MAX(real, baud) - MIN(real, baud) > baud / OFF_BY)
		return refuse(why, -ERANGE,
			      "baudrate %u bps not supported: the UART's %u Hz make at most %u",
			      baud, (unsigned int)clock, (unsigned int)(clock / 16));
	return 0;
}

int console_set_baud(unsigned int baud, struct why *why)
{
	uint32_t clock;
	int err = console_check_baud(baud, why);

	if (!err)
		err = find_clock(&clock, why);
	if (!err)
		err = pl011_set_speed(console_serial()->base, clock, baud);
	if (!err)
		now = baud;
	return err;
}
